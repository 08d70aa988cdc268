"""The schema of the plugin: what every Pulumi language is told of our resources."""

import json
from collections.abc import Mapping
from typing import Any

from pulumi.provider.experimental.component import ComponentProvider

from ..custom_resource.settings import SCHEMA as SETTINGS
from ..naming import PACKAGE, VERSION
from .component_schema import component_schema
from .resources import RESOURCES


def package_schema(component: ComponentProvider) -> dict[str, Any]:
    """Gives the whole schema: the component, the custom resources and the configuration."""
    schema: dict[str, Any] = json.loads(component.schema or "")
    return {
        "name": PACKAGE,
        "version": VERSION,
        "displayName": "Polytomic for Databricks",
        "description": "One IAM role for Polytomic and Databricks Unity Catalog on AWS.",
        "keywords": ["polytomic", "databricks", "unity-catalog", "aws", "iam", "kind/component"],
        "license": "Apache-2.0",
        # SDKs as modules of their own: without it the one for Go imports a folder it has not.
        "meta": {"supportPack": True},
        "language": schema["language"],
        "config": {"variables": SETTINGS},
        "provider": {"type": "object", "inputProperties": SETTINGS},
        "resources": {
            **component_schema(component),
            **{token: resource.schema for token, resource in RESOURCES.items()},
        },
    }


def schema_text(schema: Mapping[str, Any]) -> str:
    """Gives the schema as it stands in the repository's ``schema.json``."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
