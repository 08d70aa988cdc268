"""Faults on demand: errors, delays and lost connections, for each service and operation."""

import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SERVICES: Final = ("aws", "databricks", "polytomic")
ACTIONS: Final = ("error", "drop", "lose-answer", "delay")
CALLS_KEPT: Final = 50_000


class FaultError(ValueError):
    """A fault that the sandbox cannot play."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong, where, and how often."""

    service: str
    operation: str = "*"
    """Pattern as of fnmatch over the operation's name: ``iam:CreateRole``, ``connections.*``."""
    action: str = "error"
    """``error``: answered in place of the service. ``drop``: the connection ends before the service
    sees the call. ``lose-answer``: it ends after the service did it. ``delay``: only late."""
    status: int = 503
    code: str = "ServiceUnavailable"
    message: str = "The sandbox was told to fail."
    headers: Mapping[str, str] = field(default_factory=dict)
    times: int = 1
    """How many calls it strikes; 0 = every one."""
    skip: int = 0
    """How many matching calls pass before the first strike."""
    latency_seconds: float = 0.0
    """Waited before anything else, whatever the action."""

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Fault":
        """The fault of a ``POST /faults``. Raises FaultError."""
        known = {item.name for item in fields(cls)}
        if unknown := sorted(set(values) - known):
            raise FaultError(f"Unknown key {unknown[0]!r}; a fault has {', '.join(sorted(known))}.")
        if values.get("service") not in SERVICES:
            raise FaultError(f"service takes one of {', '.join(SERVICES)}.")
        if values.get("action", "error") not in ACTIONS:
            raise FaultError(f"action takes one of {', '.join(ACTIONS)}.")
        if values.get("status", 503) not in range(400, 600):
            raise FaultError("status takes an HTTP error status, 400-599.")
        for key, kind in (("times", int), ("skip", int), ("latency_seconds", int | float)):
            value = values.get(key, 0)
            if isinstance(value, bool) or not isinstance(value, kind) or value < 0:
                raise FaultError(f"{key} takes a number from 0.")
        for key in ("operation", "code", "message"):
            if not isinstance(values.get(key, ""), str):
                raise FaultError(f"{key} takes a string.")
        headers = values.get("headers", {})
        if not isinstance(headers, Mapping) or not all(map(_is_text, headers.values())):
            raise FaultError("headers takes an object of strings.")
        return cls(**values)


class FaultBook:
    """The faults still to come and the calls that came, of all services. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._calls: deque[dict[str, Any]] = deque(maxlen=CALLS_KEPT)

    def add(self, fault: Fault) -> None:
        """Queue a fault behind the ones that are there."""
        with self._lock:
            self._faults.append(fault)

    def faults(self) -> list[dict[str, Any]]:
        """The faults still to come; ``times`` and ``skip`` are what is left of them."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def clear_faults(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._faults.clear()

    def calls(self, service: str | None = None) -> list[dict[str, Any]]:
        """``{"service", "operation", "status"}`` of each call, oldest first; status 0 = dropped."""
        with self._lock:
            return [dict(call) for call in self._calls if service in (None, call["service"])]

    def clear_calls(self) -> None:
        """Forget the calls that came."""
        with self._lock:
            self._calls.clear()

    def record(self, service: str, operation: str, status: int) -> None:
        """Keep one call; only the last 50,000 are kept."""
        with self._lock:
            self._calls.append({"service": service, "operation": operation, "status": status})

    def strike(self, service: str, operation: str) -> Fault | None:
        """The fault that hits this call, counted down; the first that matches wins."""
        with self._lock:
            for index, fault in enumerate(self._faults):
                if fault.service != service or not fnmatchcase(operation, fault.operation):
                    continue
                if fault.skip:
                    self._faults[index] = replace(fault, skip=fault.skip - 1)
                    continue
                if fault.times == 1:
                    del self._faults[index]
                elif fault.times:
                    self._faults[index] = replace(fault, times=fault.times - 1)
                return fault
        return None


def with_faults(
    app: "WSGIApplication",
    service: str,
    book: FaultBook,
    name_operation: Callable[["WSGIEnvironment"], str],
    error_body: Callable[[Fault, str], Response],
) -> "WSGIApplication":
    """Put the book's faults before a service, and record each call to it.

    ``name_operation`` must leave ``wsgi.input`` readable; ``error_body`` makes the service's own
    kind of error from a fault and the operation's name (the fault's headers are added here).
    """

    def faulty(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        operation = name_operation(environ)
        fault = book.strike(service, operation)
        if fault and fault.latency_seconds:
            threading.Event().wait(fault.latency_seconds)
        if fault and fault.action == "drop":
            book.record(service, operation, 0)
            _close_connection(environ)
        if fault and fault.action == "error":
            response = error_body(fault, operation)
            response.headers.update(fault.headers)
        else:
            response = _answer(app, service, book, operation, environ)
        book.record(service, operation, response.status_code)
        if fault and fault.action == "lose-answer":
            _close_connection(environ)
        return response(environ, start_response)

    return faulty


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _answer(
    app: "WSGIApplication",
    service: str,
    book: FaultBook,
    operation: str,
    environ: "WSGIEnvironment",
) -> Response:
    try:
        return Response.from_app(app, environ, buffered=True)
    except Exception:
        # A bug of a stand-in: the server answers 500 and logs it; the call still counts.
        book.record(service, operation, 500)
        raise


def _close_connection(environ: "WSGIEnvironment") -> None:
    """End the connection without a byte of answer. Raises ConnectionAbortedError, which the
    server takes for a client that went away."""
    connection: socket.socket | None = environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("The sandbox was told to lose this connection.")
