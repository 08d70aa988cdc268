"""Faults on demand: errors, delays, lost connections and hanging calls, and the calls that came."""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from fnmatch import fnmatchcase
from typing import Any, Final, NamedTuple

SERVICES: Final = ("aws", "databricks", "polytomic")
ACTIONS: Final = ("error", "drop", "lose-answer", "delay", "hang")
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
    sees the call. ``lose-answer``: it ends after the service did it. ``delay``: only late.
    ``hang``: the call is taken and nothing comes back, until the faults are cleared, after which it
    is served, or the client leaves, after which the service never sees it."""
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


class Strike(NamedTuple):
    """A fault that hits one call."""

    fault: Fault
    released: threading.Event
    """Set once the faults are cleared."""


class FaultBook:
    """The faults still to come and the calls that came, of all services. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._released = threading.Event()
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
        """Nothing goes wrong any more; calls that hang are served."""
        with self._lock:
            self._faults.clear()
            self._released.set()
            self._released = threading.Event()

    def calls(self, service: str | None = None) -> list[dict[str, Any]]:
        """``{"service", "operation", "status"}`` of each call, oldest first; 0 = no answer."""
        with self._lock:
            return [dict(call) for call in self._calls if service in (None, call["service"])]

    def clear_calls(self) -> None:
        """Forget the calls that came."""
        with self._lock:
            self._calls.clear()

    def record(self, service: str, operation: str, status: int) -> dict[str, Any]:
        """Keep one call; only the last 50,000 are kept. ``amend`` takes what it gives."""
        call = {"service": service, "operation": operation, "status": status}
        with self._lock:
            self._calls.append(call)
        return call

    def amend(self, call: dict[str, Any], status: int) -> None:
        """Give a call that was recorded another status."""
        with self._lock:
            call["status"] = status

    def strike(self, service: str, operation: str) -> Strike | None:
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
                return Strike(fault, self._released)
        return None


def _is_text(value: object) -> bool:
    return isinstance(value, str)
