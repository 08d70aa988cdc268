"""Policy variables in conditions, and several conditions together."""

from typing import Any

import pytest

from pulumi_polytomic.iam import Decision, RequestContext, may_perform, parse_policy
from tests.unit.iam.support import NO, OPEN, YES, Values, judge_condition


@pytest.mark.parametrize(
    ("operator", "value", "actual", "expected"),
    [
        ("StringEquals", "${a:user}", "ann", YES),
        ("StringEquals", "${A:User}-x", "ann-x", YES),
        ("StringLike", "home/${a:user}/*", "home/ann/1", YES),
        ("StringLike", "home/${a:user}/*", "home/bob/1", NO),
        ("ArnLike", "arn:aws:iam::1:user/${a:user}", "arn:aws:iam::1:user/ann", YES),
        ("StringLike", "${*}", "*", YES),
        ("StringLike", "${*}", "x", NO),
        ("StringLike", "a${?}", "ab", NO),
        ("StringEquals", "${$}{a:user}", "${a:user}", YES),
        ("StringEquals", "${a:none, 'anybody'}", "anybody", YES),
        ("StringEquals", "${a:user, 'anybody'}", "ann", YES),
        ("StringEquals", "${a:none,''}", "", YES),
        ("StringEquals", "${a:none}", "x", NO),
        ("StringNotEquals", "${a:none}", "x", YES),
        ("StringEquals", "${a:many}", "x", OPEN),
        ("StringEquals", "${*, 'x'}", "*", OPEN),
        ("StringEquals", "${a:user", "ann", OPEN),
        ("StringEquals", "${}", "ann", OPEN),
        ("StringLike", "${a:wild}", "wildcard", OPEN),
        ("StringEquals", ["${a:none}", "x"], "x", YES),
        ("NumericEquals", "${a:five}", "5", OPEN),
    ],
)
def test_policy_variables(operator: str, value: Any, actual: str, expected: Decision) -> None:
    context: Values = {
        "a:k": actual,
        "a:user": "ann",
        "a:many": ["x", "y"],
        "a:wild": "wild*",
        "a:five": "5",
    }

    assert judge_condition(operator, value, context) is expected


def test_a_default_does_not_stand_in_for_a_key_that_nobody_told() -> None:
    assert judge_condition("StringEquals", "${a:none, 'x'}", {"a:k": "x"}, complete=False) is OPEN


@pytest.mark.parametrize("actual", ["${a:user}", "ann"])
def test_the_old_version_knows_no_variables(actual: str) -> None:
    context: Values = {"a:k": actual, "a:user": "ann"}

    found = judge_condition("StringEquals", "${a:user}", context, version="2008-10-17")

    assert found is (YES if actual == "${a:user}" else NO)


def conditions(*pairs: tuple[str, str, str]) -> Decision:
    block: dict[str, dict[str, str]] = {}
    for operator, key, value in pairs:
        block.setdefault(operator, {})[key] = value
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": block}
    return may_perform(
        action="s3:GetObject",
        resource="arn:aws:s3:::bucket/key",
        policies=[parse_policy({"Version": "2012-10-17", "Statement": statement})],
        context=RequestContext({"a:x": "1", "a:y": "2"}),
    ).decision


def test_all_keys_and_operators_must_hold() -> None:
    assert conditions(("StringEquals", "a:x", "1"), ("StringEquals", "a:y", "2")) is YES
    assert conditions(("StringEquals", "a:x", "1"), ("NumericEquals", "a:y", "2")) is YES
    assert conditions(("StringEquals", "a:x", "1"), ("StringEquals", "a:y", "3")) is NO
    assert conditions(("StringEquals", "a:x", "0"), ("StringLike", "a:y", "2")) is NO


def test_one_that_fails_decides_over_one_that_is_open() -> None:
    assert conditions(("StringEquals", "a:x", "0"), ("StringEquals", "a:z", "2")) is NO
    assert conditions(("Mystery", "a:x", "0"), ("StringEquals", "a:y", "3")) is NO
    assert conditions(("StringEquals", "a:x", "1"), ("StringEquals", "a:z", "2")) is OPEN
