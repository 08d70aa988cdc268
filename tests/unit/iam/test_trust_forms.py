"""Which Allow statements of a trust policy are safe by their form, and what the others open."""

import json
from typing import Any

import pytest

from pulumi_polytomic.iam import Trusted, Unknown, may_be_vendor, parse_policy, trust_openings

ROLE = "arn:aws:iam::123456789012:role/staging"
ROOT = "arn:aws:iam::123456789012:root"
POLYTOMIC = "arn:aws:iam::568237466542:root"
SERVICE_ROLE = "arn:aws:iam::568237466542:role/convox/prod-polytomic-ServiceRole-1ELGH39L0GCHT"
UNITY_CATALOG = "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"
STRANGER = "arn:aws:iam::210987654321:root"
ASKS = {"StringEquals": {"sts:ExternalId": "x-1"}}
ITSELF = {"ArnEquals": {"aws:PrincipalArn": ROLE}}
TRUSTED = Trusted(ROLE, unique_id="AROAOWN")


def statement(principal: Any, condition: Any = None, **changed: Any) -> dict[str, Any]:
    written = principal if isinstance(principal, dict) or principal == "*" else {"AWS": principal}
    given = {"Condition": condition} if condition else {}
    return {
        "Effect": "Allow",
        "Principal": written,
        "Action": "sts:AssumeRole",
        **given,
        **changed,
    }


def openings(*statements: dict[str, Any], trusted: Trusted = TRUSTED) -> list[tuple[str, str]]:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    found = trust_openings(parse_policy(document, "trust"), trusted)
    assert all(each.what for each in found)
    return [(each.about, each.certainty) for each in found]


@pytest.mark.parametrize(
    ("principal", "condition"),
    [
        (POLYTOMIC, ASKS),
        ("568237466542", ASKS),
        (SERVICE_ROLE, ASKS),
        (UNITY_CATALOG, ASKS),
        ([POLYTOMIC, UNITY_CATALOG, ROLE], ASKS),
        (POLYTOMIC, {"StringLike": {"STS:externalid": ["x-1", "x-2"]}}),
        (POLYTOMIC, {"ForAnyValue:StringEquals": {"sts:ExternalId": "x-1"}}),
        (POLYTOMIC, {**ASKS, "StringNotEquals": {"sts:ExternalId": "x-2"}}),
        ("*", {"StringEquals": {"aws:PrincipalArn": SERVICE_ROLE, "sts:ExternalId": "x-1"}}),
        (ROLE, None),
        ("AROAOWN", None),
        (ROOT, ITSELF),
        ("123456789012", {"StringLike": {"AWS:principalarn": [ROLE]}}),
        ("*", ITSELF),
        ({"AWS": ["*"]}, {"ArnLike": {"aws:PrincipalArn": ROLE}}),
        (ROOT, {"ArnEquals": {"aws:PrincipalArn": [ROLE, "arn:aws:iam::9*:role/*"]}, **ITSELF}),
    ],
)
def test_a_safe_form(principal: Any, condition: Any) -> None:
    assert openings(statement(principal, condition)) == []


@pytest.mark.parametrize(
    "condition",
    [
        None,
        {"StringEqualsIfExists": {"sts:ExternalId": "x-1"}},
        {"ForAllValues:StringEquals": {"sts:ExternalId": "x-1"}},
        {"StringLike": {"sts:ExternalId": "x-*"}},
        {"StringLike": {"sts:ExternalId": ["x-1", "x-?"]}},
        {"StringEquals": {"sts:ExternalId": "${aws:username}"}},
        {"StringEquals": {"sts:ExternalId": []}},
        {"StringEqualsIgnoreCase": {"sts:ExternalId": "x-1"}},
        {"StringNotEquals": {"sts:ExternalId": "x-1"}},
        {"Null": {"sts:ExternalId": "false"}},
        {"ArnEquals": {"aws:PrincipalArn": SERVICE_ROLE}},
        {"StringEquals": {"aws:PrincipalTag/id": "x-1"}},
        {"Bool": {"aws:SecureTransport": "true"}},
    ],
)
@pytest.mark.parametrize("vendor", [POLYTOMIC, SERVICE_ROLE, UNITY_CATALOG])
def test_nothing_less_asks_for_the_external_id(vendor: str, condition: Any) -> None:
    assert openings(statement(vendor, condition)) == [("external-id", "open")]


