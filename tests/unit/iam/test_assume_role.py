"""Who may assume a role: principals, delegation, denials, boundaries, and what a person reads."""

from typing import Any

import pytest

from pulumi_polytomic.iam import (
    Decision,
    PolicyDocument,
    RequestContext,
)
from tests.unit.iam.support import (
    ANYTHING,
    ASSUME,
    CALLER,
    NO,
    OPEN,
    ROOT,
    S3_ONLY,
    SESSION,
    USER,
    VENDOR,
    VENDOR_ROOT,
    YES,
    allow,
    deny,
    document,
    judge,
)


@pytest.mark.parametrize(
    ("principal", "caller", "policies", "expected"),
    [
        # by name, same account: the trust policy alone is enough
        ({"AWS": CALLER}, CALLER, [], YES),
        ({"AWS": CALLER}, SESSION.replace("worker", "other"), [], NO),
        ({"AWS": USER}, USER, [], YES),
        ({"AWS": SESSION}, SESSION, [], YES),
        ({"AWS": SESSION}, SESSION + "-two", [], NO),
        ({"AWS": SESSION}, CALLER, [], OPEN),
        ({"AWS": SESSION.replace("worker", "other")}, CALLER, [], NO),
        ({"AWS": "arn:aws:iam::123456789012:role/worker"}, SESSION, [], YES),
        ({"AWS": "arn:aws:iam::123456789012:role/worker"}, CALLER, [], NO),
        ({"AWS": CALLER.lower().replace("worker", "Worker")}, CALLER, [], NO),
        ({"AWS": [USER, CALLER]}, CALLER, [], YES),
        ("*", CALLER, [], YES),
        ({"AWS": "*"}, USER, [], YES),
        # through the account: the caller's own policies decide
        ({"AWS": ROOT}, CALLER, [ASSUME], YES),
        ({"AWS": "123456789012"}, CALLER, [ASSUME], YES),
        ({"AWS": ROOT}, USER, [ASSUME], YES),
        ({"AWS": ROOT}, SESSION, [ASSUME], YES),
        ({"AWS": ROOT}, CALLER, [], NO),
        ({"AWS": ROOT}, CALLER, [S3_ONLY], NO),
        ({"AWS": ROOT}, CALLER, [S3_ONLY, ASSUME], YES),
        ({"AWS": ROOT}, CALLER, None, OPEN),
        # across accounts: both sides
        ({"AWS": VENDOR}, VENDOR, [ASSUME], YES),
        ({"AWS": VENDOR}, VENDOR, [], NO),
        ({"AWS": VENDOR}, VENDOR, None, OPEN),
        ({"AWS": VENDOR_ROOT}, VENDOR, [ASSUME], YES),
        ({"AWS": "568237466542"}, VENDOR, [ASSUME], YES),
        ({"AWS": VENDOR_ROOT}, VENDOR, [S3_ONLY], NO),
        ("*", VENDOR, [ASSUME], YES),
        ("*", VENDOR, [], NO),
        ({"AWS": ROOT}, VENDOR, [ANYTHING], NO),
        ({"AWS": VENDOR_ROOT}, CALLER, [ANYTHING], NO),
        # not for roles and users at all
        ({"Service": "ec2.amazonaws.com"}, CALLER, [ANYTHING], NO),
        ({"Federated": "accounts.google.com"}, CALLER, [ANYTHING], NO),
        ({"AWS": "arn:aws:iam::123456789012:group/team"}, USER, [ANYTHING], NO),
        # a wildcard in an ARN is no pattern
        ({"AWS": "arn:aws:iam::123456789012:role/*"}, CALLER, [ANYTHING], NO),
        ({"AWS": "arn:aws:iam::123456789012:role/team/worke?"}, CALLER, [ANYTHING], NO),
        ({"AWS": "arn:aws:iam::*:root"}, CALLER, [ANYTHING], NO),
        # what AWS would have refused, or what cannot be looked up
        ({"CanonicalUser": "79a5"}, CALLER, [ANYTHING], OPEN),
        ({"AWS": "worker"}, CALLER, [ANYTHING], OPEN),
    ],
)
def test_what_a_principal_means(
    principal: Any, caller: str, policies: list[PolicyDocument] | None, expected: Decision
) -> None:
    verdict = judge(allow(Principal=principal), caller=caller, caller_policies=policies)

    assert verdict.decision is expected
    assert verdict.reason


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ({"AROAWORKER": CALLER}, YES),
        ({"AROAWORKER": USER}, NO),
        ({"AROAOTHER": CALLER}, NO),
        ({}, NO),
        (None, OPEN),
    ],
)
def test_a_unique_id_is_whoever_lives_under_it(
    ids: dict[str, str] | None, expected: Decision
) -> None:
    found = judge(allow(Principal={"AWS": "AROAWORKER"}), caller_policies=[], principal_ids=ids)

    assert found.decision is expected


def test_a_dead_unique_id_in_a_deny_denies_nobody() -> None:
    trust = (allow(Principal={"AWS": CALLER}), deny(Principal={"AWS": "AROADEAD"}))

    assert judge(*trust, principal_ids={}).decision is YES
    assert judge(*trust).decision is OPEN


