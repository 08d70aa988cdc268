"""Which Allow statements of a permissions policy are no more than staging needs, by their form."""

from typing import Any

import pytest

from pulumi_polytomic.iam import (
    Allowance,
    PolicyDocument,
    Unknown,
    excess_permissions,
    parse_policy,
)

ROLE = "arn:aws:iam::123456789012:role/staging"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
BUCKET = "arn:aws:s3:::lake"
OBJECTS = "arn:aws:s3:::lake/*"
EIGHT = [
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:GetBucketLocation",
    "s3:ListBucketMultipartUploads",
    "s3:ListMultipartUploadParts",
    "s3:AbortMultipartUpload",
]
NEEDED = Allowance(ROLE)


def allow(action: Any, resource: Any, condition: Any = None, **changed: Any) -> dict[str, Any]:
    given = {"Condition": condition} if condition else {}
    return {"Effect": "Allow", "Action": action, "Resource": resource, **given, **changed}


def read(*statements: dict[str, Any]) -> PolicyDocument:
    return parse_policy({"Version": "2012-10-17", "Statement": list(statements)}, "permissions")


def excess(
    *statements: dict[str, Any],
    allowance: Allowance = NEEDED,
    boundary: PolicyDocument | None = None,
) -> list[tuple[str, str]]:
    found = excess_permissions([read(*statements)], allowance, boundary)
    assert all(each.what for each in found)
    return [(each.about, each.certainty) for each in found]


@pytest.mark.parametrize(
    ("action", "resource", "condition"),
    [
        (EIGHT, [BUCKET, OBJECTS], None),
        ("S3:getobject", "arn:aws:s3:::lake/staging/*", None),
        ("s3:GetObject", "arn:aws:s3:::lake/*.csv", None),
        ("s3:GetObject", OBJECTS, {"Bool": {"aws:SecureTransport": "true"}}),
        ("sts:AssumeRole", ROLE, None),
        (["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*"], KEY, None),
        (["sqs:ReceiveMessage", "sqs:ListQueues"], "arn:aws:sqs:*:*:csms-*", None),
        ("sns:Publish", "arn:aws:sns:us-east-1:123456789012:csms-topic", None),
        (["s3:PutBucketNotification", "sns:Subscribe"], [BUCKET, "arn:aws:sns:*:*:csms-*"], None),
        ([*EIGHT, "sts:AssumeRole", "kms:Decrypt"], [BUCKET, OBJECTS, ROLE, KEY], None),
    ],
)
def test_what_is_needed(action: Any, resource: Any, condition: Any) -> None:
    assert excess(allow(action, resource, condition)) == []


@pytest.mark.parametrize(
    ("action", "resource", "about"),
    [
        ("*", "*", "all"),
        ("*:*", BUCKET, "all"),
        ("s?:GetObject", OBJECTS, "all"),
        ("s3:*", OBJECTS, "s3"),
        ("s3:Get*", OBJECTS, "s3"),
        ("s3:PutBucketNotification", BUCKET, "s3"),
        ("s3:GetObject", "*", "s3"),
        ("s3:GetObject", "arn:aws:s3:::*", "s3"),
        ("s3:GetObject", "arn:aws:s3:::lake*", "s3"),
        ("s3:GetObject", "arn:aws:s3:::lake/staging*", "s3"),
        ("s3:GetObject", "arn:aws:s3:::${aws:PrincipalTag/bucket}/*", "s3"),
        ("s3:GetObject", "arn:aws:*:::lake/*", "s3"),
        ("s3:GetObject", "arn:aws-cn:s3:::lake/*", "s3"),
        ("s3:GetObject", "arn:aws:s3:us-east-1:123456789012:accesspoint/x/object/*", "s3"),
        ("sts:AssumeRole", "*", "other"),
        ("sts:AssumeRole", "arn:aws:iam::123456789012:role/stag*", "other"),
        ("sts:AssumeRole", "arn:aws:iam::210987654321:role/staging", "other"),
        ("sts:*", ROLE, "other"),
        ("kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:key/*", "other"),
        ("kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:alias/x", "other"),
        ("kms:CreateGrant", KEY, "other"),
        ("sqs:*", "arn:aws:sqs:*:*:csms-*", "other"),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:210987654321:csms-x", "other"),
        ("sqs:SendMessage", "arn:aws:sqs:*:*:csm*", "other"),
        ("iam:PassRole", ROLE, "other"),
    ],
)
def test_what_is_more(action: Any, resource: Any, about: str) -> None:
    found = excess(allow(action, resource))
    assert (about, "open") in found


def test_a_second_bucket_and_a_second_key() -> None:
    second = KEY.replace("1234abcd", "4321abcd")
    assert excess(allow("s3:GetObject", [OBJECTS, "arn:aws:s3:::other/*"])) == [("s3", "open")]
    assert excess(allow("kms:Decrypt", [KEY, second])) == [("other", "open")]
    two = Allowance(ROLE, buckets=("lake", "other"))
    assert excess(allow("s3:GetObject", [OBJECTS, "arn:aws:s3:::other/*"]), allowance=two) == []