@pytest.mark.parametrize(
    ("principal", "condition"),
    [
        (STRANGER, ASKS),
        ("210987654321", ITSELF),
        ("arn:aws:iam::568237466542:role/other", ASKS),
        ("arn:aws:iam::414351767826:root", ASKS),
        ("arn:aws:sts::123456789012:assumed-role/staging/x", None),
        ("arn:aws:iam::123456789012:role/Staging", None),
        ("arn:aws:iam::123456789012:role/stag*", None),
        ("AROAOTHER", None),
        ("AIDAOWN", None),
        ("staging", None),
        ("*", ASKS),
        ("*", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/*"}}),
        ("*", {"ArnEqualsIfExists": {"aws:PrincipalArn": ROLE}}),
        (ROOT, None),
        (ROOT, {"StringEquals": {"aws:PrincipalArn": "${aws:PrincipalTag/me}"}}),
        (ROOT, {"ArnEquals": {"aws:PrincipalArn": [ROLE, "arn:aws:iam::123456789012:role/x"]}}),
        ({"Service": "ec2.amazonaws.com"}, ASKS),
        ({"Federated": "accounts.google.com"}, ASKS),
    ],
)
def test_nobody_else_is_safe(principal: Any, condition: Any) -> None:
    found = openings(statement(principal, condition))
    assert ("principal", "open") in found


def test_not_principal_lets_in_whoever_it_does_not_name() -> None:
    written = statement(STRANGER)
    written["NotPrincipal"] = written.pop("Principal")
    assert openings(written) == [("principal", "open"), ("external-id", "open")]


def test_another_partition_is_told_apart() -> None:
    found = openings(statement("arn:aws-us-gov:iam::123456789012:root", ITSELF))
    assert found == [("partition", "open")]
    of_gov = Trusted("arn:aws-us-gov:iam::123456789012:role/staging")
    document = {"Statement": statement("123456789012", ITSELF)}
    read = parse_policy(document, "trust", partition="aws-us-gov")
    assert [each.about for each in trust_openings(read, of_gov)] == ["partition"]


def test_side_actions_need_no_external_id_but_a_principal() -> None:
    tags = ["sts:TagSession", "sts:SetSourceIdentity"]
    assert openings(statement(POLYTOMIC, Action=tags)) == []
    assert openings(statement(POLYTOMIC, Action=[*tags, "sts:*"])) == [("external-id", "open")]
    assert openings(statement(STRANGER, Action=tags)) == [("principal", "open")]


def test_who_is_listed_gets_in_and_a_vendor_is_asked_all_the_same() -> None:
    databricks = "arn:aws:iam::414351767826:root"
    lists = Trusted(ROLE, others=("210987654321", databricks))
    assert openings(statement(STRANGER), trusted=lists) == []
    assert openings(statement(databricks), trusted=lists) == [("external-id", "open")]
    assert openings(statement(databricks, ASKS), trusted=lists) == []


def test_an_own_installation_is_a_vendor() -> None:
    task = "arn:aws:iam::222233334444:role/polytomic-ecs-task-role"
    own = Trusted(ROLE, own_installations=(task,))
    assert openings(statement(task, ASKS), trusted=own) == []
    assert openings(statement(task), trusted=own) == [("external-id", "open")]
    root = statement("222233334444")
    assert openings(root, trusted=own) == [("principal", "open"), ("external-id", "open")]
    here = Trusted(ROLE, own_installations=("arn:aws:iam::123456789012:role/polytomic",))
    assert openings(statement(ROLE), trusted=here) == []


def test_the_role_itself_is_not_known_by_its_name_in_any_account() -> None:
    unsure = Trusted("arn:aws:iam::000000000000:role/staging", account_known=False)
    assert openings(statement(ROLE), trusted=unsure) == [("principal", "account")]
    assert openings(statement(ROOT, ITSELF), trusted=unsure) == [("principal", "account")]
    assert openings(statement(ROOT), trusted=unsure) == [("principal", "open")]


@pytest.mark.parametrize(
    ("deny", "left"),
    [
        ({"StringNotEquals": {"sts:ExternalId": "x-1"}}, "advice"),
        ({"ForAllValues:StringNotEquals": {"sts:ExternalId": ["x-1"]}}, "advice"),
        ({"StringNotEqualsIfExists": {"sts:ExternalId": "x-1"}}, "advice"),
        ({"ForAnyValue:StringNotEquals": {"sts:ExternalId": "x-1"}}, "open"),
        ({"StringEquals": {"sts:ExternalId": "x-1"}}, "open"),
        ({"StringNotLike": {"sts:ExternalId": "*"}}, "open"),
        ({"StringNotEquals": {"sts:ExternalId": "x-1"}, "Bool": {"a:b": "true"}}, "open"),
        (None, "open"),
    ],
)
def test_what_a_deny_alone_closes_is_advice(deny: Any, left: str) -> None:
    closing = statement("*", deny, Effect="Deny")
    assert openings(statement(POLYTOMIC), closing) == [("external-id", left)]


@pytest.mark.parametrize(
    "changed",
    [
        {"Principal": {"AWS": SERVICE_ROLE}},
        {"Principal": {"AWS": STRANGER}},
        {"Action": "sts:AssumeRoleWithSAML"},
    ],
)
def test_a_deny_that_does_not_reach_all_calls_closes_nothing(changed: Any) -> None:
    condition = {"StringNotEquals": {"sts:ExternalId": "x-1"}}
    closing = {**statement("*", condition, Effect="Deny"), **changed}
    assert openings(statement(POLYTOMIC), closing) == [("external-id", "open")]


def test_what_is_not_known_yet_is_told_apart() -> None:
    unknown = Unknown("later")
    assert openings(statement(unknown)) == [("principal", "unknown")]
    assert openings(statement(POLYTOMIC, {"StringEquals": {"sts:ExternalId": unknown}})) == []
    narrowed = statement(ROOT, {"ArnEquals": {"aws:PrincipalArn": unknown}})
    assert openings(narrowed) == [("principal", "unknown")]


@pytest.mark.parametrize(
    ("principal", "condition", "may"),
    [
        (POLYTOMIC, ASKS, True),
        ("arn:aws:sts::414351767826:assumed-role/x/y", None, True),
        ("*", None, True),
        ("*", {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, True),
        ("*", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}}, True),
        ("AROAANYBODY", None, True),
        ("*", {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}, False),
        ("*", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/*"}}, False),
        ("*", {"ArnLikeIfExists": {"aws:PrincipalArn": "arn:aws:iam::1:role/*"}}, True),
        (STRANGER, None, False),
        (ROOT, None, False),
        ({"Service": "ec2.amazonaws.com"}, None, False),
    ],
)
def test_scope(principal: Any, condition: Any, may: bool) -> None:
    document = parse_policy(json.dumps({"Statement": statement(principal, condition)}), "trust")
    assert may_be_vendor(document, TRUSTED) is may
