"""sts:AssumeRole: judged over the trust policy and the caller's identity policies."""

import json
from typing import Any

import pytest

from pulumi_polytomic.iam import Decision, Verdict
from sandbox.aws.authorization import log_undecided
from sandbox.aws.callers import Caller
from sandbox.identities import ADMINISTRATOR, POLYTOMIC, STRANGER, UNITY_CATALOG, Identity
from tests.unit.sandbox.aws.support import Aws, allow, refusal, trust

ID = "external-id-of-polytomic"
ACCOUNT_ROOT = "arn:aws:iam::123456789012:root"


@pytest.mark.parametrize(
    ("principal", "identity", "external_id"),
    [
        (POLYTOMIC.arn, POLYTOMIC, None),
        (POLYTOMIC.arn, POLYTOMIC, "another-id"),
        (POLYTOMIC.arn, POLYTOMIC, ID.upper()),
        (POLYTOMIC.arn, STRANGER, ID),
        (POLYTOMIC.arn, UNITY_CATALOG["aws"], ID),
        (POLYTOMIC.arn, ADMINISTRATOR, ID),
        ("arn:aws:iam::568237466542:root", STRANGER, ID),
    ],
)
def test_whom_the_trust_policy_does_not_name_is_refused(
    aws: Aws, principal: str, identity: Identity, external_id: str | None
) -> None:
    arn = aws.role("staging", trust(principal, ID), Path="/team/")
    sent = {"ExternalId": external_id} if external_id else {}
    code, message, status = refusal(
        aws("sts", identity).assume_role, RoleArn=arn, RoleSessionName="test", **sent
    )
    caller = aws("sts", identity).get_caller_identity()["Arn"]
    assert (code, status) == ("AccessDenied", 403)
    assert message == (
        f"User: {caller} is not authorized to perform: sts:AssumeRole on resource: {arn}"
    )


@pytest.mark.parametrize(
    "principal", [POLYTOMIC.arn, "arn:aws:iam::568237466542:root", "568237466542"]
)
def test_the_trusted_vendor_gets_in_with_its_id(aws: Aws, principal: str) -> None:
    arn = aws.role("staging", trust(principal, ID), Path="/team/")
    credentials = aws.assume(arn, POLYTOMIC, ExternalId=ID)
    me = aws.session("sts", credentials).get_caller_identity()
    assert me["Arn"] == "arn:aws:sts::123456789012:assumed-role/staging/test"
    role_id = aws("iam").get_role(RoleName="staging")["Role"]["RoleId"]
    assert me["UserId"] == f"{role_id}:test"


def test_gov_cloud_has_roles_of_its_own(aws: Aws) -> None:
    iam = aws("iam", region="us-gov-west-1")
    vendor = UNITY_CATALOG["aws-us-gov"]
    arn = iam.create_role(
        RoleName="staging", AssumeRolePolicyDocument=json.dumps(trust(vendor.arn, ID))
    )["Role"]["Arn"]
    assert arn == "arn:aws-us-gov:iam::123456789012:role/staging"
    assert aws.assume(arn, vendor, ExternalId=ID)["SessionToken"]
    assert aws("iam").list_roles()["Roles"] == []


def test_a_missing_role_is_refused_like_one_that_does_not_trust(aws: Aws) -> None:
    arn = "arn:aws:iam::123456789012:role/nobody"
    call = aws("sts", POLYTOMIC).assume_role
    assert refusal(call, RoleArn=arn, RoleSessionName="test")[0] == "AccessDenied"


def test_a_role_assumes_itself_only_with_both_policies(aws: Aws) -> None:
    arn = "arn:aws:iam::123456789012:role/staging"
    own = trust(ACCOUNT_ROOT, ArnEquals={"aws:PrincipalArn": arn})
    vendor = trust(POLYTOMIC.arn, ID)
    both = {**own, "Statement": own["Statement"] + vendor["Statement"]}
    aws.role("staging", both)
    itself = aws.session("sts", aws.assume(arn, POLYTOMIC, ExternalId=ID))
    again = {"RoleArn": arn, "RoleSessionName": "again"}
    assert refusal(itself.assume_role, **again)[0] == "AccessDenied"
    policy = json.dumps(allow("sts:AssumeRole", resource=arn))
    aws("iam").put_role_policy(RoleName="staging", PolicyName="self", PolicyDocument=policy)
    assert itself.assume_role(**again)["Credentials"]
    aws("iam").update_assume_role_policy(RoleName="staging", PolicyDocument=json.dumps(vendor))
    assert refusal(itself.assume_role, **again)[0] == "AccessDenied"


