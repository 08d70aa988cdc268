"""Condition operators: AWS's documented outcomes, and undecided where it documents none.

Each row is put to one Allow statement of an identity policy: it allows where the condition
holds, denies where it does not.
"""

from typing import Any

import pytest

from pulumi_polytomic.iam import Decision
from tests.unit.iam.support import NO, OPEN, YES, judge_condition

ARN = "arn:aws:iam::123456789012:role/a/b"

COMPARISONS: list[tuple[str, Any, str, Decision]] = [
    ("StringEquals", "x", "x", YES),
    ("StringEquals", "x", "X", NO),
    ("StringEquals", ["w", "x"], "x", YES),
    ("StringEquals", "x*", "xy", NO),
    ("StringEquals", "x*", "x*", YES),
    ("StringEquals", "x?", "x?", YES),
    ("StringNotEquals", "x", "X", YES),
    ("StringNotEquals", ["x", "y"], "y", NO),
    ("StringNotEquals", ["x", "y"], "z", YES),
    ("StringEqualsIgnoreCase", "aBc", "AbC", YES),
    ("StringEqualsIgnoreCase", "abc", "abd", NO),
    ("StringEqualsIgnoreCase", "é", "é", YES),
    ("StringEqualsIgnoreCase", "É", "é", OPEN),
    ("StringEqualsIgnoreCase", "É", "e", NO),
    ("StringNotEqualsIgnoreCase", "aBc", "AbC", NO),
    ("StringNotEqualsIgnoreCase", "aBc", "x", YES),
    ("StringLike", "a*c?e", "abbbcde", YES),
    ("StringLike", "a*c?e", "abbbcdde", NO),
    ("StringLike", "*", "", YES),
    ("StringLike", "?", "", NO),
    ("StringLike", "a*b*c", "a-b-b-c", YES),
    ("StringLike", "a*b", "a-b-c", NO),
    ("StringLike", "[a-z]", "q", NO),
    ("StringLike", "a.c", "abc", NO),
    ("StringLike", "a*", "a\nb", YES),
    ("StringLike", "A*", "abc", NO),
    ("StringNotLike", ["a*", "b*"], "bcd", NO),
    ("StringNotLike", ["a*", "b*"], "cde", YES),
    ("ArnEquals", ARN, ARN, YES),
    ("ArnEquals", "arn:aws:iam::*:role/*", ARN, YES),
    ("ArnLike", "arn:aws:iam::123456789012:role/*", ARN, YES),
    ("ArnLike", "arn:aws:iam::123456789012:role/?/b", ARN, YES),
    ("ArnLike", "arn:aws:iam::123456789013:role/*", ARN, NO),
    ("ArnLike", "arn:aws:iam:*:role/a/b:x", ARN, NO),
    ("ArnLike", "arn:aws:iam::123456789012:user/*", ARN, NO),
    ("ArnLike", "arn:aws:sns:*:*:t*", "arn:aws:sns:eu:1:t:sub", YES),
    ("ArnLike", "*", ARN, OPEN),
    ("ArnLike", "arn:aws:iam:*", ARN, OPEN),
    ("ArnLike", ARN, "someone", OPEN),
    ("ArnNotEquals", ARN, ARN, NO),
    ("ArnNotLike", "arn:aws:iam::*:user/*", ARN, YES),
    ("Bool", "true", "true", YES),
    ("Bool", True, "TRUE", YES),
    ("Bool", "false", "true", NO),
    ("Bool", "yes", "true", OPEN),
    ("Bool", "true", "1", OPEN),
    ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", YES),
    ("BinaryEquals", "QmluYXJ5", "QmluYXJ6", NO),
    ("BinaryEquals", "not base64!", "QmluYXJ5", OPEN),
    ("BinaryEquals", "QmluYXJ5", "é", OPEN),
    ("NumericEquals", 5, "5", YES),
    ("NumericEquals", "5.0", "5", YES),
    ("NumericEquals", "0.1", "0.10000000000000001", NO),
    ("NumericNotEquals", 5, "5", NO),
    ("NumericNotEquals", [5, 6], "7", YES),
    ("NumericLessThan", 5, "4.9", YES),
    ("NumericLessThan", 5, "5", NO),
    ("NumericLessThanEquals", 5, "5", YES),
    ("NumericLessThanEquals", 5, "6", NO),
    ("NumericGreaterThan", -5, "-4", YES),
    ("NumericGreaterThan", 5, "5", NO),
    ("NumericGreaterThanEquals", 5, "5", YES),
    ("NumericGreaterThanEquals", 5, "4", NO),
    ("NumericEquals", "five", "5", OPEN),
    ("NumericEquals", 5, "5 items", OPEN),
    ("NumericEquals", "NaN", "NaN", OPEN),
    ("NumericLessThan", "1e9", "5", OPEN),
    ("NumericNotEquals", "five", "5", OPEN),
    ("DateEquals", "2026-01-01T00:00:00Z", "2026-01-01", YES),
    ("DateEquals", "2026-01-01T02:00:00+02:00", "2026-01-01T00:00:00Z", YES),
    ("DateEquals", "2026-01-01T00:00:00Z", "1767225600", YES),
    ("DateEquals", 1767225600, "2026-01-01T00:00Z", YES),
    ("DateEquals", "2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00.500Z", YES),
    ("DateNotEquals", "2026-01-01", "2026-01-02", YES),
    ("DateNotEquals", "2026-01-01", "2026-01-01", NO),
    ("DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59.999999Z", YES),
    ("DateLessThan", "2026-01-01T00:00:00-05:00", "2026-01-01T05:00:00Z", NO),
    ("DateLessThanEquals", "2026-01-01", "2026-01-01", YES),
    ("DateGreaterThan", "2026-01-01", "2026-01-02", YES),
    ("DateGreaterThan", "2026-01-01", "2026-01-01", NO),
    ("DateGreaterThanEquals", "2026-01-01", "2025-01-01", NO),
    ("DateGreaterThan", "0001-01-01T00:00:00+14:00", "2026-01-01", YES),
    ("DateGreaterThan", "2026-02-30", "2026-01-01", OPEN),
    ("DateGreaterThan", "0000-01-01", "2026-01-01", OPEN),
    ("DateGreaterThan", "2026-01-01T00:00:00", "2026-02-01", OPEN),
    ("DateGreaterThan", "2026-01-01T00:00:00+99:00", "2026-02-01", OPEN),
    ("DateGreaterThan", "2026", "2026-02-01", OPEN),
    ("DateGreaterThan", "yesterday", "2026-02-01", OPEN),
    ("DateGreaterThan", "2026-01-01", "today", OPEN),
    ("IpAddress", "203.0.113.0/24", "203.0.113.7", YES),
    ("IpAddress", "203.0.113.0/24", "203.0.114.7", NO),
    ("IpAddress", "203.0.113.7", "203.0.113.7", YES),
    ("IpAddress", ["10.0.0.0/8", "2001:db8::/32"], "2001:db8::1", YES),
    ("IpAddress", "2001:db8::/32", "2001:db9::1", NO),
    ("IpAddress", "0.0.0.0/0", "2001:db9::1", NO),
    ("IpAddress", "0.0.0.0/0", "203.0.113.7", YES),
    ("IpAddress", "203.0.113.7/24", "203.0.113.8", OPEN),
    ("IpAddress", "203.0.113.0/255.255.255.0", "203.0.113.8", OPEN),
    ("IpAddress", "203.0.113.0/33", "203.0.113.8", OPEN),
    ("IpAddress", "203.0.113.0/24", "::ffff:203.0.113.8", OPEN),
    ("IpAddress", "203.0.113.0/24", "nowhere", OPEN),
    ("IpAddress", "fe80::/10", "fe80::1%eth0", OPEN),
    ("NotIpAddress", "203.0.113.0/24", "203.0.113.7", NO),
    ("NotIpAddress", ["203.0.113.0/24", "10.0.0.0/8"], "192.0.2.1", YES),
    ("NotIpAddress", "everywhere", "192.0.2.1", OPEN),
    ("Null", "true", "x", NO),
    ("Null", False, "x", YES),
    ("Null", ["true", "false"], "x", YES),
    ("Null", "perhaps", "x", OPEN),
    ("Null", [], "x", OPEN),
    ("NullIfExists", "true", "x", OPEN),
    ("StringEquals", [], "x", OPEN),
    ("StringNotEquals", [], "x", OPEN),
    ("stringequals", "x", "x", OPEN),
    ("StringMatches", "x", "x", OPEN),
    ("ForSomeValues:StringEquals", "x", "x", OPEN),
    ("ForAnyValue:Null", "true", "x", OPEN),
    ("StringEqualsIfExists", "x", "x", YES),
    ("StringEqualsIfExists", "x", "y", NO),
    ("NotIpAddressIfExists", "203.0.113.0/24", "203.0.113.7", NO),
]


