"""Takes back what a creation made when nobody is left who could tell the engine of it.

Killed in the middle, a plugin leaves a thing that no state names, so that a destroy would leave it
behind. A process of its own, which ends with the plugin otherwise, is told of each creation before
it begins and when it has ended, and takes back what is open when the plugin is gone.
"""

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import IO, Any, Final

_PATIENCE_S: Final = 10.0
"""How long it tries; a later run may find what was made, and must not lose it then."""
_PAUSE_S: Final = 1.0
_RUN: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.stdin.readline()); "
    "from pulumi_polytomic.server.guard import main; main(sys.stdin)"
)


class Guard:
    """The plugin's side; the process is started for the first creation."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    @contextmanager
    def over(
        self, configuration: Mapping[str, Any], urn: str, inputs: Mapping[str, Any]
    ) -> Iterator[None]:
        """Has a creation taken back if this process, or the engine, ends within."""
        self._tell({"begun": urn, "configuration": configuration, "inputs": inputs})
        try:
            yield
        except asyncio.CancelledError:
            # The engine is gone, and this process ends too.
            raise
        except BaseException:
            self._tell({"ended": urn})
            raise
        self._tell({"ended": urn})

    def _tell(self, message: Mapping[str, Any]) -> None:
        # Without a guard a creation is as it was: it is no reason to fail.
        with self._lock, suppress(OSError):
            if self._process is None:
                self._process = _start()
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()


def main(messages: IO[str]) -> None:
    """Reads what the plugin tells until that is gone, then takes back what is open."""
    begun: dict[str, dict[str, Any]] = {}
    for line in messages:
        # A line that breaks off is of a creation that was not begun.
        with suppress(json.JSONDecodeError):
            message = json.loads(line)
            if "ended" in message:
                begun.pop(message["ended"], None)
            else:
                begun[message["begun"]] = message
    if begun:
        with ThreadPoolExecutor(len(begun)) as threads:
            list(threads.map(_take_back, begun.values()))


def _start() -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN],
        # Whoever ends the plugin with its group, or waits for its output, does not mean this one.
        start_new_session=True,
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps([*filter(None, sys.path)]) + "\n")
    return process


def _take_back(creation: Mapping[str, Any]) -> None:
    from ..custom_resource.plugin_side import ProviderError
    from ..custom_resource.settings import settings_from
    from .types import resource_of

    settings = settings_from(creation["configuration"])
    resource = resource_of(creation["begun"])
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        # What was under way is through by then, or will be answered by the key that it came with.
        time.sleep(_PAUSE_S)
        with suppress(ProviderError):
            resource.take_back(settings, creation["begun"], creation["inputs"])
            return
