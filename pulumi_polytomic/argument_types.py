"""Types of arguments, as annotations declare them, and values that do not fit one."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, Final, ForwardRef, Literal, NamedTuple, Union, get_args, get_origin

from .text_faults import one_of_fault


class Shape(NamedTuple):
    """The type of one argument, as declared."""

    kinds: tuple[str, ...]
    """Of the words of ``KINDS``; more than one for a union."""
    choices: tuple[str, ...] = ()
    """The strings that it may be, where that is a closed set."""
    plain: bool = False
    """Whether it takes no Output."""


def shape(annotation: Any) -> Shape:
    """Reads an annotation. Raises TypeError for one that no argument can have."""
    members = union_members(annotation)
    plain = not any(get_origin(each) is Awaitable for each in members)
    kinds: list[str] = []
    choices: list[str] = []
    for member in members:
        if member is NoneType or isinstance(member, ForwardRef) or get_origin(member) is Awaitable:
            continue
        if get_origin(member) is Literal:
            choices += get_args(member)
        kinds.append(_kind(member))
    return Shape(tuple(dict.fromkeys(kinds)), tuple(choices), plain)


def union_members(annotation: Any) -> list[Any]:
    """Gives the members of a union, of unions in it too; of anything else, itself."""
    if get_origin(annotation) in (Union, UnionType):
        return [found for each in get_args(annotation) for found in union_members(each)]
    return [annotation]


def _kind(annotation: Any) -> str:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Literal and all(isinstance(each, str) for each in parts):
        return "string"
    if annotation in _SIMPLE:
        return _SIMPLE[annotation]
    if origin in (list, Sequence) and shape(parts[0]).kinds == ("string",):
        return "strings"
    if origin is Mapping:
        return "object" if parts[1] is Any else "map"
    raise TypeError(f"no argument can be {annotation}")


def type_fault(declared: Shape, value: object) -> str | None:
    """Says that ``value`` is of none of the types that are declared."""
    problems = [KINDS[kind].fault(value) for kind in declared.kinds]
    if all(problems):
        if len(problems) == 1:
            return problems[0]
        words = " or ".join(KINDS[kind].words for kind in declared.kinds)
        return f"is a {type(value).__name__}, not {words}"
    if declared.choices and isinstance(value, str):
        flags = ("true", "false") if "boolean" in declared.kinds else ()
        return one_of_fault(value, (*flags, *declared.choices))
    return None


def _strings_fault(value: object) -> str | None:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return f"is a {type(value).__name__}, not a list of strings"
    bad = next((item for item in value if not isinstance(item, str)), None)
    return None if bad is None else f"holds a {type(bad).__name__}, not only strings"


def _map_fault(value: object) -> str | None:
    if not isinstance(value, Mapping):
        return f"is a {type(value).__name__}, not a map of strings"
    for item in (*value.keys(), *value.values()):
        if not isinstance(item, str):
            return f"holds a {type(item).__name__}, not only strings"
    return None


class Kind(NamedTuple):
    """A type that arguments have."""

    words: str
    fault: Callable[[object], str | None]


def _simple(words: str, *types: type) -> Kind:
    def fault(value: object) -> str | None:
        # A bool is an int to Python, and to nobody else.
        fits = isinstance(value, types) and (bool in types or not isinstance(value, bool))
        return None if fits else f"is a {type(value).__name__}, not {words}"

    return Kind(words, fault)


KINDS: Final[Mapping[str, Kind]] = {
    "string": _simple("a string", str),
    "boolean": _simple("a boolean", bool),
    "number": _simple("a number", int, float),
    # Whole numbers of other languages arrive as fractions; the checks refuse what is none.
    "integer": _simple("a number", int, float),
    "strings": Kind("a list of strings", _strings_fault),
    "map": Kind("a map of strings", _map_fault),
    "object": _simple("a map", Mapping),
}
"""The types of arguments by word: ``map`` has strings as values, ``object`` anything."""

_SIMPLE: Final[Mapping[Any, str]] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
}
