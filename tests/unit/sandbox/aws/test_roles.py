"""Roles and their policies: names, limits, conflicts, boundaries, propagation."""

import json
import time
from typing import Any

import pytest

from sandbox.identities import ADMINISTRATOR, POLYTOMIC
from tests.unit.sandbox.aws.support import Aws, allow, refusal, trust

TRUST = trust(ADMINISTRATOR.arn)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"RoleName": "no spaces"}, "'roleName' failed to satisfy constraint: Member must satisfy"),
        ({"RoleName": "r" * 65}, "less than or equal to 64"),
        ({"Path": "team"}, "'path' failed to satisfy constraint"),
        ({"Path": "/" + "p" * 511 + "/"}, "less than or equal to 512"),
        ({"Description": "d" * 1001}, "less than or equal to 1000"),
        ({"Description": "\u2603"}, "'description' failed to satisfy constraint"),
        ({"MaxSessionDuration": 43201}, "less than or equal to 43200"),
    ],
)
def test_parameters_out_of_bounds_are_refused(
    aws: Aws, arguments: dict[str, Any], message: str
) -> None:
    call = {"RoleName": "r", "AssumeRolePolicyDocument": json.dumps(TRUST), **arguments}
    code, text, status = refusal(aws("iam").create_role, **call)
    assert (code, status) == ("ValidationError", 400)
    assert message in text


@pytest.mark.parametrize("name", ["taken", "TAKEN"])
def test_a_name_is_taken_only_once(aws: Aws, name: str) -> None:
    aws.role("taken", TRUST)
    assert refusal(
        aws("iam").create_role, RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST)
    ) == ("EntityAlreadyExists", f"Role with name {name} already exists.", 409)


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("get_role", {}),
        ("delete_role", {}),
        ("update_role", {}),
        ("update_assume_role_policy", {"PolicyDocument": json.dumps(TRUST)}),
        ("put_role_policy", {"PolicyName": "p", "PolicyDocument": json.dumps(allow("s3:*"))}),
        ("get_role_policy", {"PolicyName": "p"}),
    ],
)
def test_a_missing_role_is_told(aws: Aws, call: str, arguments: dict[str, str]) -> None:
    code, _, status = refusal(getattr(aws("iam"), call), RoleName="nobody", **arguments)
    assert (code, status) == ("NoSuchEntity", 404)


@pytest.mark.parametrize("arn", ["arn:aws:iam::123456789012:policy/absent", "not-an-arn-at-all-ok"])
def test_a_boundary_that_does_not_exist_is_refused(aws: Aws, arn: str) -> None:
    iam = aws("iam")
    wanted = ("NoSuchEntity", f"Scope ARN: {arn} does not exist or is not attachable.", 404)
    call = {"RoleName": "r", "AssumeRolePolicyDocument": json.dumps(TRUST)}
    assert refusal(iam.create_role, **call, PermissionsBoundary=arn) == wanted
    iam.create_role(**call)
    boundary = {"RoleName": "r", "PermissionsBoundary": arn}
    assert refusal(iam.put_role_permissions_boundary, **boundary) == wanted


