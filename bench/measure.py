"""Runs one command and says what it cost: wall time, CPU time, memory of it and its children."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.processes import MemorySampler

STOP_SECONDS: Final = 60.0
LOG_LINES_SHOWN: Final = 40


class MeasureError(Exception):
    """A command that should have worked did not; the text has the end of what it said."""


@dataclass(frozen=True)
class Cost:
    """What one run of the CLI took."""

    wall_seconds: float
    cpu_seconds: float
    """User and system time of the CLI and all the processes it started and waited for."""
    cli_mib: float | None
    """Peak resident memory of the CLI's own process; None where the system does not tell."""
    program_mib: float | None
    """Peak resident memory of the process that runs the Python program; None at destroy."""
    tree_mib: float | None
    """Largest sum of the resident memory of all processes, sampled ten times a second."""


def run_measured(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
) -> Cost:
    """Runs ``command`` in ``folder``, its output in ``log``.

    An interrupt is passed on, so that the CLI can end its update and release its lock, and then
    raised.

    Raises:
        MeasureError: it ended with another exit code than 0.
    """
    with log.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Of its own, so that Ctrl-C reaches the CLI once, from here, and not twice.
            start_new_session=True,
        )
        with MemorySampler(process.pid) as memory:
            try:
                _, status, usage = os.wait4(process.pid, 0)
            except BaseException:
                _stop(process)
                raise
        wall = time.perf_counter() - started
    # Popen would wait for it once more, and find nobody.
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:])
        raise MeasureError(f"{' '.join(command)} ended with {process.returncode}:\n{tail}")
    return Cost(
        wall_seconds=wall,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        cli_mib=memory.peak_mib("cli"),
        program_mib=memory.peak_mib("program"),
        tree_mib=memory.tree_mib,
    )


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGINT)
    giving_up = threading.Timer(STOP_SECONDS, os.killpg, (process.pid, signal.SIGKILL))
    giving_up.start()
    try:
        process.wait()
    finally:
        giving_up.cancel()
