"""Arguments of a resource: declared in a ``TypedDict``, and checked by one table beside it.

All that anybody else needs of them (the names that are known, the schema, the root stack's
configuration, the reference) is made from these two.
"""

import difflib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import NoneType, UnionType
from typing import Any, Final, ForwardRef, Literal, NamedTuple, Union, get_args, get_origin

from .errors import ArgumentError, Fault
from .naming import snake_case


class Argument(NamedTuple):
    """What is to be said of one argument besides its type."""

    fix: str
    """How to fix a bad value, as a sentence."""
    fault: Callable[[Any], str | None] | None = None
    """Says what is wrong with a value of the right type; None where any value will do."""
    default: str | int | bool | None = None
    """What one that is absent or None comes to, where that is the same for every resource."""
    secret: bool = False
    """Whether it is secret in the state even where the program gives it plain."""
    sensitive: bool = False
    """Whether its value is never printed; that of a secret never is."""
    enum: str | None = None
    """Name of its closed set in the schema. Default: the argument's own."""


class Shape(NamedTuple):
    """The type of one argument, as declared."""

    kinds: tuple[str, ...]
    """Of the words of ``KINDS``; more than one for a union."""
    choices: tuple[str, ...] = ()
    """The strings that it may be, where that is a closed set."""
    plain: bool = False
    """Whether it takes no Output."""


@dataclass(frozen=True)
class Arguments:
    """The arguments of one type of resource."""

    resource: str
    """Name of the type, such as ``DatabricksStagingAccess``."""
    declaration: type
    """The ``TypedDict``."""
    checks: Mapping[str, Argument]

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """The types by name, required arguments first.

        Raises:
            TypeError: an argument is declared and not in the table, or the other way round.
        """
        declared = self.declaration.__annotations__
        if declared.keys() != self.checks.keys():
            lost = sorted(declared.keys() ^ self.checks.keys())
            raise TypeError(f"{self.resource}: only declared or only checked: {', '.join(lost)}")
        return {name: shape(annotation) for name, annotation in declared.items()}

    @property
    def required(self) -> frozenset[str]:
        """Arguments that cannot be left out."""
        names: frozenset[str] = self.declaration.__required_keys__  # type: ignore[attr-defined]
        return names

    @property
    def secret(self) -> list[str]:
        """Arguments that are secret whether or not the program says so."""
        return [name for name, check in self.checks.items() if check.secret]

    @property
    def sensitive(self) -> list[str]:
        """Arguments whose values are never printed."""
        return [name for name, check in self.checks.items() if check.secret or check.sensitive]

    @property
    def plain(self) -> list[str]:
        """Arguments that take no Output: they decide which resources there are."""
        return [name for name, each in self.shapes.items() if each.plain]

    def gathered(
        self, owner: str, args: object, keywords: Mapping[str, object]
    ) -> Mapping[str, Any]:
        """Gives the arguments, passed as one mapping or as keywords, those that are None left out.

        ``owner`` names the resource in errors.

        Raises:
            ArgumentError: both are given, or ``args`` is no mapping.
        """
        if args is not None and keywords:
            problem = f"is given beside keyword arguments ({', '.join(keywords)})"
            fix = "Pass all arguments in one mapping, or all as keywords."
            raise ArgumentError(owner, [Fault("args", problem, fix)])
        if args is not None and not isinstance(args, Mapping):
            problem = f"is a {type(args).__name__}, not a mapping"
            raise ArgumentError(owner, [Fault("args", problem, "Pass a dict, or keywords.")])
        given: Mapping[str, Any] = keywords if args is None else args
        return {name: value for name, value in given.items() if value is not None}

    def unknown(self, names: Collection[object], spelt: Callable[[str], str] = str) -> list[Fault]:
        """Finds arguments that do not exist and names the nearest one that does.

        ``spelt`` gives the names as the caller has them. Default: Python's.
        """
        known = {spelt(name): name for name in self.shapes}
        faults = []
        for name in map(str, names):
            if name not in known:
                # Pulumi's other languages write camelCase; "bucketName" leads to "bucket_name".
                near = difflib.get_close_matches(snake_case(name), self.shapes, n=1)
                fix = f"Did you mean {spelt(near[0])}?" if near else f"Known: {', '.join(known)}."
                faults.append(Fault(name, f"is not an argument of {self.resource}", fix))
        return faults

    def missing(self, given: Collection[str]) -> list[Fault]:
        """Finds required arguments that are not among those ``given``."""
        return [
            Fault(name, "is required", self.checks[name].fix)
            for name in self.shapes
            if name in self.required and name not in given
        ]

    def faults(self, values: Mapping[str, object]) -> list[Fault]:
        """Checks each known value on its own; a value of None counts as not given."""
        faults = []
        for name, value in values.items():
            check = self.checks.get(name)
            if check is not None and value is not None:
                problem = _kind_fault(self.shapes[name], value)
                if problem is None and check.fault is not None:
                    problem = check.fault(value)
                if problem is not None:
                    faults.append(Fault(name, problem, check.fix))
        return faults


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


def one_of_fault(value: object, allowed: Sequence[str]) -> str | None:
    """Says that ``value`` is none of ``allowed``, and which one is nearest."""
    if value in allowed:
        return None
    text = str(value)
    part = [word for word in allowed if text and text.lower() in word.lower()]
    near = part or difflib.get_close_matches(text, allowed, n=1)
    hint = f" (did you mean '{near[0]}'?)" if near else ""
    return f"'{text}' is not one of {', '.join(allowed)}{hint}"


def not_blank(value: str) -> str | None:
    """Says that a text has nothing in it."""
    return None if value.strip() else "is empty"


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


def _kind_fault(declared: Shape, value: object) -> str | None:
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
