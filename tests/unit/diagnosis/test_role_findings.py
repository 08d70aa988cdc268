"""Each line of the guide's troubleshooting, broken on purpose in documents written by hand."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from pulumi_polytomic.diagnosis import Finding, Policy, Role, Subject, diagnose

ARN = "arn:aws:iam::123456789012:role/staging"
UNITY_CATALOG = "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"
POLYTOMIC_ID = "8c2f4a1e-6b7d-4e0f-a1b2-c3d4e5f60718"
DATABRICKS_ID = "1f2e3d4c-5b6a-4978-8877-665544332211"
GUIDE: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": ["arn:aws:iam::568237466542:root", UNITY_CATALOG, ARN]},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": [POLYTOMIC_ID, DATABRICKS_ID]}},
        }
    ],
}
OURS: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "PolytomicAssumeRole",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::568237466542:root"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": POLYTOMIC_ID}},
        },
        {
            "Sid": "UnityCatalogAssumeRole",
            "Effect": "Allow",
            "Principal": {"AWS": UNITY_CATALOG},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": DATABRICKS_ID}},
        },
        {
            "Sid": "ExplicitSelfRoleAssumption",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"sts:ExternalId": DATABRICKS_ID},
                "ArnEquals": {"aws:PrincipalArn": ARN},
            },
        },
    ],
}
PERMISSIONS: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "PolytomicAndDatabricksS3Access",
            "Effect": "Allow",
            "Action": [
                "s3:GetObject",
                "s3:ListBucket",
                "s3:PutObject",
                "s3:DeleteObject",
                "s3:GetBucketLocation",
                "s3:ListBucketMultipartUploads",
                "s3:ListMultipartUploadParts",
                "s3:AbortMultipartUpload",
            ],
            "Resource": ["arn:aws:s3:::my-bucket/*", "arn:aws:s3:::my-bucket"],
        },
        {
            "Sid": "AllowSelfAssume",
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": ARN,
        },
    ],
}
SUBJECT = Subject(
    bucket_name="my-bucket",
    databricks_external_id=DATABRICKS_ID,
    unity_catalog_principal=UNITY_CATALOG,
    polytomic_external_ids=(POLYTOMIC_ID,),
)
Change = Callable[[list[dict[str, Any]], list[dict[str, Any]]], Any]


def found(change: Change, trust: dict[str, Any] = OURS, **role: Any) -> list[Finding]:
    trust, permissions = copy.deepcopy(trust), copy.deepcopy(PERMISSIONS)
    change(trust["Statement"], permissions["Statement"])
    findings = diagnose(Role(ARN, trust, (Policy("access", permissions),), **role), SUBJECT)
    text = " ".join(map(str, findings))
    assert POLYTOMIC_ID not in text and DATABRICKS_ID not in text
    return findings


@pytest.mark.parametrize("trust", [OURS, GUIDE], ids=["ours", "guide"])
def test_a_healthy_role_gives_no_finding(trust: dict[str, Any]) -> None:
    assert found(lambda *_: None, trust) == []


def test_documents_may_be_text() -> None:
    policies = (Policy("access", json.dumps(PERMISSIONS)),)
    assert diagnose(Role(ARN, json.dumps(OURS), policies), SUBJECT) == []


def _other_id(index: int) -> Change:
    def change(trust: list[dict[str, Any]], _: Any) -> None:
        trust[index]["Condition"]["StringEquals"]["sts:ExternalId"] = "another-id"

    return change


def _other_ids_of_guide(trust: list[dict[str, Any]], _: Any) -> None:
    trust[0]["Condition"]["StringEquals"]["sts:ExternalId"] = [POLYTOMIC_ID]


def _deny_polytomic(trust: list[dict[str, Any]], _: Any) -> None:
    deny = {"Sid": "Keep", "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}
    condition = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::568237466542:*"}}
    trust.append({**deny, "Condition": condition})


BROKEN: list[tuple[str, Change, list[str]]] = [
    ("no Unity Catalog", lambda t, _: t.pop(1), ["databricks-principal"]),
    ("another Databricks ID", _other_id(1), ["databricks-external-id"]),
    ("no self-assumption in trust", lambda t, _: t.pop(2), ["self-assume-trust"]),
    ("no self-assumption in permissions", lambda _, p: p.pop(1), ["self-assume-permissions"]),
    (
        "no self-assumption at all",
        lambda t, p: (t.pop(2), p.pop(1)),
        ["self-assume-trust", "self-assume-permissions"],
    ),
    ("another ID for itself", _other_id(2), ["self-assume-trust"]),
    ("no Polytomic", lambda t, _: t.pop(0), ["polytomic-principal"]),
    ("another Polytomic ID", _other_id(0), ["polytomic-external-id"]),
    ("a Deny of Polytomic", _deny_polytomic, ["polytomic-denied"]),
    ("no PutObject", lambda _, p: p[0]["Action"].remove("s3:PutObject"), ["s3-action"]),
    (
        "objects only",
        lambda _, p: p[0].update(Resource="arn:aws:s3:::my-bucket/*"),
        ["s3-action"],
    ),
]


@pytest.mark.parametrize(("change", "codes"), [c[1:] for c in BROKEN], ids=[c[0] for c in BROKEN])
def test_what_is_broken_is_named(change: Change, codes: list[str]) -> None:
    findings = found(change)
    assert [each.code for each in findings] == codes
    assert all(each.certain and each.fix and each.where for each in findings)


def test_the_statement_with_the_wrong_id_is_named() -> None:
    [finding] = found(_other_id(1))
    assert "UnityCatalogAssumeRole" in finding.where


def test_the_missing_action_and_its_resource_are_named() -> None:
    [finding] = found(lambda _, p: p[0]["Action"].remove("s3:DeleteObject"))
    assert finding.found == "do not allow s3:DeleteObject on arn:aws:s3:::my-bucket/*"


def test_in_the_guides_statement_a_missing_id_is_found() -> None:
    codes = [each.code for each in found(_other_ids_of_guide, GUIDE)]
    assert codes == ["databricks-external-id", "self-assume-trust"]


def test_a_principal_that_turned_into_an_id_is_dead() -> None:
    def change(trust: list[dict[str, Any]], _: Any) -> None:
        trust[0]["Principal"]["AWS"][2] = "AROAEXAMPLEDEADROLE12"

    codes = [each.code for each in found(change, GUIDE, unique_id="AROAEXAMPLELIVINGROL1")]
    assert codes == ["self-assume-trust", "open-principal"]


def test_a_boundary_that_takes_something_away_is_named() -> None:
    allow = {"Effect": "Allow", "Action": ["s3:*"], "Resource": "*"}
    boundary = Policy("boundary", {"Version": "2012-10-17", "Statement": [allow]})
    [finding] = found(lambda *_: None, boundary=boundary)
    assert (finding.code, "sts:AssumeRole" in finding.found) == ("permissions-boundary", True)


def test_a_policy_that_cannot_be_read_is_named() -> None:
    codes = [each.code for each in diagnose(Role(ARN, "{", ()), SUBJECT)]
    assert codes == ["unreadable"]


def test_a_prefix_is_enough_where_only_the_prefix_is_used() -> None:
    permissions = copy.deepcopy(PERMISSIONS)
    statement = permissions["Statement"][0]
    statement["Resource"] = ["arn:aws:s3:::my-bucket/polytomic/*", "arn:aws:s3:::my-bucket"]
    role = Role(ARN, OURS, (Policy("access", permissions),))
    prefix = Subject(**{**SUBJECT.__dict__, "bucket_prefix": "polytomic"})
    assert diagnose(role, prefix) == []
    assert {each.code for each in diagnose(role, SUBJECT)} == {"s3-action"}
    wrong = Subject(**{**SUBJECT.__dict__, "bucket_prefix": "elsewhere"})
    assert {each.code for each in diagnose(role, wrong)} == {"s3-action"}


def test_a_kms_key_is_asked_for_where_it_is_used() -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012"
    role = Role(ARN, OURS, (Policy("access", PERMISSIONS),))
    subject = Subject(**{**SUBJECT.__dict__, "kms_key_arn": key})
    assert [each.code for each in diagnose(role, subject)] == ["kms-action"]


def test_without_databricks_no_self_assumption_is_asked_for() -> None:
    trust = {**OURS, "Statement": OURS["Statement"][:1]}
    permissions = {**PERMISSIONS, "Statement": PERMISSIONS["Statement"][:1]}
    subject = Subject(**{**SUBJECT.__dict__, "databricks": False})
    assert diagnose(Role(ARN, trust, (Policy("access", permissions),)), subject) == []
