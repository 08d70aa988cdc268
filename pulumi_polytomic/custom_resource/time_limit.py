"""An end to calls of services that may hang."""

import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from .progress import CANCELLED

_T = TypeVar("_T")
_LOOK_S: Final = 0.2
"""How soon a cancellation is noticed."""


class UnansweredError(Exception):
    """A service did not answer in time, or the engine cancelled; the text says which service."""


class TimeLimit:
    """Time for some calls together."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Gives what is left, in seconds; negative once it is over."""
        return self._end - time.monotonic()

    def ask(self, service: str, call: Callable[[], _T]) -> _T:
        """Gives what ``call`` gives, and raises what it raises.

        A client's own time-outs end the silence of one connection. They do not end a name server's,
        a credential helper's, or that of a server which sends a byte now and then. So the call has
        a thread of its own here, which is left behind when the time is up.

        Raises:
            UnansweredError: the time is up, or the engine cancelled.
        """
        asked = _Asked(call)
        while not asked.done.wait(min(_LOOK_S, max(self.left(), 0))):
            if CANCELLED.is_set():
                raise UnansweredError(f"cancelled before {service} answered")
            if self.left() <= 0:
                raise UnansweredError(f"{service} did not answer within {self.seconds:.0f} s")
        if asked.error is not None:
            raise asked.error
        found: _T = asked.answer
        return found


class _Asked:
    """A call under way."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self.done = threading.Event()
        self.answer: Any = None
        self.error: BaseException | None = None
        self._call = call
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        try:
            self.answer = self._call()
        except BaseException as error:
            self.error = error
        finally:
            self.done.set()
