"""Fair roles with the usual compliance statements: what is known of the vendors' calls decides."""

from dataclasses import replace
from typing import Any

import pytest

from pulumi_polytomic.diagnosis import Policy
from tests.unit.diagnosis.documents_by_hand import ARN, SUBJECT, Change, judged

OWN = "123456789012"
KEY = f"arn:aws:kms:eu-west-1:{OWN}:key/12345678-1234-1234-1234-123456789012"
KMS = {
    "Effect": "Allow",
    "Action": ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*"],
    "Resource": KEY,
}


def denies(condition: dict[str, Any], action: Any = "*") -> Change:
    """A Deny of the permissions policy, on everything."""
    statement = {"Effect": "Deny", "Action": action, "Resource": "*", "Condition": condition}
    return lambda _, permissions: permissions.append(statement)


def keeps_out(condition: dict[str, Any]) -> Change:
    """A Deny of the trust policy, for everybody."""
    statement = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}
    return lambda trust, _: trust.append({**statement, "Condition": condition})


def narrows(index: int, condition: dict[str, Any]) -> Change:
    """A further condition of an Allow in the permissions policy."""
    return lambda _, permissions: permissions[index].update(Condition=condition)


DENIALS: list[tuple[str, Change]] = [
    ("nothing without TLS", denies({"Bool": {"aws:SecureTransport": "false"}})),
    ("nothing without TLS, if told", denies({"BoolIfExists": {"aws:SecureTransport": "false"}})),
    ("no S3 without TLS", denies({"Bool": {"aws:SecureTransport": "false"}}, "s3:*")),
    ("nobody in without TLS", keeps_out({"Bool": {"aws:SecureTransport": "false"}})),
    (
        "nothing of other accounts",
        denies({"StringNotEquals": {"aws:ResourceAccount": OWN}}, ["s3:*", "sts:*"]),
    ),
    (
        "no S3 of other accounts",
        denies({"StringNotEqualsIfExists": {"s3:ResourceAccount": [OWN]}}, "s3:*"),
    ),
    ("no old TLS", denies({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, "s3:*")),
    ("nothing but as itself", denies({"ArnNotEquals": {"aws:PrincipalArn": ARN}})),
    ("nobody of other accounts", denies({"StringNotEquals": {"aws:PrincipalAccount": OWN}})),
    ("nothing for AWS' own services", denies({"Bool": {"aws:PrincipalIsAWSService": "true"}})),
]
FAIR: list[tuple[str, Change]] = [
    *DENIALS,
    ("S3 of the own account", narrows(0, {"StringEquals": {"s3:ResourceAccount": OWN}})),
    ("S3 over TLS", narrows(0, {"Bool": {"aws:SecureTransport": "true"}})),
    ("itself of the own account", narrows(1, {"StringEquals": {"aws:ResourceAccount": OWN}})),
]


@pytest.mark.parametrize("change", [f[1] for f in FAIR], ids=[f[0] for f in FAIR])
def test_a_usual_statement_gives_no_finding(change: Change) -> None:
    assert judged(change) == []


@pytest.mark.parametrize("change", [d[1] for d in DENIALS], ids=[d[0] for d in DENIALS])
def test_nor_does_it_as_the_boundary(change: Change) -> None:
    statements: list[Any] = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
    change([], statements)
    boundary = {"Version": "2012-10-17", "Statement": statements}
    assert judged(lambda *_: None, boundary=Policy("boundary", boundary)) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda _, p: p.append(KMS),
        lambda _, p: p.append(
            {
                **KMS,
                "Condition": {
                    "StringEquals": {
                        "kms:ViaService": "s3.eu-west-1.amazonaws.com",
                        "kms:CallerAccount": OWN,
                    }
                },
            }
        ),
        lambda _, p: p.extend(
            [
                KMS,
                {
                    "Effect": "Deny",
                    "Action": "kms:*",
                    "Resource": "*",
                    "Condition": {"StringNotLike": {"kms:ViaService": "s3.*.amazonaws.com"}},
                },
            ]
        ),
    ],
    ids=["plain", "through S3 alone", "denied but through S3"],
)
def test_a_key_that_s3_uses_for_the_role_gives_no_finding(change: Change) -> None:
    assert judged(change, subject=replace(SUBJECT, kms_key_arn=KEY)) == []


def test_a_key_through_another_region_is_found() -> None:
    via = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
    change: Change = lambda _, p: p.append({**KMS, "Condition": via})  # noqa: E731
    [finding] = judged(change, subject=replace(SUBJECT, kms_key_arn=KEY))
    assert (finding.code, finding.certain) == ("kms-action", True)
    assert finding.where == "permissions policy 'access', statement 3"


def test_only_regions_of_the_team_are_fair_once_the_bucket_is_seen() -> None:
    change = denies({"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1"]}}, "s3:*")
    assert judged(change, subject=replace(SUBJECT, bucket_region="eu-west-1")) == []
    [unsure] = judged(change)
    assert (unsure.code, unsure.certain) == ("s3-action-undecided", False)
    [finding] = judged(change, subject=replace(SUBJECT, bucket_region="us-east-1"))
    assert (finding.code, finding.certain) == ("s3-action", True)


UNSEEN: list[tuple[str, Change, list[str]]] = [
    (
        "the organization of the role",
        denies({"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, "s3:*"),
        ["s3-action-undecided"],
    ),
    (
        "the organization of the bucket",
        narrows(0, {"StringEquals": {"aws:ResourceOrgID": "o-a1b2c3d4e5"}}),
        ["s3-action-undecided"],
    ),
    (
        "the network",
        narrows(0, {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
        ["s3-action-undecided"],
    ),
    (
        "the version of TLS",
        denies({"NumericLessThan": {"s3:TlsVersion": "1.3"}}, "s3:*"),
        ["s3-action-undecided"],
    ),
    (
        "the organization of who gets in",
        keeps_out({"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}),
        ["databricks-undecided", "polytomic-undecided", "self-assume-trust"],
    ),
]


@pytest.mark.parametrize(("change", "codes"), [u[1:] for u in UNSEEN], ids=[u[0] for u in UNSEEN])
def test_what_cannot_be_seen_is_not_certain(change: Change, codes: list[str]) -> None:
    findings = judged(change)
    assert [(each.code, each.certain) for each in findings] == [(code, False) for code in codes]


def test_a_deny_that_does_strike_is_certain_and_named_with_its_policy() -> None:
    sid = {"Sid": "NoForeignBuckets"}
    condition = {"StringNotEquals": {"s3:ResourceAccount": "210987654321"}}
    statement = {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": condition}
    [finding] = judged(lambda _, p: p.append({**sid, **statement}))
    assert finding.where == "permissions policy 'access', statement 3 (NoForeignBuckets)"
    assert finding.found.startswith("deny s3:GetObject, s3:PutObject")
    assert finding.certain


def test_an_allow_that_nearly_holds_is_named_with_its_policy() -> None:
    condition = {"StringEquals": {"aws:ResourceAccount": "210987654321"}}
    [finding] = judged(narrows(1, condition))
    assert finding.where == "permissions policy 'access', statement 2 (AllowSelfAssume)"
