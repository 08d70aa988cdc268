"""What can go wrong inside a provider, as the engine is to be told."""

from typing import Any


class ProviderError(Exception):
    """A failure with a message for the user; no traceback belongs to it."""


class PartlyCreatedError(ProviderError):
    """The resource exists, but what had to follow failed: it must be saved all the same."""

    def __init__(self, resource_id: str, reason: str, state: dict[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.resource_id = resource_id
        self.state = state
        self.inputs: dict[str, Any] | None = None
