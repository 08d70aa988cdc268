"""What a sandbox's folder says about its process, and whether that process lives.

``sandbox.lock`` is held, as a file lock, by the server for as long as it lives, and names its
process ID: a process ID that the system gave to somebody else can't be taken for the sandbox.
``sandbox.json`` is there once the server listens.
"""

import fcntl
import json
import os
import threading
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Final

from sandbox.identities import DEFAULT_ACCOUNT_ID

ADDRESS: Final = "127.0.0.1"
SERVICES: Final = ("aws", "databricks", "polytomic", "control")
LOCK_ATTEMPTS: Final = 20


@dataclass(frozen=True)
class State:
    """The content of ``sandbox.json``."""

    process_id: int
    instance: str
    """Random name of this process, which the control server repeats in ``GET /health``."""
    ports: dict[str, int]
    """By service."""
    toolchain: str | None = None
    """Folder put on PATH by the environment file."""
    account_id: str = DEFAULT_ACCOUNT_ID
    """The AWS account that the sandbox stands for."""

    def url(self, service: str) -> str:
        """Address of a service's server, without a slash at the end."""
        return f"http://{ADDRESS}:{self.ports[service]}"


def read_state(folder: Path) -> State | None:
    """The state in a folder; ``None`` where there is none, or none that can be read."""
    try:
        values = json.loads((folder / "sandbox.json").read_text())
        state = State(**{item.name: values[item.name] for item in fields(State)})
        return state if set(state.ports) == set(SERVICES) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_state(folder: Path, state: State) -> None:
    """Write ``sandbox.json`` in one step, so that no reader sees half of it."""
    write_private(folder / "sandbox.json", json.dumps(asdict(state), indent=2) + "\n")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, in one step."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)


def forget_state(folder: Path) -> None:
    """Remove what tells of a running server."""
    for name in ("sandbox.json", "env"):
        (folder / name).unlink(missing_ok=True)


def hold_lock(folder: Path) -> IO[str] | None:
    """Take the folder's lock for as long as the file stays open; ``None`` where another has it."""
    file = (folder / "sandbox.lock").open("a+")
    for _ in range(LOCK_ATTEMPTS):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # Perhaps only somebody who is just asking, in running_process.
            threading.Event().wait(0.05)
            continue
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        return file
    file.close()
    return None


def running_process(folder: Path) -> int | None:
    """Process ID of the folder's server; ``None`` where none lives."""
    try:
        with (folder / "sandbox.lock").open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _number(file.read())
    except OSError:
        pass
    return None


def _number(text: str) -> int | None:
    # Empty for the instant between taking the lock and writing the number.
    return int(text) if text.isdigit() else None
