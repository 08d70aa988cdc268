"""What the form of a condition, a pattern or a Deny proves, whatever a request carries."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from pulumi_polytomic.iam.document import Condition, Statement, Unknown

Certainty = Literal["open", "advice", "unknown", "account", "later"]
"""``open``: not shown safe. ``advice``: only a Deny closes it. ``unknown``: a part is not known
yet. ``account``: it is safe if the account is the role's, which nothing tells. ``later``: it can be
told once the role exists."""

STRINGS: Final = frozenset({"StringEquals", "StringLike"})
ARNS: Final = STRINGS | {"ArnEquals", "ArnLike"}
About = Literal["principal", "external-id", "partition", "s3", "other", "all"]
"""Of a trust policy: the first three. Of permissions: S3, something else, or both."""
_OPPOSITES: Final = {re.sub("(Equals|Like)", r"Not\1", each): each for each in ARNS}
_WILD: Final = re.compile(r"[*?]|\$\{")


@dataclass(frozen=True, slots=True)
class Opening:
    """A statement that is not shown safe: whom it may let in, or what it may allow."""

    statement: Statement
    about: About
    certainty: Certainty
    what: str
    """As the end of a sentence that begins with the statement. It holds no external ID."""
    fix: str = ""
    """Which form to write; empty where the form for all of its kind will do."""
    document: int = 0
    """Place of the policy among those given, from 0."""


def pinned(
    conditions: Iterable[Condition], key: str, operators: Collection[str]
) -> frozenset[str] | None:
    """Give the only values of a key, in lower case, with which all conditions can hold.

    Proved by a positive operator and literal values: without ``IfExists``, without
    ``ForAllValues:``, without wildcard or variable. None: nothing of that form is there, so the
    key may have any value, or none.
    """
    found: frozenset[str] | None = None
    for condition in conditions:
        operator = condition.operator.removeprefix("ForAnyValue:")
        if condition.name != key or operator not in operators or not condition.values:
            continue
        if not any(_is_open(each, operator) for each in condition.values):
            values = frozenset(condition.values)
            found = values if found is None else found & values
    return found


def closing(
    denies: Iterable[Statement], principals: Collection[str], actions: Collection[str]
) -> Iterator[Condition]:
    """Give the conditions that Deny statements lay on every such call of the given principals.

    Only this form does so for certain: it names the principals or everybody, denies all of the
    actions, and has one condition, negated, which holds without its key.
    """
    for each in denies:
        named = {p.value for p in each.principals or () if p.kind in ("*", "AWS")}
        denied = [action.lower() for action in each.actions or ()]
        closed = all(any(covers(one, action) for one in denied) for action in actions)
        if actions and closed and named & {"*", *principals}:
            yield from opposite(each)


def opposite(deny: Statement) -> Iterator[Condition]:
    """Give the condition that a Deny lays on what it covers, where it has that form."""
    if len(deny.conditions) == 1:
        (condition,) = deny.conditions
        operator = condition.operator.removeprefix("ForAllValues:").removesuffix("IfExists")
        if operator in _OPPOSITES:
            yield Condition(_OPPOSITES[operator], condition.key, condition.values)


def covers(pattern: str, other: str) -> bool:
    """Whether a pattern takes in for certain all that another pattern, or a text, stands for.

    A variable may be anything, and only a star at the end reaches across colons for certain.
    """
    return pattern == "*" or ("${" not in pattern and bool(_compiled(pattern).fullmatch(other)))


def meet(pattern: str, other: str) -> str | None:
    """Give a pattern of what both stand for, or of more; None where they have nothing in common."""
    if covers(other, pattern):
        return pattern
    if covers(pattern, other):
        return other
    one, two = literal_start(pattern), literal_start(other)
    return pattern if one.startswith(two) or two.startswith(one) else None


def literal_start(text: str) -> str:
    """Give what stands before the first wildcard or variable."""
    return _WILD.split(text, maxsplit=1)[0]


def _is_open(value: str, operator: str) -> bool:
    if isinstance(value, Unknown):
        # It may turn out to be a pattern, which StringEquals takes for plain text.
        return operator != "StringEquals"
    # To StringEquals a wildcard is a character like others.
    return "${" in value or (operator != "StringEquals" and set(value) & set("*?") != set())


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    # A star or a variable of the other pattern may be more than one character.
    wild = {"*": "[^:]*", "?": "[^*$:]"}
    parts = [wild.get(each) or re.escape(each) for each in pattern.removesuffix("*")]
    return re.compile("".join(parts) + (".*" if pattern.endswith("*") else ""), re.DOTALL)
