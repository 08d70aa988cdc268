"""The Pythons of this machine that the package runs on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from toolchain.environment import MINIMUM

_NEWEST_MINOR = 30
_ASK = "import sys, ssl, venv; print(*sys.version_info[:2])"

PythonVersion = tuple[int, int]


def find_pythons() -> dict[PythonVersion, Path]:
    """An executable for each version from 3.10 on, oldest first: those on PATH, then pyenv's.

    A launcher that does not start, such as pyenv's for a version that is switched off, is left out.
    """
    found: dict[PythonVersion, Path] = {}
    for minor in range(MINIMUM[1], _NEWEST_MINOR):
        for candidate in _candidates(f"python3.{minor}"):
            if _version(candidate) == (3, minor):
                found[3, minor] = candidate
                break
    return found


def _candidates(name: str) -> Iterator[Path]:
    for folder in filter(None, os.environ.get("PATH", os.defpath).split(os.pathsep)):
        yield Path(folder) / name
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/*/bin/{name}"), reverse=True)


def _version(python: Path) -> PythonVersion | None:
    if not os.access(python, os.X_OK):
        return None
    answer = subprocess.run([python, "-c", _ASK], capture_output=True, text=True, check=False)
    numbers = answer.stdout.split()
    return (int(numbers[0]), int(numbers[1])) if answer.returncode == 0 else None
