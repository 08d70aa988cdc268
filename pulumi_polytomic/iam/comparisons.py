"""Comparing one value of a condition with one value of the request.

Each function takes the condition's value first. None means that the two cannot be compared for
certain; a value that is malformed for its operator is such a case, since AWS does not say what
it does with it.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from pulumi_polytomic.iam.ternary import Ternary
from pulumi_polytomic.iam.variables import Pattern, matches, segments

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

_Ordered = TypeVar("_Ordered", "datetime", "Decimal")

Compare: TypeAlias = Callable[[str, str], Ternary]


def string_equals(value: str, actual: str) -> Ternary:
    """Compare exactly, with case."""
    return value == actual


def string_equals_ignore_case(value: str, actual: str) -> Ternary:
    """Compare without case; beyond ASCII, what counts as the same letter is AWS's secret."""
    if value == actual:
        return True
    if value.isascii() and actual.isascii():
        return value.lower() == actual.lower()
    return None if value.casefold() == actual.casefold() else False


def string_like(pattern: Pattern, actual: str) -> Ternary:
    """Match with wildcards, with case."""
    return matches(pattern, actual)


def arn_like(pattern: Pattern, actual: str) -> Ternary:
    """Match the six parts of an ARN one by one: a wildcard does not reach across a colon."""
    parts = actual.split(":", 5)
    if pattern.count(":") < 5 or len(parts) != 6:
        return None
    return all(map(matches, segments(pattern), parts))


def bool_equals(value: str, actual: str) -> Ternary:
    """Compare ``true`` and ``false``."""
    both = {value.lower(), actual.lower()}
    return len(both) == 1 if both <= {"true", "false"} else None


def binary_equals(value: str, actual: str) -> Ternary:
    """Compare two base64 texts by the bytes that they stand for."""
    import base64
    import binascii

    try:
        return base64.b64decode(value, validate=True) == base64.b64decode(actual, validate=True)
    except (binascii.Error, ValueError):
        return None


def ip_in_range(value: str, actual: str) -> Ternary:
    """Tell whether an address lies in a CIDR range or is the one address; IPv4 and IPv6."""
    from ipaddress import IPv6Address, ip_address, ip_network

    if not re.fullmatch(r"[0-9A-Fa-f.:]+(/[0-9]{1,3})?", value) or "%" in actual:
        return None
    try:
        network, address = ip_network(value), ip_address(actual)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped and network.version == 4:
        return None
    return address in network


def number_order(value: str, actual: str) -> int | None:
    """Return -1, 0 or 1 as the request's number is smaller, equal or greater."""
    from decimal import Decimal

    if not all(re.fullmatch(r"[+-]?[0-9]{1,64}(\.[0-9]{1,64})?", each) for each in (value, actual)):
        return None
    return _order(Decimal(actual), Decimal(value))


def date_order(value: str, actual: str) -> int | None:
    """Return -1, 0 or 1 as the request's time is earlier, the same or later."""
    theirs, ours = _instant(actual), _instant(value)
    return None if theirs is None or ours is None else _order(theirs, ours)


def by_order(order: Callable[[str, str], int | None], *wanted: int) -> Compare:
    """Make a comparison of an order and the outcomes that satisfy it."""

    def compare(value: str, actual: str) -> Ternary:
        found = order(value, actual)
        return None if found is None else found in wanted

    return compare


_EPOCH: Final = re.compile(r"[0-9]{1,3}|[0-9]{5,11}")
"""Seconds since 1970. Four digits could be a year as well."""
_ISO: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.(\d{1,6}))?)?(?:Z|[+-]\d{2}:\d{2}))?", re.ASCII
)


def _instant(text: str) -> "datetime | None":
    """Read ISO 8601 as the W3C profiles it, or seconds since 1970; a date alone is its midnight."""
    from datetime import datetime, timedelta, timezone

    if _EPOCH.fullmatch(text):
        return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=int(text))
    found = _ISO.fullmatch(text)
    if not found:
        return None
    fraction = found[1] or ""
    text = text.replace(f".{fraction}", f".{fraction:0<6}").replace("Z", "+00:00")
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=timezone.utc)


def _order(one: _Ordered, other: _Ordered) -> int:
    return (one > other) - (one < other)
