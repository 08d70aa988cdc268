import json
from typing import Any

import pytest

from sandbox.client import Sandbox
from sandbox.providers.policies import equivalent_policies
from tests.unit.sandbox.providers.support import Plugin, RefusalError
from tests.unit.sandbox.providers.test_role import TRUST

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
POLICY = "aws:iam/policy:Policy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"


def document(*actions: str, **rest: Any) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*", **rest}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


BASE = {"role": "staging", "name": "access", "policy": document("s3:GetObject", "s3:PutObject")}


@pytest.fixture
def role(aws: Plugin) -> str:
    return aws.create(ROLE, {"name": "staging", "assumeRolePolicy": TRUST})[0]


def test_role_policy_lives(aws: Plugin, role: str, sandbox: Sandbox) -> None:
    iam = sandbox.aws_client("iam")
    policy_id, state = aws.create(ROLE_POLICY, BASE)
    assert policy_id == "staging:access"
    assert state["policy"] == BASE["policy"]
    aws.update(ROLE_POLICY, policy_id, state, {**BASE, "policy": document("s3:ListBucket")})
    found = iam.get_role_policy(RoleName=role, PolicyName="access")["PolicyDocument"]
    assert found["Statement"][0]["Action"] == ["s3:ListBucket"]
    aws.delete(ROLE_POLICY, policy_id, state)
    aws.delete(ROLE_POLICY, policy_id, state)
    assert aws.read(ROLE_POLICY, policy_id, state, BASE)[0] == ""


@pytest.mark.parametrize(
    ("change", "replaces"),
    [
        ({"policy": document("s3:PutObject", "s3:GetObject")}, None),
        ({"policy": document("s3:GetObject")}, []),
        ({"role": "other"}, ["role"]),
        ({"name": "other"}, ["name"]),
    ],
)
def test_what_changes_a_role_policy(
    aws: Plugin, role: str, change: dict[str, Any], replaces: list[str] | None
) -> None:
    _, state = aws.create(ROLE_POLICY, BASE)
    found = aws.diff(ROLE_POLICY, state, {**BASE, **change})
    assert found.changes == (found.DIFF_NONE if replaces is None else found.DIFF_SOME)
    assert list(found.replaces) == (replaces or [])


def test_role_policy_is_imported_by_role_and_name(aws: Plugin, role: str) -> None:
    aws.create(ROLE_POLICY, BASE)
    policy_id, _, inputs = aws.read(ROLE_POLICY, "staging:access")
    assert policy_id == "staging:access"
    assert (inputs["role"], inputs["name"]) == ("staging", "access")
    with pytest.raises(RefusalError, match="<role name>:<policy name>"):
        aws.read(ROLE_POLICY, "access")


def test_role_policy_takes_a_name_not_an_arn(aws: Plugin) -> None:
    arn = "arn:aws:iam::123456789012:role/staging"
    ((place, reason),) = aws.faults(ROLE_POLICY, {**BASE, "role": arn})
    assert (place, "not its ARN" in reason) == ("role", True)


def test_role_policy_of_no_role_is_told(aws: Plugin) -> None:
    with pytest.raises(RefusalError, match=r"putting IAM Role \(nobody\) Policy .* NoSuchEntity"):
        aws.create(ROLE_POLICY, {**BASE, "role": "nobody"})


def test_managed_policy_lives(aws: Plugin, sandbox: Sandbox) -> None:
    base = {"name": "managed", "policy": document("s3:GetObject"), "tags": {"a": "b"}}
    arn, state = aws.create(POLICY, base)
    assert (arn, state["attachmentCount"]) == (state["arn"], 0)
    for number in range(6):
        wanted = {**base, "policy": document(f"s3:GetObject{number}")}
        state = aws.update(POLICY, arn, state, wanted)
    assert json.loads(state["policy"])["Statement"][0]["Action"] == ["s3:GetObject5"]
    assert list(aws.diff(POLICY, state, {**wanted, "description": "d"}).replaces) == ["description"]
    aws.delete(POLICY, arn, state)
    assert aws.read(POLICY, arn, state, base)[0] == ""


def test_attachment_lives(aws: Plugin, role: str, sandbox: Sandbox) -> None:
    arn, _ = aws.create(POLICY, {"name": "managed", "policy": document("s3:GetObject")})
    base = {"role": role, "policyArn": arn}
    attachment, state = aws.create(ATTACHMENT, base)
    assert attachment == f"{role}/{arn}"
    assert aws.read(ATTACHMENT, attachment)[1] == base
    assert list(aws.diff(ATTACHMENT, state, {**base, "role": "other"}).replaces) == ["role"]
    aws.delete(ATTACHMENT, attachment, state)
    assert aws.read(ATTACHMENT, attachment, state, base)[0] == ""


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        (document("s3:A", "s3:B"), document("s3:B", "s3:A"), True),
        (document("s3:getobject"), document("s3:GetObject"), True),
        (document("s3:A"), document("s3:B"), False),
        (document("s3:A", Sid=""), document("s3:A"), True),
        (document("s3:A", Sid="x"), document("s3:A", Sid="y"), False),
        (document("s3:A", Effect="Deny"), document("s3:A"), False),
        (document("s3:A", Resource=["*"]), document("s3:A"), True),
        (document("s3:A", Resource="a"), document("s3:A", Resource="A"), False),
        (
            document("s3:A", Condition={"Bool": {"aws:SecureTransport": True}}),
            document("s3:A", Condition={"Bool": {"aws:SecureTransport": ["true"]}}),
            True,
        ),
        (
            document("s3:A", Condition={"StringEquals": {"sts:ExternalId": "a"}}),
            document("s3:A", Condition={"StringEquals": {"sts:ExternalId": "b"}}),
            False,
        ),
        (document("s3:A"), "no policy", False),
        (document("s3:A"), "[]", False),
    ],
)
def test_when_policies_mean_the_same(old: str, new: str, same: bool) -> None:
    assert equivalent_policies(old, new) is same
