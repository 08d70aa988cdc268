"""The Go tool: is it there, is it new enough, and run a build with progress."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from toolchain.errors import ToolchainError
from toolchain.progress import Progress
from toolchain.versions import MINIMUM_GO, parse_version, show

_DOWNLOADING = "go: downloading "
_KEPT_LINES = 30
_HOW_TO_GET_GO = f"install Go {show(MINIMUM_GO)} or newer (https://go.dev/doc/install)"


def find_go() -> Path:
    """The `go` on PATH. Raises ToolchainError where there is none or it is too old."""
    found = shutil.which("go")
    if found is None:
        raise ToolchainError(f"Go is not on PATH: {_HOW_TO_GET_GO}")
    answer = subprocess.run(
        [found, "version"],
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    version = parse_version(answer.stdout.partition("go version")[2])
    if answer.returncode != 0 or version is None:
        raise ToolchainError(f"`{found} version` gives no version: {_HOW_TO_GET_GO}")
    if version < MINIMUM_GO:
        raise ToolchainError(f"Go {show(version)} at {found} is too old: {_HOW_TO_GET_GO}")
    return Path(found)


def environment() -> dict[str, str]:
    """The caller's environment without what would build something else than go.mod pins.

    The user's proxy, cache and private-module settings stay.
    """
    dropped = {"GOOS", "GOARCH", "GOBIN", "GOEXPERIMENT"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "GOWORK": "off", "GOTOOLCHAIN": "local"}


def module_folder(go: Path, module: str, source: Path) -> Path:
    """Where the Go module cache holds a module that `source`/go.mod pins."""
    answer = subprocess.run(
        [go, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", module],
        cwd=source,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    folder = answer.stdout.strip()
    if answer.returncode != 0 or not folder:
        raise ToolchainError(f"`go list -m {module}` failed:\n{answer.stderr.strip()}")
    return Path(folder)


def run_build(go: Path, arguments: Sequence[str], source: Path, progress: Progress) -> None:
    """`go build -v …` in `source`. Raises ToolchainError with Go's last lines where it fails."""
    process = subprocess.Popen(
        [go, "build", "-v", *arguments],
        cwd=source,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    try:
        said = _follow(process, progress)
        status = process.wait()
    finally:
        # Ctrl-C or any other way out: no compiler goes on behind our back.
        if process.poll() is None:
            process.terminate()
            process.wait()
    if status != 0:
        raise ToolchainError(
            f"building the Pulumi CLI failed (`go build` gave exit code {status}):\n"
            + "\n".join(said)
            + "\nWhere modules could not be downloaded, check the network and `go env GOPROXY`, "
            "or install the official CLI: https://www.pulumi.com/docs/install/"
        )


def _follow(process: subprocess.Popen[str], progress: Progress) -> deque[str]:
    downloaded = compiled = 0
    said: deque[str] = deque(maxlen=_KEPT_LINES)
    assert process.stderr is not None
    for line in map(str.rstrip, process.stderr):
        if line.startswith(_DOWNLOADING):
            downloaded += 1
            progress.doing(f"downloading module {downloaded}: {line[len(_DOWNLOADING) :]}")
        elif line and not any(character.isspace() for character in line):
            # With -v a line that is one word is the package just compiled.
            compiled += 1
            progress.doing(f"compiling, package {compiled}: {line}")
        else:
            said.append(line)
    return said
