"""Each line of the guide's troubleshooting, broken on purpose in documents written by hand."""

import copy
import json
from dataclasses import replace
from typing import Any

import pytest

from pulumi_polytomic.diagnosis import Policy, Role, Subject, diagnose
from tests.unit.diagnosis.documents_by_hand import (
    ARN,
    DATABRICKS_ID,
    GUIDE,
    OURS,
    PERMISSIONS,
    POLYTOMIC_ID,
    SUBJECT,
    Change,
    judged,
)


@pytest.mark.parametrize("trust", [OURS, GUIDE], ids=["ours", "guide"])
def test_a_healthy_role_gives_no_finding(trust: dict[str, Any]) -> None:
    assert judged(lambda *_: None, trust) == []


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
    findings = judged(change)
    assert [each.code for each in findings] == codes
    assert all(each.certain and each.fix and each.where for each in findings)


def test_the_statement_with_the_wrong_id_is_named() -> None:
    [finding] = judged(_other_id(1))
    assert finding.where == "trust policy, statement 2 (UnityCatalogAssumeRole)"


def test_the_missing_action_and_its_resource_are_named() -> None:
    [finding] = judged(lambda _, p: p[0]["Action"].remove("s3:DeleteObject"))
    assert finding.found == "do not allow s3:DeleteObject on arn:aws:s3:::my-bucket/*"


def test_in_the_guides_statement_a_missing_id_is_found() -> None:
    codes = [each.code for each in judged(_other_ids_of_guide, GUIDE)]
    assert codes == ["databricks-external-id", "self-assume-trust"]


def test_a_principal_that_turned_into_an_id_is_dead() -> None:
    def change(trust: list[dict[str, Any]], _: Any) -> None:
        trust[0]["Principal"]["AWS"][2] = "AROAEXAMPLEDEADROLE12"

    codes = [each.code for each in judged(change, GUIDE, unique_id="AROAEXAMPLELIVINGROL1")]
    assert codes == ["self-assume-trust", "open-principal"]


def test_a_boundary_that_takes_something_away_is_named() -> None:
    allow = {"Effect": "Allow", "Action": ["s3:*"], "Resource": "*"}
    boundary = Policy("boundary", {"Version": "2012-10-17", "Statement": [allow]})
    [finding] = judged(lambda *_: None, boundary=boundary)
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
    assert diagnose(Role(ARN, trust, (Policy("access", permissions),)), ALONE) == []


ALONE = replace(
    SUBJECT, databricks=False, databricks_external_id=None, unity_catalog_principal=None
)
"""As where no storage credential is named."""


@pytest.mark.parametrize("trust", [OURS, GUIDE], ids=["ours", "guide"])
def test_a_role_that_lets_unity_catalog_in_assumes_itself_credential_or_not(
    trust: dict[str, Any],
) -> None:
    assert judged(lambda *_: None, trust, ALONE) == []
    codes = [each.code for each in judged(lambda _, p: p.pop(1), trust, ALONE)]
    assert codes == ["self-assume-permissions"]


@pytest.mark.parametrize("change", [lambda t, _: t.pop(2), _other_id(2)], ids=["no", "another ID"])
def test_its_trust_policy_tells_the_id_where_no_credential_does(change: Change) -> None:
    assert [each.code for each in judged(change, subject=ALONE)] == ["self-assume-trust"]


def test_with_two_credentials_the_role_assumes_itself_with_either_id() -> None:
    def change(trust: list[dict[str, Any]], _: Any) -> None:
        trust[1]["Condition"]["StringEquals"]["sts:ExternalId"] = [DATABRICKS_ID, "another-id"]

    assert judged(change, subject=ALONE) == []


OWN = "arn:aws:iam::222233334444:root"


def _own_installation(principal: str, **more: Any) -> Change:
    def change(trust: list[dict[str, Any]], _: Any) -> None:
        trust[0]["Principal"]["AWS"] = principal
        trust[0]["Condition"].update(more)

    return change


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (_own_installation(OWN), []),
        (_own_installation("222233334444"), []),
        (
            _own_installation("arn:aws:iam::222233334444:role/sync"),
            [("polytomic-undecided", False)],
        ),
        (
            _own_installation(
                OWN, ArnLike={"aws:PrincipalArn": "arn:aws:iam::222233334444:role/sync-*"}
            ),
            [("polytomic-undecided", False)],
        ),
        (
            _own_installation(OWN, ArnLike={"aws:PrincipalArn": "arn:aws:iam::1:role/sync"}),
            [("polytomic-condition", True)],
        ),
        (
            _own_installation("arn:aws:iam::222233335555:root"),
            [("polytomic-principal", True), ("open-principal", True)],
        ),
    ],
    ids=["root", "number", "a role of it", "some roles of it", "no role of it", "another account"],
)
def test_a_root_that_is_named_is_asked_as_a_role_of_the_account(
    change: Change, found: list[tuple[str, bool]]
) -> None:
    subject = replace(SUBJECT, polytomic_principal=OWN)
    findings = judged(change, subject=subject)
    assert [(each.code, each.certain) for each in findings] == found


def test_a_role_that_is_about_another_bucket_gives_one_finding() -> None:
    subject = replace(SUBJECT, bucket_name="my-buckett")
    [finding] = judged(lambda *_: None, subject=subject)
    assert finding.found == (
        "allow none of the eight S3 actions on bucket my-buckett; they are about my-bucket"
    )


def test_calls_that_are_refused_alike_make_one_finding() -> None:
    [finding] = judged(lambda _, p: p[0].update(Action=["s3:ListBucket", "s3:GetBucketLocation"]))
    assert finding.found == (
        "do not allow s3:GetObject, s3:PutObject, s3:DeleteObject, s3:ListMultipartUploadParts, "
        "s3:AbortMultipartUpload on arn:aws:s3:::my-bucket/*; "
        "s3:ListBucketMultipartUploads on arn:aws:s3:::my-bucket"
    )


def test_where_a_policy_cannot_be_read_nothing_is_said_of_what_is_lacking() -> None:
    role = Role(ARN, OURS, (Policy("access", "{"),))
    [finding] = diagnose(role, SUBJECT)
    assert (finding.code, finding.where) == ("unreadable", "permissions policy 'access'")
