"""The organization's connections and idempotency keys, in memory."""

import hashlib
import json
import threading
import time
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final, NamedTuple

from sandbox.http import Json
from sandbox.polytomic.errors import ApiError, not_found, unprocessable

if TYPE_CHECKING:
    from sandbox.settings import Settings

ORGANIZATION_ID: Final = "a3b1c9d4-6f27-4c1e-8d2b-0f5e7a9c4b61"
ORGANIZATION_NAME: Final = "Sandbox"
USER_ID: Final = "5c0f6a52-7d0e-4a0b-9a55-2d8c1e4f7b90"
USER_EMAIL: Final = "administrator@example.com"


class _Remembered(NamedTuple):
    fingerprint: str
    answer: Json | None
    """``None`` while the first request is under way."""


class State:
    """Everything that a reset forgets. Hold ``lock`` from the look-up to the change."""

    def __init__(self, aws_endpoint: str, settings: "Settings") -> None:
        self.aws_endpoint = aws_endpoint
        self.settings = settings
        self.lock = threading.Condition(threading.RLock())
        self.connections: dict[str, Json] = {}
        self._remembered: dict[tuple[str, str], _Remembered] = {}

    def reset(self) -> None:
        """As a new organization."""
        with self.lock:
            self.connections.clear()
            self._remembered.clear()
            self.lock.notify_all()

    def get(self, connection_id: str) -> Json:
        """A connection by its ID. Raises ApiError."""
        if connection_id not in self.connections:
            raise not_found("connection")
        return self.connections[connection_id]

    def require_free(self, name: str, but: str | None = None) -> None:
        """Names are unique per organization. Raises ApiError."""
        if any(item["name"] == name and item["id"] != but for item in self.connections.values()):
            raise unprocessable(f"a connection named {name!r} already exists", "name")

    def recall(self, operation: str, key: str, body: Mapping[str, object]) -> Json | None:
        """What this idempotency key was answered before; ``None`` for a new key, which is then
        reserved until ``remember`` or ``forget``. A second request waits for the first.

        Raises ApiError where the key came with another body.
        """
        fingerprint = _fingerprint(body)
        with self.lock:
            deadline = time.monotonic() + 60
            while True:
                found = self._remembered.get((operation, key))
                if found is None:
                    self._remembered[operation, key] = _Remembered(fingerprint, None)
                    return None
                if found.fingerprint != fingerprint:
                    raise unprocessable(
                        "this idempotency key was already used with another request"
                    )
                if found.answer is not None:
                    return found.answer
                if not self.lock.wait(deadline - time.monotonic()):
                    raise ApiError(409, "conflict", "a request with this idempotency key is open")

    def remember(self, operation: str, key: str, body: Mapping[str, object], answer: Json) -> None:
        """Keep the answer of a reserved key."""
        with self.lock:
            self._remembered[operation, key] = _Remembered(_fingerprint(body), answer)
            self.lock.notify_all()

    def forget(self, operation: str, key: str) -> None:
        """Free a reserved key, whose request failed and may be tried again."""
        with self.lock:
            self._remembered.pop((operation, key), None)
            self.lock.notify_all()


def now() -> str:
    """The time as the API writes it."""
    return datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")


def _fingerprint(body: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
