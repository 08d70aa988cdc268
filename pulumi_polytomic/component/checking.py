"""Checks a component's arguments, plain or Outputs, before anything is created."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pulumi

from ..arguments import Arguments
from ..errors import ArgumentError, Fault
from .outputs import is_plain

Rules = Callable[[Mapping[str, Any]], list[Fault]]
"""Checks values that are each fine on their own against one another: those given and known."""


class CheckedInputs:
    """The arguments that were given, each usable as a Pulumi input."""

    given: Mapping[str, Any]
    """Arguments by name, those that are None left out, with the defaults that depend on a name."""
    gate: pulumi.Output[None] | None
    """Resolves when every argument is checked: what is made of it is made after the last check.
    None where all are plain, and so are checked already."""

    def __init__(
        self, owner: str, arguments: Arguments, rules: Rules, given: Mapping[str, Any]
    ) -> None:
        """Checks what is ``given``, without None; ``owner`` names the component in errors.

        Raises:
            ArgumentError: a plain value is bad. A bad Output fails the deployment when it resolves.
        """
        self._owner = owner
        self._arguments = arguments
        self._rules = rules
        self._plain = {n: v for n, v in given.items() if is_plain(v)}
        # Made into Outputs once, because an awaitable can be awaited only once.
        self._deferred: dict[str, pulumi.Output[Any]] = {
            n: pulumi.Output.from_input(v) for n, v in given.items() if n not in self._plain
        }
        self.given = {**self._plain, **self._deferred}
        self._raise(
            arguments.unknown(self.given)
            + [_must_be_plain(n) for n in arguments.plain if n in self._deferred]
            + arguments.faults(self._plain)
        )
        self.gate = self._check_deferred()

    def plain(self, name: str) -> Any:
        """Gives an argument that decides which resources there are, or its default."""
        return self._plain.get(name, self._arguments.checks[name].default)

    def is_given(self, name: str) -> bool:
        """Tells whether an argument was given, known or not."""
        return name in self.given

    def is_plain(self, name: str) -> bool:
        """Tells whether an argument is known now; an absent one is."""
        return name not in self._deferred

    def if_given(self, name: str) -> Any:
        """Gives an argument as an input; None where it is absent, whatever its default."""
        return self.get(name) if name in self.given else None

    def get(self, name: str, default: Any = None) -> Any:
        """Gives an argument as an input.

        ``default`` stands for one that is absent or None; a callable is called only then. Its own
        default is the one in the table of checks.
        """

        def otherwise() -> Any:
            found = default() if callable(default) else default
            return self._arguments.checks[name].default if found is None else found

        if name in self._deferred:
            value = self._deferred[name]
            checked = self.gate.apply(lambda _: value) if self.gate is not None else value
            return checked.apply(lambda known: otherwise() if known is None else known)
        return self._plain[name] if name in self._plain else otherwise()

    def _check_deferred(self) -> pulumi.Output[None] | None:
        if not self._deferred:
            self._raise(self._together(self._plain))
            return None
        # Made of an awaitable, because that carries neither the secretness nor the unknowns of the
        # arguments: a secret external ID must not hide the role's ARN, nor an ID that is unknown at
        # preview the fault of another argument.
        return pulumi.Output.from_input(self._resolve_and_check())

    async def _resolve_and_check(self) -> None:
        resolved = {}
        for name, value in self._deferred.items():
            known = await value.future(with_unknowns=True)
            if not pulumi.contains_unknowns(known):
                resolved[name] = known
        self._raise(self._arguments.faults(resolved))
        if len(resolved) == len(self._deferred):
            self._raise(self._together({**self._plain, **resolved}))

    def _together(self, values: Mapping[str, Any]) -> list[Fault]:
        known = {name: value for name, value in values.items() if value is not None}
        return self._arguments.missing(known) + self._rules(known)

    def _raise(self, faults: Sequence[Fault]) -> None:
        if faults:
            raise ArgumentError(self._owner, faults)


def _must_be_plain(name: str) -> Fault:
    problem = "is an Output, but decides which resources there are"
    return Fault(name, problem, "Give a plain value, for example from pulumi.Config.")
