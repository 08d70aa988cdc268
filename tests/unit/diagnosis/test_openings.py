"""Roles that work and are open: to whom, to what, the worst first."""

from dataclasses import replace
from typing import Any

import pytest

from pulumi_polytomic.diagnosis import Policy, Role, obstacles
from tests.unit.diagnosis.documents_by_hand import (
    ARN,
    GUIDE,
    OURS,
    PERMISSIONS,
    SUBJECT,
    Change,
    judged,
)

STRANGER = "arn:aws:iam::999988887777:role/auditor"
TRUST_1 = "trust policy, statement 1 (PolytomicAssumeRole)"
TRUST_4 = "trust policy, statement 4"
ACCESS_3 = "permissions policy 'access', statement 3"


def trusts(principal: Any, **more: Any) -> Change:
    """One more statement in the trust policy."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more}
    return lambda trust, _: trust.append(statement)


def allows(action: Any, resource: Any = "*", effect: str = "Allow", **more: Any) -> Change:
    """One more statement in the permissions policy."""
    statement = {"Effect": effect, "Action": action, "Resource": resource, **more}
    return lambda _, permissions: permissions.append(statement)


def without_id(index: int) -> Change:
    def change(trust: list[dict[str, Any]], _: Any) -> None:
        del trust[index]["Condition"]

    return change


def any_id(operator: str, value: str) -> Change:
    def change(trust: list[dict[str, Any]], _: Any) -> None:
        trust[0]["Condition"] = {operator: {"sts:ExternalId": value}}

    return change


def _both(*changes: Change) -> Change:
    def change(trust: list[dict[str, Any]], permissions: list[dict[str, Any]]) -> None:
        for each in changes:
            each(trust, permissions)

    return change


TLS = {"Bool": {"aws:SecureTransport": "true"}}
OPEN: list[tuple[str, Change, list[tuple[str, str]]]] = [
    ("everybody", trusts("*"), [("open-principal", TRUST_4)]),
    ("everybody in a list", trusts({"AWS": ["*"]}), [("open-principal", TRUST_4)]),
    ("everybody over TLS", trusts("*", Condition=TLS), [("open-principal", TRUST_4)]),
    (
        "everybody but one",
        lambda t, _: t.append(
            {"Effect": "Allow", "NotPrincipal": {"AWS": STRANGER}, "Action": "sts:AssumeRole"}
        ),
        [("open-principal", TRUST_4)],
    ),
    ("Polytomic without ID", without_id(0), [("open-external-id", TRUST_1)]),
    (
        "Unity Catalog without ID",
        without_id(1),
        [("open-external-id", "trust policy, statement 2 (UnityCatalogAssumeRole)")],
    ),
    ("Polytomic with any ID", any_id("StringLike", "*"), [("open-external-id", TRUST_1)]),
    (
        "Polytomic with every ID but one",
        any_id("StringNotEquals", "0000"),
        [("open-external-id", TRUST_1)],
    ),
    (
        "Polytomic with the ID, if there is one",
        any_id("StringEqualsIfExists", SUBJECT.polytomic_external_ids[0]),  # type: ignore[index]
        [("open-external-id", TRUST_1)],
    ),
    ("a stranger", trusts({"AWS": STRANGER}), [("open-principal", TRUST_4)]),
    ("an identity provider", trusts({"Federated": "idp"}), [("open-principal", TRUST_4)]),
    (
        "all of the own account",
        trusts({"AWS": "arn:aws:iam::123456789012:root"}),
        [("open-principal", TRUST_4)],
    ),
    ("everything", allows("*"), [("open-permissions", ACCESS_3)]),
    ("all of S3 everywhere", allows("s3:*"), [("open-permissions", ACCESS_3)]),
    (
        "the eight actions on another bucket",
        allows(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::payroll/*"),
        [("open-permissions", ACCESS_3)],
    ),
    ("passing roles", allows("iam:PassRole"), [("open-permissions", ACCESS_3)]),
    (
        "every role of the account",
        allows("sts:AssumeRole", "arn:aws:iam::123456789012:role/*"),
        [("open-permissions", ACCESS_3)],
    ),
    (
        "all but IAM",
        lambda _, p: p.append({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
        [("open-permissions", ACCESS_3)],
    ),
]


@pytest.mark.parametrize(("change", "expected"), [o[1:] for o in OPEN], ids=[o[0] for o in OPEN])
def test_what_is_open_is_found_and_named(change: Change, expected: list[tuple[str, str]]) -> None:
    findings = judged(change)
    assert [(each.code, each.where) for each in findings] == expected
    assert all(each.certain and each.fix for each in findings)


def test_what_is_open_is_no_obstacle() -> None:
    trust = {**OURS, "Statement": [*OURS["Statement"]]}
    trusts("*")(trust["Statement"], [])
    role = Role(ARN, trust, (Policy("access", PERMISSIONS), Policy("admin", EVERYTHING)))
    assert obstacles(role, SUBJECT) == []


EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


def test_the_worst_comes_first() -> None:
    found = judged(
        _both(
            allows("s3:ListAllMyBuckets"),
            allows("*"),
            allows("iam:PassRole"),
            without_id(0),
            trusts({"AWS": STRANGER}),
            trusts("*"),
        )
    )
    assert [(each.code, each.where[-len("statement 5") :]) for each in found] == [
        ("open-principal", "statement 5"),
        ("open-principal", "statement 4"),
        ("open-external-id", "AssumeRole)"),
        ("open-permissions", "statement 4"),
        ("open-permissions", "statement 5"),
        ("open-permissions", "statement 3"),
    ]


def test_many_excesses_of_a_statement_are_one_finding() -> None:
    actions = [f"{each}:*" for each in ("ec2", "iam", "sns", "rds", "lambda", "ecs")]
    [finding] = judged(allows(actions))
    assert "allows ec2:*; allows iam:*" in finding.found
    assert finding.found.endswith("; and 2 more")


@pytest.mark.parametrize(
    ("change", "meant"),
    [
        (trusts({"AWS": STRANGER}), {"trusted_principals": (STRANGER,)}),
        (
            allows("s3:GetObject", "arn:aws:s3:::second-bucket/*"),
            {"other_buckets": ("second-bucket",)},
        ),
    ],
)
def test_what_is_meant_is_not_open(change: Change, meant: dict[str, Any]) -> None:
    assert len(judged(change)) == 1
    assert judged(change, subject=replace(SUBJECT, **meant)) == []


def test_what_only_a_deny_closes_is_not_certain() -> None:
    wrong_id = {"StringNotEquals": {"sts:ExternalId": list(SUBJECT.polytomic_external_ids or ())}}
    deny = {
        "Effect": "Deny",
        "Principal": {"AWS": "arn:aws:iam::568237466542:root"},
        "Action": "sts:AssumeRole",
        "Condition": wrong_id,
    }
    [finding] = judged(_both(without_id(0), lambda t, _: t.append(deny)))
    assert (finding.code, finding.certain) == ("open-external-id", False)


@pytest.mark.parametrize("trust", [OURS, GUIDE], ids=["ours", "guide"])
def test_a_boundary_that_limits_closes_what_is_open(trust: dict[str, Any]) -> None:
    allowed = {**PERMISSIONS["Statement"][0], "Sid": "Staging"}
    itself = {**PERMISSIONS["Statement"][1], "Sid": "Itself"}
    boundary = Policy("boundary", {**PERMISSIONS, "Statement": [allowed, itself]})
    assert [each.code for each in judged(allows("*"), trust)] == ["open-permissions"]
    assert judged(allows("*"), trust, boundary=boundary) == []