@pytest.mark.parametrize(("operator", "values", "actual", "expected"), COMPARISONS)
def test_an_operator_compares(operator: str, values: Any, actual: str, expected: Decision) -> None:
    assert judge_condition(operator, values, {"a:k": actual}) is expected


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("StringEquals", "x", NO),
        ("StringLike", "*", NO),
        ("ArnLike", "arn:aws:iam::*:*", NO),
        ("Bool", "false", NO),
        ("NumericLessThan", "5", NO),
        ("DateLessThan", "2026-01-01", NO),
        ("IpAddress", "0.0.0.0/0", NO),
        ("StringNotEquals", "x", YES),
        ("StringNotLike", "*", YES),
        ("ArnNotEquals", "arn:aws:iam::*:*", YES),
        ("NumericNotEquals", "5", YES),
        ("DateNotEquals", "2026-01-01", YES),
        ("NotIpAddress", "0.0.0.0/0", YES),
        ("StringEqualsIfExists", "x", YES),
        ("BoolIfExists", "false", YES),
        ("StringNotEqualsIfExists", "x", YES),
        ("Null", "true", YES),
        ("Null", "false", NO),
        ("ForAnyValue:StringEquals", "x", NO),
        ("ForAnyValue:StringNotEquals", "x", NO),
        ("ForAnyValue:StringLikeIfExists", "x", NO),
        ("ForAnyValue:StringNotEqualsIfExists", "x", NO),
        ("ForAllValues:StringEquals", "x", YES),
        ("ForAllValues:StringNotEquals", "x", YES),
        ("StringMatches", "x", OPEN),
    ],
)
def test_a_key_that_the_request_does_not_carry(
    operator: str, values: Any, expected: Decision
) -> None:
    assert judge_condition(operator, values, {}) is expected


