"""The schema that programs in other languages use."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
COMPONENT = "polytomic-databricks:index:DatabricksStagingAccess"


@pytest.fixture(scope="module")
def printed() -> str:
    command = [sys.executable, "-m", "pulumi_polytomic", "schema"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def component(printed: str) -> dict[str, Any]:
    resource: dict[str, Any] = json.loads(printed)["resources"][COMPONENT]
    return resource


def test_the_schema_in_the_repository_is_not_stale(printed: str) -> None:
    stale = "schema.json is stale: python -m pulumi_polytomic schema > schema.json"
    assert (ROOT / "schema.json").read_text() == printed, stale


def test_only_the_bucket_is_required_of_the_component(component: dict[str, Any]) -> None:
    assert component["requiredInputs"] == ["bucketName"]


def test_what_databricks_answers_may_be_missing(component: dict[str, Any]) -> None:
    optional = set(component["properties"]) - set(component["required"])
    assert optional >= {"databricksExternalId", "unityCatalogPrincipal", "storageCredentialName"}
    assert {"roleArn", "trustPolicy", "permissionsPolicy"} <= set(component["required"])


def test_arguments_that_decide_on_resources_are_plain(component: dict[str, Any]) -> None:
    plain = {name for name, shape in component["inputProperties"].items() if shape.get("plain")}
    assert plain == {"storageCredential", "selfTrust", "checkAccess"}


def test_every_property_has_a_description_without_python_names(printed: str) -> None:
    for token, resource in json.loads(printed)["resources"].items():
        for part in ("inputProperties", "properties"):
            for name, shape in resource[part].items():
                text = shape["description"]
                assert text and "    " not in text, (token, name)
                if name in ("configuration", "polytomicConnectionConfig"):
                    continue  # their keys are Polytomic's own
                assert not re.search(r"\b[a-z]+_[a-z]+\b", text), (token, name, text)


def test_an_argument_of_the_base_has_its_description(component: dict[str, Any]) -> None:
    assert component["inputProperties"]["bucketName"]["description"] == (
        "Name of the S3 bucket in which Polytomic stages files."
    )