@pytest.mark.parametrize(
    ("principal", "caller", "expected"),
    [
        ({"AWS": CALLER}, CALLER, NO),
        ({"AWS": "arn:aws:iam::123456789012:role/worker"}, SESSION, NO),
        ({"AWS": SESSION}, SESSION, NO),
        ({"AWS": SESSION}, CALLER, OPEN),
        ({"AWS": ROOT}, CALLER, NO),
        ({"AWS": "123456789012"}, USER, NO),
        ("*", CALLER, NO),
        ({"AWS": USER}, CALLER, YES),
        ({"AWS": VENDOR_ROOT}, CALLER, YES),
        ({"AWS": "arn:aws:iam::123456789012:role/*"}, CALLER, YES),
    ],
)
def test_whom_a_deny_reaches(principal: Any, caller: str, expected: Decision) -> None:
    trust = (allow(Principal="*"), deny(Principal=principal))

    assert judge(*trust, caller=caller).decision is expected


@pytest.mark.parametrize(
    ("listed", "caller", "denied", "allowed"),
    [
        # nobody of the caller's is listed: the statement applies
        ([USER], CALLER, NO, YES),
        ([VENDOR, VENDOR_ROOT], CALLER, NO, YES),
        # all of the caller's identities are listed: it does not
        ([USER, ROOT], USER, YES, NO),
        ([SESSION, "arn:aws:iam::123456789012:role/worker", ROOT], SESSION, YES, NO),
        (["*"], CALLER, YES, NO),
        # only some of them: AWS's guide says "might"
        ([CALLER], CALLER, OPEN, OPEN),
        ([ROOT], CALLER, OPEN, OPEN),
        ([CALLER, ROOT], CALLER, OPEN, OPEN),
        ([USER], USER, OPEN, OPEN),
        (["AROAUNKNOWN"], CALLER, OPEN, OPEN),
    ],
)
def test_not_principal(listed: list[str], caller: str, denied: Decision, allowed: Decision) -> None:
    everybody = allow(Principal="*")
    element = {"NotPrincipal": {"AWS": listed}}

    assert judge(everybody, deny(**element), caller=caller).decision is denied
    assert judge(allow(**element), caller=caller).decision is allowed


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("sts:AssumeRole", YES),
        ("STS:assumerole", YES),
        ("sts:*", YES),
        ("sts:Assume?ole", YES),
        ("*", YES),
        (["sts:TagSession", "sts:AssumeRole"], YES),
        ("sts:AssumeRoleWithSAML", NO),
        ("s3:*", NO),
    ],
)
def test_actions_match_without_case_and_with_wildcards(action: Any, expected: Decision) -> None:
    found = judge({"Effect": "Allow", "Principal": "*", "Action": action})

    assert found.decision is expected


def test_not_action_covers_all_other_actions() -> None:
    assert judge({"Effect": "Allow", "Principal": "*", "NotAction": "s3:*"}).decision is YES
    assert judge({"Effect": "Allow", "Principal": "*", "NotAction": "sts:*"}).decision is NO


@pytest.mark.parametrize(
    ("statement", "policies"),
    [
        (allow(), [ANYTHING]),
        (allow(Principal={"AWS": ROOT}, Resource="*"), [ANYTHING]),
        (allow(Principal={"AWS": ROOT}), [document(allow())]),
        (allow(Principal={"AWS": ROOT}), [document(allow(Principal="*", Resource="*"))]),
    ],
)
def test_a_statement_that_aws_would_not_store_there_decides_nothing(
    statement: dict[str, Any], policies: list[PolicyDocument]
) -> None:
    assert judge(statement, caller_policies=policies).decision is OPEN


TRUST = allow(
    Sid="Vendor",
    Principal={"AWS": VENDOR_ROOT},
    Condition={"StringEquals": {"STS:externalid": ["s3cr3t-1", "s3cr3t-2"]}},
)


@pytest.mark.parametrize(
    ("external_id", "expected"),
    [("s3cr3t-1", YES), ("s3cr3t-2", YES), ("S3CR3T-1", NO), ("wrong", NO), ("", NO), (None, NO)],
)
def test_the_external_id_must_be_the_very_one(external_id: str | None, expected: Decision) -> None:
    assert judge(TRUST, caller=VENDOR, external_id=external_id).decision is expected


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("StringEqualsIfExists", "s3cr3t-1"),
        ("ForAllValues:StringEquals", "s3cr3t-1"),
        ("StringNotEquals", "x"),
    ],
)
def test_a_guard_that_is_none_lets_a_call_without_an_external_id_through(
    operator: str, value: str
) -> None:
    trust = allow(Principal="*", Condition={operator: {"sts:ExternalId": value}})

    assert judge(trust, caller=VENDOR).decision is YES


def test_an_external_id_may_come_with_the_context_too() -> None:
    context = RequestContext({"sts:externalid": "s3cr3t-1"})

    assert judge(TRUST, caller=VENDOR, context=context).decision is YES
    assert judge(TRUST, caller=VENDOR, context=context, external_id="wrong").decision is NO
