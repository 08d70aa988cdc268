"""What can go wrong inside a provider, as the engine is to be told."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


class ProviderError(Exception):
    """A failure with a message for the user; no traceback belongs to it."""

    gone = False
    """The service says that the resource does not exist."""


class PartlyCreatedError(ProviderError):
    """The resource exists, but what had to follow failed: it must be saved all the same."""

    def __init__(self, resource_id: str, reason: str, state: dict[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.resource_id = resource_id
        self.state = state
        self.inputs: dict[str, Any] | None = None


def none_if_gone(handler: Callable[_P, _T]) -> Callable[_P, _T | None]:
    """The handler, but None where the service says that the resource is gone: to read that is an
    answer, to delete it is nothing left to do."""

    @wraps(handler)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> _T | None:
        try:
            return handler(*args, **kwargs)
        except ProviderError as error:
            if error.gone:
                return None
            raise

    return wrapped
