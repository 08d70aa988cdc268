"""Where the plugin takes its credentials from, and what it says where there are none."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pulumi import automation as auto

from pulumi_polytomic import DatabricksStagingAccess
from sandbox.client import Sandbox
from sandbox.tokens import DATABRICKS_TOKEN

from ..component.deployment import Deployment
from .conftest import YamlStack
from .test_component import STAGING
from .test_in_process import program as with_connection

pytestmark = pytest.mark.engine

NO_DATABRICKS = {"DATABRICKS_HOST": "", "DATABRICKS_TOKEN": "", "DATABRICKS_CONFIG_FILE": "none"}
NewStack = Callable[[dict[str, str]], Deployment]


def program() -> None:
    DatabricksStagingAccess(
        "staging",
        {
            "bucket_name": "my-staging-bucket",
            "polytomic_external_id": "8c2f4a1e-6b7d-4e0f-a1b2-c3d4e5f60718",
        },
    )


@pytest.fixture
def new_stack(sandbox: Sandbox, shell: dict[str, str], tmp_path: Path) -> NewStack:
    sandbox.reset()
    sandbox.aws_client("s3").create_bucket(Bucket="my-staging-bucket")
    return lambda environment: Deployment(sandbox, tmp_path, environment=environment)


def test_a_proof_that_could_not_be_made_is_told_in_the_preview(
    new_stack: NewStack, sandbox: Sandbox
) -> None:
    run = new_stack(NO_DATABRICKS).preview(program, fails=True)
    assert "the access could not be proved. Databricks: " in run.text
    assert "Set DATABRICKS_CONFIG_PROFILE, or DATABRICKS_HOST and DATABRICKS_TOKEN" in run.text
    assert "set checkAccess (check_access) to false" in run.text
    assert sandbox.aws_client("iam").list_roles()["Roles"] == []


def test_the_databricks_providers_configuration_serves_the_proof_too(
    new_stack: NewStack, sandbox: Sandbox
) -> None:
    stack = new_stack(NO_DATABRICKS)
    stack.stack.set_all_config(
        {
            "databricks:host": auto.ConfigValue(sandbox.databricks_host),
            "databricks:token": auto.ConfigValue(DATABRICKS_TOKEN, secret=True),
        }
    )
    run = stack.up(program)
    assert "staging-check" in run.order("create")
    assert DATABRICKS_TOKEN not in stack.state_text + run.text
    # Where nothing is to be proved, nobody needs to be able to.
    stack.stack.remove_all_config(["databricks:host", "databricks:token"])
    assert stack.preview().changes("staging") == {}


def test_a_connection_that_could_not_be_made_is_told_in_the_preview(
    new_stack: NewStack, sandbox: Sandbox
) -> None:
    run = new_stack({"POLYTOMIC_API_KEY": ""}).preview(with_connection, fails=True)
    assert "there is no API key for Polytomic: set POLYTOMIC_API_KEY, or run" in run.text
    assert sandbox.aws_client("iam").list_roles()["Roles"] == []


def test_they_serve_a_program_in_another_language_as_well(
    yaml_stack: YamlStack, sandbox: Sandbox
) -> None:
    yaml_stack.environment.update(NO_DATABRICKS)
    yaml_stack.write({"staging": STAGING})
    yaml_stack.run("config", "set", "databricks:host", sandbox.databricks_host)
    yaml_stack.run("config", "set", "--secret", "databricks:token", DATABRICKS_TOKEN)
    said = yaml_stack.up()
    assert "staging-check created" in said
    assert DATABRICKS_TOKEN not in said + yaml_stack.run("stack", "export")