def test_not_action_and_not_resource_count_as_everything() -> None:
    rest = allow(None, BUCKET)
    rest["NotAction"] = "iam:*"
    del rest["Action"]
    assert excess(rest) == [("all", "open")]
    elsewhere = allow("s3:GetObject", None)
    elsewhere["NotResource"] = "arn:aws:s3:::secret/*"
    del elsewhere["Resource"]
    assert excess(elsewhere) == [("s3", "open")]


@pytest.mark.parametrize(
    ("condition", "certain"),
    [
        ({"StringLike": {"s3:prefix": ["in", "in/", "in/*"]}}, True),
        ({"StringEquals": {"S3:Prefix": "in/"}, "Bool": {"a:b": "true"}}, True),
        (None, False),
        ({"StringLike": {"s3:prefix": "in*"}}, False),
        ({"StringLike": {"s3:prefix": ["in/*", ""]}}, False),
        ({"StringLikeIfExists": {"s3:prefix": "in/*"}}, False),
        ({"ForAllValues:StringLike": {"s3:prefix": "in/*"}}, False),
        ({"StringNotLike": {"s3:prefix": "out/*"}}, False),
        ({"StringLike": {"s3:delimiter": "in/*"}}, False),
    ],
)
def test_a_listing_of_the_prefix_alone(condition: Any, certain: bool) -> None:
    prefix = Allowance(ROLE, prefix="in")
    found = excess(allow("s3:ListBucket", BUCKET, condition), allowance=prefix)
    assert found == ([] if certain else [("s3", "open")])


@pytest.mark.parametrize(
    ("resource", "within"),
    [
        ("arn:aws:s3:::lake/in/*", True),
        ("arn:aws:s3:::lake/in/folder/*", True),
        ("arn:aws:s3:::lake/in/${aws:username}/*", True),
        ("arn:aws:s3:::lake/in*", False),
        ("arn:aws:s3:::lake/*", False),
        ("arn:aws:s3:::lake/inner/*", False),
        ("arn:aws:s3:::lake/*/in/*", False),
    ],
)
def test_objects_below_the_prefix(resource: str, within: bool) -> None:
    found = excess(allow("s3:GetObject", resource), allowance=Allowance(ROLE, prefix="in"))
    assert found == ([] if within else [("s3", "open")])


@pytest.mark.parametrize(
    ("action", "resource", "left"),
    [
        ([*EIGHT, "sts:AssumeRole"], "*", []),
        (EIGHT, [BUCKET, OBJECTS], []),
        ("s3:*", "*", [("s3", "open")]),
        ("*", "*", [("s3", "open")]),
        ("iam:*", "*", []),
        ("s3:Put*", "*", [("s3", "open")]),
        ("s3:*Object", "*", [("s3", "open")]),
    ],
)
def test_a_boundary_takes_away_what_it_does_not_allow(
    action: Any, resource: Any, left: list[tuple[str, str]]
) -> None:
    boundary = read(allow(action, resource))
    assert excess(allow("s3:*", [BUCKET, OBJECTS]), boundary=boundary) == left


def test_a_boundary_by_not_action_takes_away_what_it_names() -> None:
    guard = allow(None, "*")
    guard["NotAction"] = ["iam:*", "organizations:*"]
    del guard["Action"]
    assert excess(allow("iam:PassRole", "*"), boundary=read(guard)) == []
    assert excess(allow("ec2:*", "*"), boundary=read(guard)) == [("other", "open")]


@pytest.mark.parametrize(
    ("deny", "certainty"),
    [
        ({"Action": "iam:*", "Resource": "*"}, "advice"),
        ({"NotAction": ["s3:*", "sts:*"], "Resource": "*"}, "advice"),
        ({"Action": "iam:Pass*", "Resource": "*"}, "open"),
        ({"Action": "iam:*", "Resource": "arn:aws:iam:::*"}, "open"),
        ({"Action": "iam:*", "Resource": "*", "Condition": {"Null": {"a:b": "true"}}}, "open"),
    ],
)
def test_what_a_deny_alone_takes_away_is_advice(deny: Any, certainty: str) -> None:
    found = excess(allow("iam:*", "*"), {"Effect": "Deny", **deny})
    assert found == [("other", certainty)]


def test_what_is_not_known_yet_is_told_apart() -> None:
    unknown = Unknown("later")
    assert excess(allow("s3:GetObject", unknown)) == [("s3", "unknown")]
    assert excess(allow(unknown, OBJECTS)) == [("all", "unknown")]
    open_boundary = read(allow(unknown, "*"))
    assert excess(allow("iam:*", "*"), boundary=open_boundary) == [("other", "open")]


def test_the_account_of_a_role_that_is_not_sure_leaves_path_and_name() -> None:
    unsure = Allowance("arn:aws:iam::000000000000:role/staging", account_known=False)
    assert excess(allow("sts:AssumeRole", ROLE), allowance=unsure) == []
    other = allow("sts:AssumeRole", "arn:aws:iam::123456789012:role/data/staging")
    assert excess(other, allowance=unsure) == [("other", "open")]
