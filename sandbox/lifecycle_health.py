"""Whether a sandbox's servers answer, asked over HTTP."""

import json
import socket
import urllib.request
from typing import Final

from sandbox.lifecycle_state import ADDRESS, SERVICES, State

SECONDS: Final = 5.0

# A proxy of the user's must not get to see calls to the loopback address.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def is_healthy(state: State) -> bool:
    """Whether all servers of exactly this process answer."""
    return all(service_health(state).values())


def service_health(state: State) -> dict[str, bool]:
    """By service, whether its server answers."""
    ours = _instance(state) == state.instance
    return {service: ours and _accepts(state.ports[service]) for service in SERVICES}


def _instance(state: State) -> str | None:
    try:
        with _direct.open(f"{state.url('control')}/health", timeout=SECONDS) as answer:
            instance = json.load(answer)["instance"]
            return instance if isinstance(instance, str) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _accepts(port: int) -> bool:
    try:
        with socket.create_connection((ADDRESS, port), timeout=SECONDS):
            return True
    except OSError:
        return False