def test_a_boundary_limits_whom_a_role_can_become(aws: Aws) -> None:
    boundary = aws("iam").create_policy(PolicyName="b", PolicyDocument=json.dumps(allow("s3:*")))[
        "Policy"
    ]["Arn"]
    target = aws.role("target", trust(ACCOUNT_ROOT))
    aws.role("limited", trust(ADMINISTRATOR.arn), allow("*"), PermissionsBoundary=boundary)
    limited = aws.assume("arn:aws:iam::123456789012:role/limited")
    call = aws.session("sts", limited).assume_role
    assert refusal(call, RoleArn=target, RoleSessionName="test")[0] == "AccessDenied"
    aws("iam").delete_role_permissions_boundary(RoleName="limited")
    assert call(RoleArn=target, RoleSessionName="test")["Credentials"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"DurationSeconds": 43201}, "Member must have value less than or equal to 43200"),
        ({"DurationSeconds": 7200}, "exceeds the MaxSessionDuration set for this role"),
        ({"ExternalId": "no spaces"}, "'externalId' failed to satisfy constraint"),
        ({"ExternalId": "x" * 1225}, "less than or equal to 1224"),
        ({"RoleSessionName": "a/b"}, "'roleSessionName' failed to satisfy constraint"),
        ({"RoleArn": "arn:aws:iam::123456789012"}, "is invalid"),
    ],
)
def test_malformed_calls_are_refused(aws: Aws, arguments: dict[str, Any], message: str) -> None:
    arn = aws.role("staging", trust(ADMINISTRATOR.arn))
    call = {"RoleArn": arn, "RoleSessionName": "test", **arguments}
    code, text, status = refusal(aws("sts").assume_role, **call)
    assert (code, status) == ("ValidationError", 400)
    assert message in text
    assert arguments.get("ExternalId", "(none)") not in text


def test_a_chained_session_lasts_an_hour_at_most(aws: Aws) -> None:
    arn = aws.role("staging", trust(POLYTOMIC.arn), MaxSessionDuration=43200)
    call = aws("sts", POLYTOMIC).assume_role
    code, message, _ = refusal(call, RoleArn=arn, RoleSessionName="test", DurationSeconds=3601)
    assert code == "ValidationError"
    assert "1 hour session limit for roles assumed by role chaining" in message
    assert call(RoleArn=arn, RoleSessionName="test", DurationSeconds=3600)["Credentials"]


def test_a_condition_key_that_the_call_lacks_refuses_it(aws: Aws) -> None:
    statement = trust(POLYTOMIC.arn, StringEquals={"aws:PrincipalOrgID": "o-1234567890"})
    arn = aws.role("staging", statement)
    call = aws("sts", POLYTOMIC).assume_role
    assert refusal(call, RoleArn=arn, RoleSessionName="test")[0] == "AccessDenied"


def test_an_undecided_call_is_logged_as_such(caplog: pytest.LogCaptureFixture) -> None:
    verdict = Verdict(Decision.UNDECIDED, "nobody knows", ())
    log_undecided(verdict, "sts:AssumeRole", Caller("arn:a", "arn:a", "AIDA"))
    assert "Undecided, refused: sts:AssumeRole by arn:a: nobody knows" in caplog.text


def test_a_session_policy_limits_the_session(aws: Aws) -> None:
    arn = aws.role("staging", trust(ADMINISTRATOR.arn), allow("iam:*"))
    limited = aws.assume(arn, Policy=json.dumps(allow("iam:ListUsers")))
    iam = aws.session("iam", limited)
    assert iam.list_users()["Users"] == []
    assert refusal(iam.list_roles)[0] == "AccessDenied"


@pytest.mark.parametrize("call", ["get_session_token", "get_access_key_info"])
def test_what_the_sandbox_does_not_have_says_so(aws: Aws, call: str) -> None:
    arguments = {"AccessKeyId": "A" * 16} if "info" in call else {}
    assert refusal(getattr(aws("sts"), call), **arguments)[::2] == ("NotImplemented", 501)


def test_the_administrator_lacks_what_the_setting_denies(aws: Aws) -> None:
    aws.sandbox.settings(denied_actions=["iam:Create*", "sts:AssumeRole", "s3:PutObject"])
    code, message, status = refusal(
        aws("iam").create_role, RoleName="r", AssumeRolePolicyDocument=json.dumps(trust("*"))
    )
    assert (code, status) == ("AccessDenied", 403)
    assert message == (
        "User: arn:aws:iam::123456789012:user/administrator is not authorized to perform: "
        "iam:CreateRole on resource: arn:aws:iam::123456789012:role/r because no identity-based "
        "policy allows the iam:CreateRole action"
    )
    assert aws("iam").list_roles()["Roles"] == []
