"""Builds the pinned CLI from source, once per machine, into a cache outside any source tree."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import tempfile
from pathlib import Path

from toolchain.errors import ToolchainError
from toolchain.go import find_go, module_folder, run_build
from toolchain.locking import exclusive
from toolchain.official import ask_version
from toolchain.progress import Progress
from toolchain.versions import PINNED_CLI, parse_version, show

CLI = "pulumi"
# What the SDK's Go module carries beside the CLI, and a Python language host needs: the program
# that runs a user's program, and the one that serves dynamic providers.
SCRIPTS = {
    "pulumi-language-python-exec": "python/cmd",
    "pulumi-resource-pulumi-python": "python/dist",
}

_SOURCE = Path(__file__).resolve().parent
_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_SDK = "github.com/pulumi/pulumi/sdk/v3"
_UNFINISHED = ".build-"


def cached_cli(source: Path = _SOURCE) -> Path:
    """The cache folder with the pinned CLI and its scripts, built now where it is not there yet.

    `source` holds go.mod and go.sum. Raises ToolchainError: no Go, too old, or a failed build.
    """
    folder = cache_folder(source)
    if _is_whole(folder):
        return folder
    go = find_go()
    with Progress(f"Building the Pulumi CLI {show(PINNED_CLI)} from source, once") as progress:
        progress.doing("starting")
        try:
            with exclusive(
                folder.parent / ".lock",
                waiting=lambda: progress.doing("waiting for another build on this machine"),
            ):
                if not _is_whole(folder):
                    _build(go, source, folder, progress)
        except OSError as error:
            raise ToolchainError(
                f"the cache folder {folder.parent} cannot be used: {error}. "
                "Set XDG_CACHE_HOME to a folder that can be written"
            ) from error
    return folder


def cache_folder(source: Path = _SOURCE) -> Path:
    """`<cache>/pulumi-polytomic/toolchain/<version>-<digest>`: a new pin is a new folder.

    The digest covers go.mod, go.sum and the platform (a home folder may be shared by machines).
    """
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG specification: a relative path is to be ignored.
    root = Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache"
    digest = hashlib.sha256()
    for part in ((source / "go.mod").read_bytes(), (source / "go.sum").read_bytes()):
        digest.update(hashlib.sha256(part).digest())
    digest.update(f"{platform.system()} {platform.machine()}".encode())
    name = f"{show(PINNED_CLI)}-{digest.hexdigest()[:16]}"
    return root / "pulumi-polytomic" / "toolchain" / name


def _is_whole(folder: Path) -> bool:
    """A folder gets its name by a rename at the very end; a file may still have been cleaned."""
    return all(os.access(folder / name, os.X_OK) for name in (CLI, *SCRIPTS))


def _build(go: Path, source: Path, folder: Path, progress: Progress) -> None:
    # The lock is ours: an unfinished folder is what a killed build left behind.
    for rest in folder.parent.glob(_UNFINISHED + "*"):
        shutil.rmtree(rest, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder.parent))
    try:
        version = f"-X {_SDK}/go/common/version.Version=v{show(PINNED_CLI)}"
        run_build(
            go,
            [
                "-mod=readonly",
                "-buildvcs=false",
                f"-ldflags=-s -w {version}",
                f"-o={work / CLI}",
                _PACKAGE,
            ],
            source,
            progress,
        )
        progress.doing("checking what was built")
        _copy_scripts(module_folder(go, _SDK, source), work)
        _prove(work / CLI)
        work.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _copy_scripts(sdk: Path, work: Path) -> None:
    for name, place in SCRIPTS.items():
        script = sdk / place / name
        if not script.is_file():
            raise ToolchainError(f"the module {_SDK} does not carry {place}/{name}")
        # The module cache is read-only and keeps no executable bit.
        shutil.copyfile(script, work / name)
        (work / name).chmod(0o755)


def _prove(cli: Path) -> None:
    answer = ask_version(cli)
    if answer.returncode != 0 or parse_version(answer.stdout) != PINNED_CLI:
        raise ToolchainError(
            f"the CLI that was built does not say that it is {show(PINNED_CLI)}: "
            f"{(answer.stdout + answer.stderr).strip()[:200]!r}"
        )
