"""Checks a component's arguments, plain or Outputs, before anything is created."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from .argument_rules import rule_faults
from .arguments import STRUCTURAL_ARGUMENTS, unknown_arguments, value_faults
from .errors import ArgumentError, Fault


class CheckedInputs:
    """The arguments that were given, each usable as a Pulumi input."""

    given: Mapping[str, Any]
    """Arguments by name, those that are None left out, with the defaults that depend on a name."""

    def __init__(self, resource: str, args: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
        """Checks ``args`` over ``defaults``; ``resource`` names the component in errors.

        Raises:
            ArgumentError: a plain value is bad. A bad Output fails the deployment when it resolves.
        """
        if not isinstance(args, Mapping):
            fault = Fault("args", f"is a {type(args).__name__}, not a mapping", "Pass a dict.")
            raise ArgumentError(resource, [fault])
        self._resource = resource
        given = {**defaults, **{n: v for n, v in args.items() if v is not None}}
        self._plain = {n: v for n, v in given.items() if _is_plain(v)}
        # Made into Outputs once, because an awaitable can be awaited only once.
        self._deferred: dict[str, pulumi.Output[Any]] = {
            n: pulumi.Output.from_input(v) for n, v in given.items() if n not in self._plain
        }
        self.given = {**self._plain, **self._deferred}
        self._raise(
            unknown_arguments(self.given)
            + [_must_be_plain(n) for n in STRUCTURAL_ARGUMENTS if n in self._deferred]
            + value_faults(self._plain)
        )
        self._gate = self._check_deferred()

    def plain(self, name: str, default: str) -> str:
        """Gives an argument that decides which resources there are."""
        return str(self._plain.get(name, default))

    def get(self, name: str, default: Any = None) -> Any:
        """Gives an argument as an input.

        ``default`` stands for one that is absent or None; a callable is called only then.
        """

        def otherwise() -> Any:
            return default() if callable(default) else default

        if name in self._deferred:
            value = self.gated(self._deferred[name])
            return value.apply(lambda known: otherwise() if known is None else known)
        return self._plain[name] if name in self._plain else otherwise()

    def gated(self, value: pulumi.Output[Any]) -> pulumi.Output[Any]:
        """Holds ``value`` back until every argument is checked.

        Whatever is created from it is therefore created after the last check.
        """
        if self._gate is None:
            return value
        return pulumi.Output.all(value, self._gate).apply(lambda values: values[0])

    def _check_deferred(self) -> pulumi.Output[None] | None:
        if not self._deferred:
            self._raise(rule_faults(self._plain))
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
        self._raise(value_faults(resolved))
        if len(resolved) == len(self._deferred):
            self._raise(rule_faults({**self._plain, **resolved}))

    def _raise(self, faults: Sequence[Fault]) -> None:
        if faults:
            raise ArgumentError(self._resource, faults)


def _is_plain(value: object) -> bool:
    """Tells whether ``value`` is known now: neither an Output or awaitable nor holding one."""
    if isinstance(value, pulumi.Output) or inspect.isawaitable(value):
        return False
    if isinstance(value, Mapping):
        return all(_is_plain(item) for item in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return all(_is_plain(item) for item in value)
    return True


def _must_be_plain(name: str) -> Fault:
    problem = "is an Output, but decides which resources there are"
    return Fault(name, problem, "Give a plain string, for example from pulumi.Config.")
