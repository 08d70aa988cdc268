"""Arguments of a resource: declared in a ``TypedDict``, and checked by one table beside it.

All that anybody else needs of them (the names that are known, the schema, the root stack's
configuration, the reference) is made from these two.
"""

import difflib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from .argument_types import Shape, shape, type_fault
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
                problem = type_fault(self.shapes[name], value)
                if problem is None and check.fault is not None:
                    problem = check.fault(value)
                if problem is not None:
                    faults.append(Fault(name, problem, check.fix))
        return faults
