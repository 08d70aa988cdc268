"""Three-valued logic: ``True``, ``False``, and ``None`` for what is not known (Kleene's)."""

from collections.abc import Iterable
from typing import TypeAlias

Ternary: TypeAlias = bool | None


def all_of(values: Iterable[Ternary]) -> Ternary:
    """False where one is false; else unknown where one is unknown; true for none at all."""
    result: Ternary = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def any_of(values: Iterable[Ternary]) -> Ternary:
    """True where one is true; else unknown where one is unknown; false for none at all."""
    result: Ternary = False
    for value in values:
        if value is True:
            return True
        if value is None:
            result = None
    return result


def negate(value: Ternary) -> Ternary:
    """Turn true into false and back; the unknown stays unknown."""
    return None if value is None else not value
