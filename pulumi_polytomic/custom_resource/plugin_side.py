"""What a custom resource of the plugin has to do."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, TypeAlias

from ..errors import Fault
from .settings import Settings
from .wire import UNKNOWN

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

    token: ClassVar[str]
    schema: ClassVar[Mapping[str, Any]]
    """Its part of the plugin's schema."""
    outputs: ClassVar[Collection[str]]
    """Properties that the service decides; unknown in the preview of a creation."""
    secrets: ClassVar[Collection[str]] = ()
    """Properties that are secret whether or not a program says so."""
    replacing: ClassVar[Collection[str]] = ()
    """Inputs that the service cannot change."""
    retired: ClassVar[Mapping[str, str]] = {}
    """Inputs that an earlier version had, and what to do in their place, as a sentence."""

    def check(self, name: str, inputs: Values) -> list[Fault]:
        """Drops what is absent, fills in defaults, and says what is wrong.

        ``name`` is the resource's in the program.
        """
        for key in [key for key, value in inputs.items() if value is None]:
            del inputs[key]
        known = self.schema["inputProperties"]
        every = f"Known: {', '.join(known)}."
        unknown = [
            Fault(key, f"is no argument of {type(self).__name__}", self.retired.get(key, every))
            for key in inputs
            if key not in known
        ]
        return [*unknown, *self.faults(name, inputs)]

    @abstractmethod
    def faults(self, name: str, inputs: Values) -> Sequence[Fault]:
        """Fills in defaults, and says what is wrong with the arguments that this resource has."""

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
