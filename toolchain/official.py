"""Looks for an installed Pulumi CLI that can be used as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from toolchain.versions import MINIMUM_CLI, parse_version, show

# Marks a folder that this toolchain made (of this clone or another one): never "the official CLI".
MARKER = ".pulumi-polytomic-toolchain"

_LANGUAGE_HOST = "pulumi-language-python"
_ANSWER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class InstalledCli:
    """A `pulumi` on PATH; `fault` says why it will not do, None where it will."""

    path: Path
    fault: str | None


def find_installed_cli(search_path: str | None = None) -> InstalledCli | None:
    """The first `pulumi` on PATH that is not of our own making, judged; None where there is none.

    `search_path` is a PATH to look through; default: the environment's.
    """
    folders = without_own_folders(
        os.environ.get("PATH", os.defpath) if search_path is None else search_path
    )
    found = shutil.which("pulumi", path=folders)
    if found is None:
        return None
    cli = Path(found)
    return InstalledCli(cli, _fault(cli, folders))


def without_own_folders(search_path: str) -> str:
    """The PATH without the folders that this toolchain made."""
    folders = [f for f in search_path.split(os.pathsep) if f and not (Path(f) / MARKER).exists()]
    return os.pathsep.join(folders)


def ask_version(cli: Path, seconds: float | None = None) -> subprocess.CompletedProcess[str]:
    """Run `pulumi version`. `seconds` is how long it may take, None: as long as it likes."""
    return subprocess.run(
        [cli, "version"],
        env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=seconds,
        check=False,
    )


def _fault(cli: Path, folders: str) -> str | None:
    answer, failure = _version_text(cli)
    if failure is not None:
        return failure
    version = parse_version(answer)
    if version is None:
        return f"`pulumi version` gave no version but {answer.strip()[:80]!r}"
    if version < MINIMUM_CLI:
        return f"its version {show(version)} is older than {show(MINIMUM_CLI)}"
    # As the engine looks: on PATH first, then beside the executable, behind links.
    host = shutil.which(_LANGUAGE_HOST, path=folders) or shutil.which(
        _LANGUAGE_HOST, path=str(cli.resolve().parent)
    )
    if host is None:
        return f"the Python language host, {_LANGUAGE_HOST}, is neither beside it nor on PATH"
    return None


def _version_text(cli: Path) -> tuple[str, str | None]:
    try:
        answer = ask_version(cli, _ANSWER_SECONDS)
    except subprocess.TimeoutExpired:
        return "", f"`pulumi version` did not answer within {_ANSWER_SECONDS:.0f} s"
    except OSError as error:
        return "", f"it does not start ({error.strerror or error})"
    if answer.returncode != 0:
        return "", f"`pulumi version` failed with exit code {answer.returncode}"
    return answer.stdout, None
