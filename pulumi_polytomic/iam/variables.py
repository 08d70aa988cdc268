"""Patterns with wildcards, and the policy variables that may stand in them."""

import re
from collections.abc import Callable
from enum import Enum
from typing import Final, TypeAlias

from pulumi_polytomic.iam.context import Missing
from pulumi_polytomic.iam.document import Unknown


class Wild(Enum):
    """A wildcard in a pattern."""

    ANY = "*"
    """Any characters, or none."""
    ONE = "?"
    """Exactly one character."""
    NOTHING = ""
    """What a variable without a value stands for: AWS takes it for null, which equals nothing."""


Pattern: TypeAlias = list[str | Wild]
"""Single characters, which stand for themselves, and wildcards."""

Lookup: TypeAlias = Callable[[str], tuple[str, ...] | Missing]

_WILDCARDS: Final = {wild.value: wild for wild in (Wild.ANY, Wild.ONE)}
_VARIABLE: Final = re.compile(r"\$\{\s*([^{}',]+?)\s*(?:,\s*'([^'{}]*)'\s*)?\}")
_ESCAPES: Final = frozenset("*?$")


def read_pattern(text: str, lookup: Lookup, *, expand: bool) -> Pattern | None:
    """Turn text into a pattern, with each ``${key}`` replaced by what the request holds.

    A key that the request lacks, with no default, makes a pattern that matches nothing. None
    where a variable cannot be resolved: the key is unknown, holds several values, or a value with
    wildcards, of which AWS does not say what they mean.
    """
    if isinstance(text, Unknown):
        return None
    if not (expand and "${" in text):
        return [_WILDCARDS.get(character, character) for character in text]
    pattern: Pattern = []
    position = 0
    while position < len(text):
        if not text.startswith("${", position):
            pattern.append(_WILDCARDS.get(text[position], text[position]))
            position += 1
            continue
        variable = _VARIABLE.match(text, position)
        value = _value(variable, lookup) if variable else None
        if variable is None or value is None:
            return None
        pattern.extend([value] if isinstance(value, Wild) else value)
        position = variable.end()
    return pattern


def read_literal(text: str, lookup: Lookup, *, expand: bool) -> str | Missing:
    """Like :func:`read_pattern`, for operators to which a wildcard is a character like others.

    ``ABSENT``: it equals nothing; ``UNKNOWN``: a variable cannot be resolved.
    """
    if not isinstance(text, Unknown) and not (expand and "${" in text):
        return text
    pattern = read_pattern(text, lookup, expand=expand)
    if pattern is None:
        return Missing.UNKNOWN
    if Wild.NOTHING in pattern:
        return Missing.ABSENT
    return "".join(each.value if isinstance(each, Wild) else each for each in pattern)


def matches(pattern: Pattern, text: str) -> bool:
    """Match the whole text. Takes at most length times length steps, whatever the pattern."""
    at = position = 0
    star, resumed = -1, 0
    while position < len(text):
        token = pattern[at] if at < len(pattern) else None
        if token is Wild.ANY:
            star, resumed = at, position
            at += 1
        elif token is Wild.ONE or token == text[position]:
            at += 1
            position += 1
        elif star >= 0:
            # Let the last star take one character more, and try again behind it.
            resumed += 1
            at, position = star + 1, resumed
        else:
            return False
    return all(token is Wild.ANY for token in pattern[at:])


def segments(pattern: Pattern) -> list[Pattern]:
    """Cut an ARN's pattern at its first five colons; parts that it lacks are ``*``."""
    parts: list[Pattern] = [[]]
    for token in pattern:
        if token == ":" and len(parts) < 6:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts + [[Wild.ANY] for _ in range(6 - len(parts))]


def _value(variable: re.Match[str], lookup: Lookup) -> "str | Wild | None":
    key, default = variable.group(1, 2)
    if key in _ESCAPES:
        return key if default is None else None
    found = lookup(key)
    if found is Missing.ABSENT:
        if default is None:
            return Wild.NOTHING
        value = default
    elif isinstance(found, Missing) or len(found) != 1:
        return None
    else:
        value = found[0]
    return None if re.search(r"[*?]", value) else value
