"""Whether a condition of a statement holds for a request: true, false or undecided."""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from pulumi_polytomic.iam import comparisons as by
from pulumi_polytomic.iam.context import Facts, Missing
from pulumi_polytomic.iam.document import Condition
from pulumi_polytomic.iam.ternary import Ternary, all_of, any_of, negate
from pulumi_polytomic.iam.variables import Pattern, read_literal, read_pattern

# What reads a condition's value once and then compares it with values of the request; None for a
# value that cannot be read.
_Reader = Callable[[str, Facts, bool], "Callable[[str], Ternary] | None"]


class _Operator(NamedTuple):
    read: _Reader
    negated: bool


def _reader(prepare: Callable[..., Any], compare: Callable[[Any, str], Ternary]) -> _Reader:
    def read(value: str, facts: Facts, expand: bool) -> Callable[[str], Ternary] | None:
        ready = prepare(value, facts.lookup, expand=expand)
        if ready is Missing.ABSENT:
            return lambda _: False
        return None if ready in (None, Missing.UNKNOWN) else lambda actual: compare(ready, actual)

    return read


def _pattern(compare: Callable[[Pattern, str], Ternary]) -> _Reader:
    return _reader(read_pattern, compare)


def _literal(compare: by.Compare) -> _Reader:
    return _reader(read_literal, compare)


def _raw(compare: by.Compare) -> _Reader:
    """Compare as written: policy variables stand in string and ARN conditions only."""
    return _reader(lambda text, lookup, **_: read_literal(text, lookup, expand=False), compare)


_ORDERS: Final = {
    "Equals": (0,),
    "NotEquals": (0,),
    "LessThan": (-1,),
    "LessThanEquals": (-1, 0),
    "GreaterThan": (1,),
    "GreaterThanEquals": (1, 0),
}
_OPERATORS: Final = {
    "StringEquals": _Operator(_literal(by.string_equals), False),
    "StringNotEquals": _Operator(_literal(by.string_equals), True),
    "StringEqualsIgnoreCase": _Operator(_literal(by.string_equals_ignore_case), False),
    "StringNotEqualsIgnoreCase": _Operator(_literal(by.string_equals_ignore_case), True),
    "StringLike": _Operator(_pattern(by.string_like), False),
    "StringNotLike": _Operator(_pattern(by.string_like), True),
    "ArnEquals": _Operator(_pattern(by.arn_like), False),
    "ArnLike": _Operator(_pattern(by.arn_like), False),
    "ArnNotEquals": _Operator(_pattern(by.arn_like), True),
    "ArnNotLike": _Operator(_pattern(by.arn_like), True),
    "Bool": _Operator(_raw(by.bool_equals), False),
    "BinaryEquals": _Operator(_raw(by.binary_equals), False),
    "IpAddress": _Operator(_raw(by.ip_in_range), False),
    "NotIpAddress": _Operator(_raw(by.ip_in_range), True),
    **{
        f"{kind}{name}": _Operator(_raw(by.by_order(order, *wanted)), name == "NotEquals")
        for kind, order in (("Numeric", by.number_order), ("Date", by.date_order))
        for name, wanted in _ORDERS.items()
    },
}
_SPELLING: Final = re.compile(r"(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?")


def condition_holds(condition: Condition, facts: Facts, *, expand: bool) -> Ternary:
    """Judge one condition; ``expand`` tells whether its document knows policy variables."""
    if condition.operator == "Null":
        return _null_holds(condition, facts)
    spelling = _SPELLING.fullmatch(condition.operator)
    operator = _OPERATORS.get(spelling[2]) if spelling else None
    actual = facts.lookup(condition.key)
    if spelling is None or operator is None or not condition.values:
        return None
    quantifier, if_exists = spelling[1], bool(spelling[3])
    if actual is Missing.UNKNOWN:
        return None
    if isinstance(actual, Missing) or not actual:
        return _holds_without_key(quantifier, if_exists, operator.negated)
    readers = [operator.read(value, facts, expand) for value in condition.values]

    def one_holds(each: str) -> Ternary:
        found = any_of(None if reader is None else reader(each) for reader in readers)
        return negate(found) if operator.negated else found

    if quantifier == "ForAnyValue":
        return any_of(one_holds(each) for each in actual)
    if quantifier == "ForAllValues":
        # AWS counts an empty text as no value at all here.
        return all_of(one_holds(each) for each in actual if each)
    # Several values under an operator without a quantifier: AWS does not say.
    return one_holds(actual[0]) if len(actual) == 1 else None


def explain_condition(condition: Condition, facts: Facts, holds: Ternary) -> str:
    """Say of a condition that does not hold, or is undecided, what it is; never a value."""
    actual = facts.lookup(condition.key)
    if holds is False:
        absent = f" (the request has no {condition.key})" if actual is Missing.ABSENT else ""
        return f"its condition {condition} does not hold{absent}"
    if actual is Missing.UNKNOWN:
        why = f"the request's {condition.key} is not known"
    else:
        why = "the operator, or a value under it, is not one that can be judged"
    return f"its condition {condition} is undecided ({why})"


def _holds_without_key(quantifier: str | None, if_exists: bool, negated: bool) -> bool:
    if quantifier == "ForAnyValue":
        # The set operator comes first: with no value there is none that could match.
        return False
    return if_exists or quantifier == "ForAllValues" or negated


def _null_holds(condition: Condition, facts: Facts) -> Ternary:
    """``true`` asks that the key is absent, ``false`` that it is there."""
    actual = facts.lookup(condition.key)
    wanted = {value.lower() for value in condition.values}
    if not wanted or not wanted <= {"true", "false"}:
        return None
    if actual is Missing.UNKNOWN or actual == ():
        return None
    return ("true" if actual is Missing.ABSENT else "false") in wanted
