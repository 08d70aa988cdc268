"""The component from a YAML program, through the plugin."""

import json
from typing import Any

import pytest

from pulumi_polytomic import DatabricksStagingAccess
from sandbox.client import Sandbox

from ..component.deployment import Deployment
from .conftest import YamlStack

pytestmark = pytest.mark.engine

EXTERNAL_ID = "5b6b1b6e-3d9d-4d37-9a5f-2b8e9e9f0c11"
TYPE = "polytomic-databricks:DatabricksStagingAccess"
STAGING: dict[str, Any] = {
    "type": TYPE,
    "properties": {
        "bucketName": "my-staging-bucket",
        "bucketPrefix": "polytomic",
        "polytomicExternalId": {"fn::secret": EXTERNAL_ID},
        "maxSessionDuration": 7200,
        "tags": {"team": "data"},
    },
}


def test_it_comes_up_and_changes_nothing_the_second_time(
    yaml_stack: YamlStack, sandbox: Sandbox
) -> None:
    yaml_stack.write({"staging": STAGING}, outputs={"arn": "${staging.roleArn}"})
    yaml_stack.up()
    role = sandbox.aws_client("iam").get_role(RoleName="staging-polytomic-databricks")["Role"]
    by_sid = {each["Sid"]: each for each in role["AssumeRolePolicyDocument"]["Statement"]}
    assert set(by_sid) == {
        "PolytomicAssumeRole",
        "UnityCatalogAssumeRole",
        "ExplicitSelfRoleAssumption",
    }
    assert by_sid["PolytomicAssumeRole"]["Condition"] == {
        "StringEquals": {"sts:ExternalId": EXTERNAL_ID}
    }
    assert role["MaxSessionDuration"] == 7200
    assert role["Tags"] == [{"Key": "team", "Value": "data"}]
    assert role["Arn"] in yaml_stack.run("stack", "output", "arn")
    assert "6 unchanged" in yaml_stack.up()
    yaml_stack.run("destroy", "--yes", "--skip-preview")
    assert sandbox.aws_client("iam").list_roles()["Roles"] == []


def test_a_preview_shows_what_the_python_program_shows(
    yaml_stack: YamlStack, sandbox: Sandbox, tmp_path: Any
) -> None:
    def program() -> None:
        DatabricksStagingAccess(
            "staging",
            {
                "bucket_name": "my-staging-bucket",
                "bucket_prefix": "polytomic",
                "polytomic_external_id": EXTERNAL_ID,
            },
        )

    python = Deployment(sandbox, tmp_path)
    run = python.preview(program)
    yaml_stack.write({"staging": STAGING})
    types = [kind for kind, _ in yaml_stack.planned()]
    assert sorted(types) == sorted(
        kind for kind in run.registered if not kind.startswith("pulumi:")
    )


def test_a_secret_external_id_stays_one(yaml_stack: YamlStack) -> None:
    yaml_stack.write({"staging": STAGING})
    assert EXTERNAL_ID not in yaml_stack.up()
    state = yaml_stack.resources()
    assert EXTERNAL_ID not in json.dumps(state)
    assert "4dabf18193072939515e22adb298388d" in state["staging-role"]["inputs"]["assumeRolePolicy"]
    # The role's ARN is no secret because an external ID is.
    assert state["staging"]["outputs"]["roleArn"].startswith("arn:aws:iam::")


def test_unknown_arguments_at_preview_plan_every_resource(yaml_stack: YamlStack) -> None:
    second = {**STAGING["properties"], "roleDescription": "beside ${staging.databricksExternalId}"}
    yaml_stack.write({"staging": STAGING, "second": {"type": TYPE, "properties": second}})
    names = {name for _, name in yaml_stack.planned()}
    assert {"second", "second-role", "second-policy", "second-credential"} <= names


def test_bad_arguments_are_named_as_the_program_spells_them(
    yaml_stack: YamlStack, sandbox: Sandbox
) -> None:
    bad = {"bucketName": "Bad_Bucket", "polytomicExternalId": "<paste it here>", "rolePath": "x"}
    yaml_stack.write({"staging": {"type": TYPE, "properties": bad}})
    said = yaml_stack.up(fails=True)
    for name in ("bucketName", "polytomicExternalId", "rolePath"):
        assert name in said
    assert "bucket_name" not in said and "polytomic_external_id" not in said
    assert "paste it here" not in said and "Traceback" not in said and ".py" not in said
    assert sandbox.aws_client("iam").list_roles()["Roles"] == []


def test_a_bad_argument_that_resolves_late_stops_the_update(
    yaml_stack: YamlStack, sandbox: Sandbox
) -> None:
    second = {"bucketName": "${staging.roleArn}", "polytomicExternalId": EXTERNAL_ID}
    yaml_stack.write({"staging": STAGING, "second": {"type": TYPE, "properties": second}})
    said = yaml_stack.up(fails=True)
    assert "bucketName" in said and "Traceback" not in said
    roles = sandbox.aws_client("iam").list_roles()["Roles"]
    assert [role["RoleName"] for role in roles] == ["staging-polytomic-databricks"]
