"""Waits until a call to the sandbox is under way."""

import json
import threading
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from sandbox.client import Sandbox


def faults(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The faults still to come."""
    with urllib.request.urlopen(f"{sandbox.control_url}/faults") as answer:
        found: list[dict[str, Any]] = json.load(answer)
    return found


def wait_until(ready: Callable[[], bool], otherwise: str = "it did not come to that") -> None:
    deadline = time.monotonic() + 120
    pause = threading.Event()
    while not ready():
        assert time.monotonic() < deadline, otherwise
        pause.wait(0.02)
