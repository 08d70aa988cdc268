"""What a custom resource of the plugin has to do."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, TypeAlias

from ..errors import Fault
from ..naming import camel_case, snake_case
from .program_side import OwnResource
from .settings import Settings
from .wire import UNKNOWN, contains_unknown

Values: TypeAlias = dict[str, Any]
"""Properties by camelCase name; those that are not known yet are ``UNKNOWN``."""


class ProviderError(Exception):
    """What went wrong, and what to do about it; holds no secret and no external ID."""


class PartlyCreatedError(ProviderError):
    """The resource exists, but something is missing; the engine keeps it in the state."""

    def __init__(self, message: str, resource_id: str, state: Values) -> None:
        super().__init__(message)
        self.resource_id = resource_id
        self.state = state


class Made(NamedTuple):
    """A resource that was made."""

    resource_id: str
    state: Values


class Found(NamedTuple):
    """A resource as it is now."""

    inputs: Values
    state: Values


class CustomResource(ABC):
    """One resource type. Its state is its inputs and what the service answered."""

    program_side: ClassVar[type[OwnResource]]
    """What a program sees of it."""
    replacing: ClassVar[Collection[str]] = ()
    """Inputs that the service cannot change."""
    retired: ClassVar[Mapping[str, str]] = {}
    """Inputs that an earlier version had, and what to do in their place, as a sentence."""

    @property
    def outputs(self) -> list[str]:
        """Properties that the service decides; unknown in the preview of a creation."""
        inputs = self.program_side.arguments.checks
        return [camel_case(n) for n in self.program_side.__annotations__ if n not in inputs]

    @property
    def secrets(self) -> list[str]:
        """Properties that are secret whether or not a program says so."""
        names = (*self.program_side.arguments.secret, *self.program_side.secret_outputs)
        return [camel_case(name) for name in names]

    def check(self, name: str, inputs: Values) -> list[Fault]:
        """Drops what is absent, fills in defaults, and says what is wrong.

        ``name`` is the resource's in the program.
        """
        for key in [key for key, value in inputs.items() if value is None]:
            del inputs[key]
        arguments = self.program_side.arguments
        for argument, check in arguments.checks.items():
            if check.default is not None:
                inputs.setdefault(camel_case(argument), check.default)
        self.fill_in(name, inputs)
        given = {snake_case(key): value for key, value in inputs.items()}
        known = {key: value for key, value in given.items() if not contains_unknown(value)}
        found = arguments.missing(given) + arguments.faults(known)
        unknown = [
            fault._replace(fix=self.retired.get(fault.argument, fault.fix))
            for fault in arguments.unknown(inputs, camel_case)
        ]
        spelt = [fault._replace(argument=camel_case(fault.argument)) for fault in found]
        return [*unknown, *spelt, *self.faults(inputs)]

    def fill_in(self, name: str, inputs: Values) -> None:
        """Fills in what depends on ``name``, and puts straight what needs no word."""
        return

    def faults(self, inputs: Values) -> Sequence[Fault]:
        """Says how the arguments do not fit together."""
        return ()

    def obstacles(self, settings: Settings, inputs: Values) -> Sequence[Fault]:
        """Says what of the configuration is missing for what a deployment will have to do.

        Asked where the inputs are new, in a preview too, before anything is made, so it changes
        nothing. Its faults are of no argument: their name is empty.
        """
        return ()

    @abstractmethod
    def create(self, settings: Settings, urn: str, inputs: Values) -> Made:
        """Makes it. A second call after one that broke off finds what the first one made."""

    @abstractmethod
    def take_back(self, settings: Settings, urn: str, inputs: Values) -> None:
        """Undoes a creation that may have been done, and of which the engine heard nothing.

        Called in another process than ``create``, once that one has ended.
        """

    @abstractmethod
    def read(
        self, settings: Settings, resource_id: str, inputs: Values, state: Values
    ) -> Found | None:
        """Gives it as it is; None where it is gone. ``inputs`` are empty on an import."""

    @abstractmethod
    def update(
        self, settings: Settings, urn: str, resource_id: str, state: Values, inputs: Values
    ) -> Values:
        """Changes it to ``inputs``; gives the new state."""

    @abstractmethod
    def delete(self, settings: Settings, resource_id: str, state: Values) -> None:
        """Deletes it; one that is gone already is fine."""

    def changed(self, state: Values, inputs: Values) -> list[str]:
        """Gives the inputs that differ from the state."""
        names = dict.fromkeys((*inputs, *(name for name in state if name not in self.outputs)))
        return [name for name in names if state.get(name) != inputs.get(name)]

    def planned(self, state: Values | None, inputs: Values) -> Values:
        """Gives what the state will be, as far as it can be told."""
        return {**inputs, **{name: (state or {}).get(name, UNKNOWN) for name in self.outputs}}
