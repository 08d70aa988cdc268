"""The sandbox's process: ``python -m sandbox.server FOLDER ACCOUNT_ID``.

``sandbox.lifecycle`` starts it. It holds the folder's lock while it lives, listens on four free
ports of the loopback address, and ends on SIGTERM or when its folder is gone.
"""

import logging
import os
import secrets
import select
import signal
import socket
import sys
from pathlib import Path
from typing import Final

from sandbox.lifecycle_state import SERVICES, State, forget_state, hold_lock, read_state
from sandbox.lifecycle_state import write_state as announce
from sandbox.server_listener import listen
from sandbox.server_services import build_services

FOLDER_CHECK_SECONDS: Final = 2.0

log = logging.getLogger("sandbox")


def main(folder: Path, account_id: str) -> int:
    """Serve until told to end. Returns the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    told_to_end = _listen_for_signals()
    lock = hold_lock(folder)
    if lock is None:
        log.error("Another sandbox runs in %s.", folder)
        return 1
    state = _serve(account_id)
    announce(folder, state)
    log.info("Listening: %s", ", ".join(f"{name} {state.url(name)}" for name in SERVICES))
    while not select.select([told_to_end], [], [], FOLDER_CHECK_SECONDS)[0]:
        announced = read_state(folder)
        if announced is None or announced.instance != state.instance:
            # Whoever removed the folder can't stop us any more.
            log.warning("sandbox.json is gone: ending.")
            break
    else:
        forget_state(folder)
    return 0


def _listen_for_signals() -> socket.socket:
    """A socket that has something to read once the process is told to end."""
    # Not an Event: its lock may be taken by the very code that a signal's handler interrupts, and
    # a signal that another thread gets would not wake the main one.
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    signal.set_wakeup_fd(writing.detach())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: None)
    return reading


def _serve(account_id: str) -> State:
    """Start the four servers, each in a thread that ends with the process."""
    instance = secrets.token_hex(16)
    listeners = {name: listen() for name in SERVICES}
    ports = {name: listener.port for name, listener in listeners.items()}
    state = State(os.getpid(), instance, ports, account_id=account_id)
    for name, app in build_services(state).items():
        listeners[name].serve(app)
    return state


if __name__ == "__main__":
    exit_code = main(Path(sys.argv[1]), sys.argv[2])
    logging.shutdown()
    # Without the interpreter's long goodbye: requests under way would only delay it.
    os._exit(exit_code)
