import json

import pytest

from sandbox.client import Sandbox
from tests.engine.providers.conftest import NewStack
from tests.engine.providers.support import EngineError, Stack

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
import pulumi_aws as aws
import pulumi_databricks as databricks

config = pulumi.Config()
name = config.get("role") or "staging"
account = aws.get_caller_identity_output().account_id
partition = aws.get_partition_output().partition
arn = pulumi.Output.format("arn:{}:iam::{}:role/{}", partition, account, name)
credential = databricks.StorageCredential(
    "credential",
    name="staging",
    aws_iam_role={"role_arn": arn},
    comment=config.get("comment") or "staging",
    skip_validation=True,
)
trust = pulumi.Output.json_dumps({
    "Version": "2012-10-17",
    "Statement": [{
        "Effect": "Allow",
        "Principal": {"AWS": credential.aws_iam_role.unity_catalog_iam_arn},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": credential.aws_iam_role.external_id}},
    }],
})
role = aws.iam.Role("role", name=name, assume_role_policy=trust)
aws.iam.RolePolicy("policy", name="access", role=role.id, policy=pulumi.Output.json_dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": arn}],
}))
pulumi.export("arn", role.arn)
pulumi.export("external_id", credential.aws_iam_role.external_id)
"""
ROLE = "aws:iam/role:Role"
CREDENTIAL = "databricks:index/storageCredential:StorageCredential"


@pytest.fixture
def stack(new_stack: NewStack) -> Stack:
    return new_stack(PROGRAM)


def test_up_then_nothing_to_do_then_gone(stack: Stack, sandbox: Sandbox) -> None:
    assert "4 to create" in stack.preview()
    assert stack.up() == {"created": 4}
    outputs = stack.outputs()
    assert outputs["arn"] == "arn:aws:iam::123456789012:role/staging"
    (statement,) = _trust(sandbox)["Statement"]
    assert statement["Condition"]["StringEquals"]["sts:ExternalId"] == outputs["external_id"]
    assert stack.up("--expect-no-changes") == {"unchanged": 4}
    assert stack.refresh("--expect-no-changes") == {"unchanged": 4}
    assert stack.up("--expect-no-changes") == {"unchanged": 4}
    assert stack.destroy() == {"deleted": 4}
    assert not sandbox.aws_client("iam").list_roles()["Roles"]
    assert not list(sandbox.databricks().storage_credentials.list())


def test_update_in_place_then_replacement(stack: Stack, sandbox: Sandbox) -> None:
    stack.up()
    external_id = stack.outputs()["external_id"]
    stack.config(comment="changed")
    assert stack.up() == {"updated": 1, "unchanged": 3}
    assert sandbox.databricks().storage_credentials.get("staging").comment == "changed"
    stack.config(role="renamed")
    preview = stack.preview("--diff")
    assert '"staging" => "renamed"' in preview
    assert "2 to replace" in preview
    assert "1 to update" in preview
    stack.up()
    assert stack.outputs()["external_id"] == external_id
    assert [role["RoleName"] for role in sandbox.aws_client("iam").list_roles()["Roles"]] == [
        "renamed"
    ]


def test_refresh_finds_drift_and_up_mends_it(stack: Stack, sandbox: Sandbox) -> None:
    stack.up()
    external_id = stack.outputs()["external_id"]
    iam = sandbox.aws_client("iam")
    edited = _trust(sandbox)
    edited["Statement"][0]["Condition"]["StringEquals"]["sts:ExternalId"] = "edited-by-hand"
    iam.update_assume_role_policy(RoleName="staging", PolicyDocument=json.dumps(edited))
    iam.delete_role_policy(RoleName="staging", PolicyName="access")
    assert stack.refresh() == {"updated": 1, "deleted": 1, "unchanged": 2}
    assert stack.up() == {"created": 1, "updated": 1, "unchanged": 2}
    assert external_id in json.dumps(_trust(sandbox))
    sandbox.databricks().storage_credentials.delete("staging", force=True)
    assert stack.refresh() == {"deleted": 1, "unchanged": 3}
    assert stack.up() == {"created": 1, "updated": 1, "unchanged": 2}
    renewed = stack.outputs()["external_id"]
    assert renewed != external_id
    assert renewed in json.dumps(_trust(sandbox))


def test_a_failure_in_the_middle_is_healed(stack: Stack, sandbox: Sandbox) -> None:
    sandbox.fault(
        service="aws",
        operation="iam:PutRolePolicy",
        action="error",
        status=403,
        code="AccessDenied",
    )
    with pytest.raises(
        EngineError, match=r"putting IAM Role \(staging\) Policy \(access\): AccessDenied"
    ):
        stack.up()
    sandbox.clear_faults()
    assert stack.up() == {"created": 1, "unchanged": 3}
    assert stack.up("--expect-no-changes") == {"unchanged": 4}


def _trust(sandbox: Sandbox) -> dict[str, list[dict[str, dict[str, dict[str, str]]]]]:
    role = sandbox.aws_client("iam").get_role(RoleName="staging")["Role"]
    document: dict[str, list[dict[str, dict[str, dict[str, str]]]]]
    document = role["AssumeRolePolicyDocument"]
    return document