@pytest.mark.parametrize(
    "operator",
    [
        "StringEquals",
        "StringNotEquals",
        "StringLikeIfExists",
        "ForAllValues:StringLike",
        "ForAnyValue:StringLike",
        "Null",
    ],
)
def test_a_key_that_nobody_told_leaves_it_open(operator: str) -> None:
    assert judge_condition(operator, "true", {}, complete=False) is OPEN


@pytest.mark.parametrize(
    ("operator", "values", "actual", "expected"),
    [
        ("ForAnyValue:StringEquals", ["x", "y"], ["w", "x"], YES),
        ("ForAnyValue:StringEquals", ["x", "y"], ["w", "v"], NO),
        ("ForAnyValue:StringEquals", "x", [], NO),
        ("ForAnyValue:StringNotEquals", ["x", "y"], ["x", "w"], YES),
        ("ForAnyValue:StringNotEquals", ["x", "y"], ["x", "y"], NO),
        ("ForAllValues:StringEquals", ["x", "y"], ["x", "y", "x"], YES),
        ("ForAllValues:StringEquals", ["x", "y"], ["x", "w"], NO),
        ("ForAllValues:StringEquals", "x", [], YES),
        ("ForAllValues:StringEquals", "x", [""], YES),
        ("ForAllValues:StringNotEquals", ["x", "y"], ["v", "w"], YES),
        ("ForAllValues:StringNotLike", ["x*", "y"], ["v", "xx"], NO),
        ("ForAllValues:StringLike", "x*", ["xa", "xb"], YES),
        ("ForAnyValue:ArnLike", "arn:aws:s3:::b*", ["arn:aws:s3:::a", "arn:aws:s3:::b"], YES),
        ("ForAnyValue:NumericEquals", 5, ["five", "5"], YES),
        ("ForAnyValue:NumericEquals", 5, ["five", "6"], OPEN),
        ("StringEquals", "x", ["x", "y"], OPEN),
        ("StringEquals", "x", ["x"], YES),
        ("StringEquals", "x", [], NO),
        ("Null", "true", [], OPEN),
    ],
)
def test_several_values_in_the_request(
    operator: str, values: Any, actual: list[str], expected: Decision
) -> None:
    assert judge_condition(operator, values, {"a:k": actual}) is expected


def test_the_case_of_a_key_does_not_count() -> None:
    assert judge_condition("StringEquals", "x", {"A:K": "x"}, key="a:k") is YES
    assert judge_condition("StringEquals", "x", {"aws:tag": "x"}, key="AWS:Tag") is YES


def test_a_pattern_of_many_stars_is_judged_at_once() -> None:
    assert judge_condition("StringLike", "a*" * 200 + "b", {"a:k": "a" * 5000}) is NO
