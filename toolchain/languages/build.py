"""Builds one language host from source, once per machine, beside the cached CLI."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import tempfile
from pathlib import Path
from typing import Final

from toolchain.build import cache_folder
from toolchain.go import find_go, run_build
from toolchain.locking import exclusive
from toolchain.official import find_installed_cli
from toolchain.progress import Progress

PACKAGES: Final = {
    "yaml": "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
}
"""The Go package of each language host that can be built; its module is pinned in a folder here."""


def language_host(language: str) -> Path | None:
    """The folder to put on PATH; None where the official CLI is used, which brings its own.

    Raises ToolchainError: no Go, too old, or a failed build.
    """
    installed = find_installed_cli()
    if installed is not None and installed.fault is None:
        return None
    source = Path(__file__).resolve().parent / language
    folder = _cache(language, source)
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
                _build(go, source, PACKAGES[language], folder / program, progress)
    return folder


def _cache(language: str, source: Path) -> Path:
    digest = hashlib.sha256(f"{platform.system()} {platform.machine()}".encode())
    for name in ("go.mod", "go.sum"):
        digest.update((source / name).read_bytes())
    return cache_folder().parent / f"{language}-{digest.hexdigest()[:16]}"


def _build(go: Path, source: Path, package: str, program: Path, progress: Progress) -> None:
    work = Path(tempfile.mkdtemp(prefix=".build-", dir=program.parent.parent))
    try:
        output = f"-o={work / program.name}"
        flags = ["-mod=readonly", "-buildvcs=false", "-ldflags=-s -w"]
        run_build(go, [*flags, output, package], source, progress)
        work.chmod(0o755)
        shutil.rmtree(program.parent, ignore_errors=True)
        work.rename(program.parent)
    finally:
        shutil.rmtree(work, ignore_errors=True)
