"""Builds one language host from source, once per machine, beside the cached CLI."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from toolchain.build import cache_folder
from toolchain.go import find_go, run_build
from toolchain.locking import exclusive
from toolchain.official import find_installed_cli
from toolchain.progress import Progress

_HERE: Final = Path(__file__).resolve().parent


class Part(NamedTuple):
    """One program of a language host."""

    module: Path
    """Folder of the go.mod and go.sum that pin it."""
    package: str
    sources: Path | None = None
    """Folder of its own sources, where they are kept here."""
    folder: str = "."
    """Where it lies in the host's folder."""

    def pins(self) -> Iterator[Path]:
        """The files that say what is built."""
        yield self.module / "go.mod"
        yield self.module / "go.sum"
        if self.sources is not None:
            yield from sorted(self.sources.glob("*.go"))


_SDKS: Final = Part(_HERE.parent, "./languages/sdk_host", _HERE / "sdk_host")
HOSTS: Final = {
    "go": (_SDKS,),
    "nodejs": (
        _SDKS,
        Part(
            _HERE / "nodejs",
            "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
            folder="runner",
        ),
    ),
    "yaml": (Part(_HERE / "yaml", "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"),),
}
"""The programs of each language host that can be built. The one for Go only makes SDKs."""


def language_host(language: str) -> Path | None:
    """The folder to put on PATH; None where the official CLI is used, which brings its own.

    Raises ToolchainError: no Go, too old, or a failed build.
    """
    installed = find_installed_cli()
    if installed is not None and installed.fault is None:
        return None
    parts = HOSTS[language]
    folder = _cache(language, parts)
    program = f"pulumi-language-{language}"
    if os.access(folder / program, os.X_OK):
        return folder
    go = find_go()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with Progress(f"Building {program} from source, once") as progress:
        progress.doing("starting")
        with exclusive(
            folder.parent / ".lock",
            waiting=lambda: progress.doing("waiting for another build on this machine"),
        ):
            if not os.access(folder / program, os.X_OK):
                _build(go, parts, folder, program, progress)
    return folder


def _cache(language: str, parts: tuple[Part, ...]) -> Path:
    digest = hashlib.sha256(f"{platform.system()} {platform.machine()}".encode())
    for pin in (pin for part in parts for pin in part.pins()):
        digest.update(pin.read_bytes())
    return cache_folder().parent / f"{language}-{digest.hexdigest()[:16]}"


def _build(
    go: Path, parts: tuple[Part, ...], folder: Path, program: str, progress: Progress
) -> None:
    work = Path(tempfile.mkdtemp(prefix=".build-", dir=folder.parent))
    try:
        for part in parts:
            output = f"-o={work / part.folder / program}"
            flags = ["-mod=readonly", "-buildvcs=false", "-ldflags=-s -w"]
            run_build(go, [*flags, output, part.package], part.module, progress)
        work.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