def test_a_boundary_of_aws_own_is_there(aws: Aws) -> None:
    arn = "arn:aws:iam::aws:policy/PowerUserAccess"
    aws.role("r", TRUST, PermissionsBoundary=arn)
    role = aws("iam").get_role(RoleName="r")["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == arn


def test_a_role_with_policies_is_not_deleted(aws: Aws) -> None:
    iam = aws("iam")
    aws.role("r", TRUST, allow("s3:*"))
    assert refusal(iam.delete_role, RoleName="r")[::2] == ("DeleteConflict", 409)
    iam.delete_role_policy(RoleName="r", PolicyName="p0")
    arn = iam.create_policy(PolicyName="m", PolicyDocument=json.dumps(allow("s3:*")))["Policy"][
        "Arn"
    ]
    iam.attach_role_policy(RoleName="r", PolicyArn=arn)
    assert refusal(iam.delete_role, RoleName="r")[::2] == ("DeleteConflict", 409)
    assert refusal(iam.delete_policy, PolicyArn=arn)[::2] == ("DeleteConflict", 409)
    iam.detach_role_policy(RoleName="r", PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)
    iam.delete_role(RoleName="r")
    assert refusal(iam.get_role, RoleName="r")[0] == "NoSuchEntity"


def test_inline_policies_share_a_quota(aws: Aws) -> None:
    iam = aws("iam")
    aws.role("r", TRUST)
    half = json.dumps(allow("s3:GetObject", resource="arn:aws:s3:::" + "b" * 6000), indent=8)
    iam.put_role_policy(RoleName="r", PolicyName="one", PolicyDocument=half)
    iam.put_role_policy(RoleName="r", PolicyName="one", PolicyDocument=half)
    second = {"RoleName": "r", "PolicyName": "two", "PolicyDocument": half}
    assert refusal(iam.put_role_policy, **second) == (
        "LimitExceeded",
        "Maximum policy size of 10240 bytes exceeded for role r",
        409,
    )


def test_a_managed_policy_has_a_quota(aws: Aws) -> None:
    long = json.dumps(allow("s3:GetObject", resource="arn:aws:s3:::" + "b" * 6144))
    assert refusal(aws("iam").create_policy, PolicyName="m", PolicyDocument=long) == (
        "LimitExceeded",
        "Cannot exceed quota for PolicySize: 6144",
        409,
    )


@pytest.mark.parametrize("call", ["delete_policy", "create_policy_version"])
def test_policies_of_aws_own_are_not_changed(aws: Aws, call: str) -> None:
    arguments = {"PolicyArn": "arn:aws:iam::aws:policy/PowerUserAccess"}
    if call == "create_policy_version":
        arguments["PolicyDocument"] = json.dumps(allow("*"))
    assert refusal(getattr(aws("iam"), call), **arguments)[::2] == ("AccessDenied", 403)


def test_a_role_takes_ten_managed_policies(aws: Aws) -> None:
    iam = aws("iam")
    aws.role("r", TRUST)
    found = iam.list_policies(Scope="AWS", MaxItems=11)["Policies"]
    for policy in found[:10]:
        iam.attach_role_policy(RoleName="r", PolicyArn=policy["Arn"])
    assert refusal(iam.attach_role_policy, RoleName="r", PolicyArn=found[10]["Arn"]) == (
        "LimitExceeded",
        "Cannot exceed quota for PoliciesPerRole: 10",
        409,
    )


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{", "This policy contains invalid Json"),
        (json.dumps(TRUST), "Policy document should not specify a principal."),
    ],
)
def test_a_malformed_permissions_policy_is_refused(aws: Aws, document: str, message: str) -> None:
    aws.role("r", TRUST)
    call = {"RoleName": "r", "PolicyName": "p", "PolicyDocument": document}
    wanted = ("MalformedPolicyDocument", message, 400)
    assert refusal(aws("iam").put_role_policy, **call) == wanted


def test_an_update_leaves_alone_what_it_does_not_name(aws: Aws) -> None:
    iam = aws("iam")
    aws.role("r", TRUST, Description="staging", MaxSessionDuration=7200)
    iam.update_role(RoleName="r", MaxSessionDuration=3600)
    role = iam.get_role(RoleName="r")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("staging", 3600)
    iam.update_role(RoleName="r", Description="other")
    role = iam.get_role(RoleName="r")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("other", 3600)


def test_a_change_counts_only_after_the_delay(aws: Aws) -> None:
    iam = aws("iam")
    aws.sandbox.settings(iam_propagation_seconds=0.6)
    made = time.monotonic()
    arn = aws.role("late", trust(POLYTOMIC.arn, "first-id"))
    assert iam.get_role(RoleName="late")["Role"]["Arn"] == arn
    first = {"RoleArn": arn, "RoleSessionName": "test", "ExternalId": "first-id"}
    second = {**first, "ExternalId": "second-id"}
    polytomic = aws("sts", POLYTOMIC)
    assert refusal(polytomic.assume_role, **first)[0] == "AccessDenied"
    naming = {"RoleName": "r", "AssumeRolePolicyDocument": json.dumps(trust(arn))}
    code, message, _ = refusal(iam.create_role, **naming)
    assert (code, message) == (
        "MalformedPolicyDocument",
        f'Invalid principal in policy: "AWS":"{arn}"',
    )
    assert time.monotonic() - made < 0.6, "too slow to tell"
    eventually(polytomic.assume_role, **first)
    assert time.monotonic() - made >= 0.6
    iam.create_role(**naming)

    document = json.dumps(trust(POLYTOMIC.arn, "second-id"))
    iam.update_assume_role_policy(RoleName="late", PolicyDocument=document)
    assert polytomic.assume_role(**first)["Credentials"]
    assert refusal(polytomic.assume_role, **second)[0] == "AccessDenied"
    eventually(polytomic.assume_role, **second)
    assert refusal(polytomic.assume_role, **first)[0] == "AccessDenied"


def eventually(call: Any, **arguments: Any) -> Any:
    deadline = time.monotonic() + 5
    while True:
        try:
            return call(**arguments)
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
