"""This clone's folder for PATH: the machine's cached CLI, and a language host of this clone."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

from toolchain.build import CLI, SCRIPTS
from toolchain.errors import ToolchainError
from toolchain.locking import exclusive
from toolchain.official import MARKER

REPOSITORY = Path(__file__).resolve().parent.parent

_HOST = Path(__file__).resolve().parent / "language_host" / "__main__.py"


def lay_out(cached: Path, repository: Path = REPOSITORY, python: Path | None = None) -> Path:
    """`<repository>/.toolchain/bin` with all that the engine counts as bundled; returns it.

    `python` runs the language host; default: the running interpreter, which must have the Pulumi
    SDK. Files that are right already are left alone; others are replaced by rename, so an engine
    that runs meanwhile sees either the old file or the new one.
    """
    folder = repository / ".toolchain" / "bin"
    executor = folder / "pulumi-language-python-exec"
    host = _launcher(python or _python_with_sdk(repository), executor)
    with exclusive(repository / ".toolchain" / ".lock"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARKER).touch()
        _link(cached / CLI, folder / CLI)
        for name in SCRIPTS:
            _write(folder / name, (cached / name).read_bytes())
        _write(folder / "pulumi-language-python", host)
    return folder


def _python_with_sdk(repository: Path) -> Path:
    if importlib.util.find_spec("pulumi") and importlib.util.find_spec("grpc"):
        return Path(sys.executable)
    own = repository / ".venv" / "bin" / "python"
    if own.exists():
        return own
    raise ToolchainError(
        f"the Pulumi SDK is not installed for {sys.executable}: "
        'make a virtual environment (`python3 -m venv .venv && .venv/bin/pip install -e ".[dev]"`) '
        "and call its Python"
    )


def _launcher(python: Path, executor: Path) -> bytes:
    # -I: neither the caller's folder nor its PYTHON* variables may change what the host imports.
    command = shlex.join([str(python), "-I", str(_HOST), "--use-executor", str(executor)])
    return f'#!/bin/sh\nexec {command} "$@"\n'.encode()


def _link(source: Path, target: Path) -> None:
    """A hard link, not a symbolic one: the engine looks for bundled plugins behind links."""
    if target.exists():
        if target.samefile(source):
            return
        ours, theirs = target.stat(), source.stat()
        if (ours.st_size, int(ours.st_mtime)) == (theirs.st_size, int(theirs.st_mtime)):
            return
    temporary = Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent))
    try:
        try:
            os.link(source, temporary / target.name)
        except OSError:
            shutil.copy2(source, temporary / target.name)
        (temporary / target.name).replace(target)
    finally:
        shutil.rmtree(temporary)


def _write(target: Path, content: bytes) -> None:
    if target.exists() and target.read_bytes() == content and os.access(target, os.X_OK):
        return
    temporary = target.with_name(f".new-{os.getpid()}-{target.name}")
    temporary.write_bytes(content)
    temporary.chmod(0o755)
    temporary.replace(target)
