"""Trust policies that IAM refuses, and how it shows the ones that it takes."""

import json
from typing import Any

import pytest

from sandbox.identities import ADMINISTRATOR, POLYTOMIC
from tests.unit.sandbox.aws.support import Aws, refusal, trust

OTHER = trust(POLYTOMIC.arn, "an-external-id")


def changed(**changes: Any) -> str:
    statement = {**OTHER["Statement"][0], **changes}
    kept = {key: value for key, value in statement.items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [kept]})


@pytest.mark.parametrize(
    "principal",
    [
        "arn:aws:iam::123456789012:role/absent",
        "arn:aws:iam::123456789012:user/absent",
        "arn:aws:iam::123456789012:role/itself",
        "arn:aws:iam::123456789012:role/*",
        "arn:aws:iam::123456789012:group/people",
        "arn:aws-us-gov:iam::044793339203:role/other-partition",
        "arn:aws:s3:::bucket",
        "AROAAAAAAAAAAAAAAAAAA",
        "12345",
        "",
    ],
)
def test_a_principal_that_does_not_exist_is_refused(aws: Aws, principal: str) -> None:
    document = json.dumps(trust([POLYTOMIC.arn, principal]))
    code, message, status = refusal(
        aws("iam").create_role, RoleName="itself", AssumeRolePolicyDocument=document
    )
    assert (code, status) == ("MalformedPolicyDocument", 400)
    assert message == f'Invalid principal in policy: "AWS":"{principal}"'
    assert aws("iam").list_roles()["Roles"] == []


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{", "This policy contains invalid Json"),
        ("[]", "Syntax errors in policy."),
        (changed(Resource="*"), "Has prohibited field Resource"),
        (changed(Principal=None), "Missing required field Principal"),
        (changed(Principal={}), "Missing required field Principal cannot be empty!"),
        (changed(Principal={"AWS": []}), "Missing required field Principal cannot be empty!"),
        (changed(Principal={"Aws": "*"}), 'Invalid principal in policy: "Aws"'),
        (
            changed(Principal={"Service": "databricks"}),
            'Invalid principal in policy: "SERVICE":"databricks"',
        ),
        (
            changed(Action="s3:GetObject"),
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (changed(Effect="Perhaps"), "Syntax errors in policy."),
        (changed(Effects="Allow"), "Syntax errors in policy."),
        (changed(Condition={"StringIs": {"a": "b"}}), "Syntax errors in policy."),
        (
            json.dumps({**OTHER, "Version": "2020-01-01"}),
            "Syntax errors in policy.",
        ),
    ],
)
def test_a_malformed_document_is_refused_in_both_calls(
    aws: Aws, document: str, message: str
) -> None:
    iam = aws("iam")
    aws.role("there", OTHER)
    for call, arguments in (
        (iam.create_role, {"RoleName": "new", "AssumeRolePolicyDocument": document}),
        (iam.update_assume_role_policy, {"RoleName": "there", "PolicyDocument": document}),
    ):
        assert refusal(call, **arguments) == ("MalformedPolicyDocument", message, 400)
    role = iam.get_role(RoleName="there")["Role"]
    assert role["AssumeRolePolicyDocument"] == OTHER


def test_the_quota_counts_no_white_space_and_can_be_raised(aws: Aws) -> None:
    iam = aws("iam")
    document = trust(POLYTOMIC.arn, "x" * 1224)
    document["Statement"] *= 2
    document["Statement"][1] = {**document["Statement"][1], "Sid": "Second"}
    call = {"RoleName": "long", "AssumeRolePolicyDocument": json.dumps(document)}
    assert refusal(iam.create_role, **call) == (
        "LimitExceeded",
        "Cannot exceed quota for ACLSizePerRole: 2048",
        409,
    )
    aws.sandbox.settings(trust_policy_quota=4096)
    iam.create_role(**call)
    aws.sandbox.settings(trust_policy_quota=2048)
    short = json.dumps(OTHER, indent=2000)
    assert len(short) > 2048
    iam.update_assume_role_policy(RoleName="long", PolicyDocument=short)


def test_an_account_id_comes_back_as_its_root(aws: Aws) -> None:
    aws.role("r", trust(["568237466542", ADMINISTRATOR.arn]))
    shown = aws("iam").get_role(RoleName="r")["Role"]["AssumeRolePolicyDocument"]
    assert shown["Statement"][0]["Principal"]["AWS"] == [
        "arn:aws:iam::568237466542:root",
        ADMINISTRATOR.arn,
    ]


def test_the_document_is_url_encoded_on_the_wire(aws: Aws) -> None:
    aws.role("r", OTHER)
    iam = aws("iam")
    bodies: list[bytes] = []
    iam.meta.events.register(
        "before-parse.iam.GetRole", lambda response_dict, **_: bodies.append(response_dict["body"])
    )
    iam.get_role(RoleName="r")
    assert b"<AssumeRolePolicyDocument>%7B%22Version%22" in bodies[0]


def test_a_role_made_again_is_another_principal(aws: Aws) -> None:
    iam = aws("iam")
    friend = aws.role("friend", trust(ADMINISTRATOR.arn))
    dead_id = iam.get_role(RoleName="friend")["Role"]["RoleId"]
    arn = aws.role("r", trust(friend, "an-external-id"))
    session = aws.session("sts", aws.assume(friend))
    call = {"RoleArn": arn, "RoleSessionName": "test", "ExternalId": "an-external-id"}
    assert session.assume_role(**call)["Credentials"]

    iam.delete_role(RoleName="friend")
    assert principal_of(iam, "r") == dead_id
    assert aws.role("friend", trust(ADMINISTRATOR.arn)) == friend
    assert principal_of(iam, "r") == dead_id
    listed = {role["RoleName"]: role for role in iam.list_roles()["Roles"]}
    document = listed["r"]["AssumeRolePolicyDocument"]
    assert document["Statement"][0]["Principal"] == {"AWS": dead_id}
    session = aws.session("sts", aws.assume(friend))
    assert refusal(session.assume_role, **call)[0] == "AccessDenied"
    # What AWS shows can't be sent back: that is how people find out.
    assert refusal(
        iam.update_assume_role_policy, RoleName="r", PolicyDocument=json.dumps(document)
    )[1].startswith("Invalid principal in policy")

    iam.update_assume_role_policy(
        RoleName="r", PolicyDocument=json.dumps(trust(friend, "an-external-id"))
    )
    assert session.assume_role(**call)["Credentials"]


def test_a_user_that_is_deleted_shows_its_unique_id(aws: Aws) -> None:
    iam = aws("iam")
    user = iam.create_user(UserName="someone")["User"]
    aws.role("r", trust(user["Arn"]))
    iam.delete_user(UserName="someone")
    assert principal_of(iam, "r") == user["UserId"]


def principal_of(iam: Any, name: str) -> Any:
    document = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    return document["Statement"][0]["Principal"]["AWS"]
