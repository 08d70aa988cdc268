"""Start a sandbox, ask how it is, stop it: from the folder that holds its state."""

import contextlib
import fcntl
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from pulumi_polytomic.custom_resource.launcher import install as install_own_plugin
from pulumi_polytomic.iam import Arn
from sandbox import environment
from sandbox.identities import DEFAULT_ACCOUNT_ID, OUTSIDERS
from sandbox.lifecycle_health import is_healthy
from sandbox.lifecycle_state import (
    ADDRESS,
    State,
    forget_state,
    read_state,
    running_process,
    write_state,
)
from sandbox.providers import install

ROOT: Final = Path(__file__).resolve().parent.parent
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 10.0
LOG_LINES_SHOWN: Final = 30

Result = TypeVar("Result")


class SandboxError(Exception):
    """The sandbox can't be started, stopped or found; the text says why and what to do."""


def start(folder: Path, toolchain: Path | None = None, account_id: str | None = None) -> State:
    """Start the folder's sandbox unless it runs, and wait until it is healthy.

    ``account_id`` is the AWS account that it stands for; ``None`` takes the one that runs as it is,
    and starts one for ``DEFAULT_ACCOUNT_ID``. Raises SandboxError: it does not get healthy (with
    the end of its log), it runs for another account, or no sandbox can stand for this one.
    """
    if account_id is not None:
        _check_account(account_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _one_at_a_time(folder):
        state = healthy(folder) or _start(folder, account_id or DEFAULT_ACCOUNT_ID)
        if account_id not in (None, state.account_id):
            raise SandboxError(
                f"The sandbox in {folder} stands for account {state.account_id}, not {account_id}: "
                "stop it first, or start another one in a folder of its own."
            )
        if toolchain is not None:
            state = replace(state, toolchain=str(toolchain.absolute()))
            write_state(folder, state)
        environment.write_environment(folder, state)
        install(folder / "pulumi", Path(sys.executable).absolute(), ROOT)
        install_own_plugin(folder / "pulumi")
    return state


def healthy(folder: Path) -> State | None:
    """The state of the folder's sandbox where it runs and all its servers answer."""
    state = read_state(folder)
    if state is None or running_process(folder) != state.process_id:
        return None
    return state if is_healthy(state) else None


def stop(folder: Path) -> bool:
    """End the folder's sandbox and wait until it is gone; ``False`` where none ran.

    Raises SandboxError where the process survives even being killed.
    """
    if not folder.is_dir():
        return False
    with _one_at_a_time(folder):
        ran = _stop(folder)
        forget_state(folder)
    return ran


def log_tail(folder: Path) -> str:
    """The last lines of the sandbox's log."""
    try:
        lines = (folder / "sandbox.log").read_text(errors="replace").splitlines()
    except OSError:
        return "(no log)"
    return "\n".join(lines[-LOG_LINES_SHOWN:]) or "(the log is empty)"


@contextlib.contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Of two commands on one folder, the second waits for the first."""
    with (folder / "command.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _check_account(account_id: str) -> None:
    outside = {Arn.parse(identity.arn).account_id for identity in OUTSIDERS}
    if not re.fullmatch("[0-9]{12}", account_id) or account_id in outside:
        raise SandboxError(
            f"No sandbox can stand for account {account_id!r}: give 12 digits, and not those of a "
            f"caller from outside ({', '.join(sorted(outside))})."
        )


def _start(folder: Path, account_id: str) -> State:
    # One that hangs or is half started is in the way; the files of one that died are stale.
    _stop(folder)
    forget_state(folder)
    with (folder / "sandbox.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox.server", str(folder.resolve()), account_id],
            cwd=ROOT,
            env=_server_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def started() -> State | None:
        if process.poll() is not None:
            raise _failure(folder, f"The sandbox ended at once (exit code {process.returncode}).")
        return healthy(folder)

    state = _poll(started, START_SECONDS)
    if state is None:
        process.kill()
        process.wait()
        forget_state(folder)
        raise _failure(folder, f"The sandbox was not healthy after {START_SECONDS:.0f} s.")
    return state


def _stop(folder: Path) -> bool:
    process_id = running_process(folder)
    if process_id is None:
        return False
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process_id, signal_number)
        if _poll(lambda: running_process(folder) is None, STOP_SECONDS):
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process_id, 0)
            return True
    raise SandboxError(f"Process {process_id} of the sandbox in {folder} does not end.")


def _poll(ask: Callable[[], Result], seconds: float) -> Result:
    """Ask again, ever more slowly, until the answer is truthy; the last answer at the deadline."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    wait = 0.02
    while not (answer := ask()) and time.monotonic() < deadline:
        pause.wait(wait)
        wait = min(wait * 1.3, 0.25)
    return answer


def _server_environment() -> dict[str, str]:
    """The server's own clients may see neither a user's credentials nor a proxy."""
    private = ("AWS_", "DATABRICKS_", "POLYTOMIC_", "MOTO_", "PULUMI_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(private)}
    return kept | {"NO_PROXY": ADDRESS, "no_proxy": ADDRESS, "AWS_EC2_METADATA_DISABLED": "true"}


def _failure(folder: Path, what: str) -> SandboxError:
    return SandboxError(f"{what} The end of {folder / 'sandbox.log'}:\n{log_tail(folder)}")
