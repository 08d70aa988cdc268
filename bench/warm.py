"""Times of what a user waits for in ``make up``, once everything is installed."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from bench.processes import memory_kib
from bench.projects import ROOT
from sandbox import lifecycle
from sandbox.environment import UNSET
from sandbox.lifecycle_state import running_process

STARTS: Final = 3
_COPIED: Final = ("Makefile", "pyproject.toml", "setup.py", "Pulumi.yaml")
_COPIED_FOLDERS: Final = ("pulumi_polytomic", "sandbox", "stack", "toolchain")


class WarmError(Exception):
    """The figures could not be taken; the text says why."""


@dataclass(frozen=True)
class Warm:
    """Seconds and MiB, on a machine where everything is installed and nothing runs yet."""

    sandbox_start: float
    """From nothing to all servers healthy, the command's own start included."""
    sandbox_mib: float
    """Resident memory of the sandbox's process once it is healthy."""
    make_up: float
    """``make up``: starts the sandbox, makes the stack."""
    make_up_again: float
    """``make up`` with the sandbox running and nothing to change."""
    make_down: float


def measure_warm(folder: Path, toolchain: Path | None) -> Warm:
    """Takes the figures in ``folder``, which is empty; leaves nothing running.

    Raises:
        WarmError: the virtual environment was not made by make, or a command failed.
    """
    starts, memory = zip(
        *(_sandbox(folder / f"start-{n}", toolchain) for n in range(STARTS)), strict=True
    )
    clone = _clone(folder / "clone")
    try:
        up, again = _make(clone, "up"), _make(clone, "up")
    finally:
        down = _make(clone, "down")
    return Warm(median(starts), median(memory), up, again, down)


def resident_mib(folder: Path) -> float:
    """Resident memory of the sandbox that runs in ``folder``; 0 where the system does not tell."""
    process = running_process(folder)
    return memory_kib(process)[1] / 1024 if process is not None else 0.0


def _sandbox(folder: Path, toolchain: Path | None) -> tuple[float, float]:
    command = [sys.executable, "-m", "sandbox", "--folder", str(folder), "start"]
    if toolchain is not None:
        command += ["--toolchain", str(toolchain)]
    try:
        seconds = _run(command, ROOT)
        return seconds, resident_mib(folder)
    finally:
        lifecycle.stop(folder)


def _clone(folder: Path) -> Path:
    """The tree as ``make up`` finds it, with the virtual environment that runs this."""
    folder.mkdir()
    unwanted = shutil.ignore_patterns("__pycache__")
    for name in _COPIED_FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=unwanted)
    for name in _COPIED:
        shutil.copy2(ROOT / name, folder / name)
    environment = Path(sys.prefix)
    if not (environment / ".ready").exists():
        raise WarmError("make up is not measured: run this by make bench, which makes .venv")
    (folder / ".venv").symlink_to(environment)
    _make(folder, "toolchain")
    return folder


def _make(clone: Path, target: str) -> float:
    # Copies are as old as their originals; only the stamp must not be older than they are.
    return _run(["make", "--no-print-directory", "--assume-old=pyproject.toml", target], clone)


def _run(command: Sequence[str], folder: Path) -> float:
    inherited = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", *UNSET)
    environment = {key: value for key, value in os.environ.items() if key not in inherited}
    started = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - started
    if done.returncode != 0:
        raise WarmError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return seconds
