"""The component as Pulumi's schema describes it, inferred from the Python class by the SDK."""

import inspect
import json
from collections.abc import Mapping
from typing import Any, Final, is_typeddict

from pulumi.provider.experimental.analyzer import Analyzer
from pulumi.provider.experimental.component import ComponentProvider

from ..naming import PACKAGE, VERSION, camel_case
from ..staging_access import component as staging_access
from ..staging_access.arguments import SECRET_ARGUMENTS
from ..staging_access.component import TOKEN, DatabricksStagingAccess
from .spelling import readable

_SECRETS: Final = {camel_case(name) for name in SECRET_ARGUMENTS}


def component_provider() -> ComponentProvider:
    """Gives the SDK's host of the component."""
    return ComponentProvider([DatabricksStagingAccess], PACKAGE, version=VERSION)


def component_schema(provider: ComponentProvider) -> dict[str, Any]:
    """Gives the component's part of the schema, by token.

    The SDK reads types and what is required; what it gets wrong about descriptions is mended: it
    takes them from the class alone and not from its bases, with their indentation, and repeats
    them on the items of lists and maps. They name arguments as other languages spell them. It also
    calls an ``int`` a number, which Go, C# and Java would take for a fraction; no argument is one.
    And it knows no unions, of which ``checkAccess`` is one.
    """
    resource: dict[str, Any] = json.loads(provider.schema or "")["resources"][TOKEN]
    # A TypedDict does not tell its bases: they are of the same module.
    arguments = filter(is_typeddict, vars(staging_access).values())
    inputs = _docstrings(*arguments)
    outputs = _docstrings(DatabricksStagingAccess)
    resource["inputProperties"] = _described(resource["inputProperties"], inputs)
    resource["properties"] = _described(resource["properties"], outputs)
    resource["description"] = readable(inspect.getdoc(DatabricksStagingAccess) or "")
    return {TOKEN: resource}


def _docstrings(*owners: type) -> dict[str, str]:
    """Gives the texts under the annotations of the classes, by name in camelCase."""
    analyzer = Analyzer(PACKAGE)
    found = {}
    for owner in owners:
        for name in owner.__annotations__:
            if text := analyzer.get_docstring(owner, name):
                found[camel_case(name)] = text
    return found


def _described(properties: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    described = {}
    for name, shape in properties.items():
        secret = {"secret": True} if name in _SECRETS else {}
        described[name] = {**_bare(shape), **secret, "description": readable(texts[name])}
        if shape.get("type") == "number":
            described[name]["type"] = "integer"
        if described[name].pop("$ref", None):
            described[name]["oneOf"] = [{"type": "boolean"}, {"type": "string"}]
        # Only an argument as a whole is plain or not.
        described[name].get("additionalProperties", {}).pop("plain", None)
    return described


def _bare(shape: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _bare(value) if isinstance(value, Mapping) else value
        for key, value in shape.items()
        if key != "description"
    }
