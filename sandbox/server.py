"""The sandbox's process: ``python -m sandbox.server FOLDER``; ``sandbox.lifecycle`` starts it.

It holds the folder's lock while it lives, listens on four free ports of the loopback address, and
ends on SIGTERM or when its folder is gone.
"""

import logging
import os
import secrets
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sandbox.lifecycle_state import SERVICES, State, forget_state, hold_lock, read_state
from sandbox.lifecycle_state import write_state as announce
from sandbox.server_listener import listen
from sandbox.server_services import build_services

if TYPE_CHECKING:
    from types import FrameType

FOLDER_CHECK_SECONDS: Final = 2.0

log = logging.getLogger("sandbox")


def main(folder: Path) -> int:
    """Serve until told to end. Returns the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    told_to_end = threading.Event()

    def end(_signal: int, _frame: "FrameType | None") -> None:
        told_to_end.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    lock = hold_lock(folder)
    if lock is None:
        log.error("Another sandbox runs in %s.", folder)
        return 1
    state = _serve()
    announce(folder, state)
    log.info("Listening: %s", ", ".join(f"{name} {state.url(name)}" for name in SERVICES))
    while not told_to_end.wait(FOLDER_CHECK_SECONDS):
        announced = read_state(folder)
        if announced is None or announced.instance != state.instance:
            # Whoever removed the folder can't stop us any more.
            log.warning("sandbox.json is gone: ending.")
            break
    else:
        forget_state(folder)
    return 0


def _serve() -> State:
    """Start the four servers, each in a thread that ends with the process."""
    instance = secrets.token_hex(16)
    listeners = {name: listen() for name in SERVICES}
    ports = {name: listener.port for name, listener in listeners.items()}
    state = State(os.getpid(), instance, ports)
    for name, app in build_services(state).items():
        listeners[name].serve(app)
    return state


if __name__ == "__main__":
    exit_code = main(Path(sys.argv[1]))
    logging.shutdown()
    # Without the interpreter's long goodbye: requests under way would only delay it.
    os._exit(exit_code)
