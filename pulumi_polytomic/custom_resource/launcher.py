"""Puts this package's plugin where Pulumi's engine looks for it.

A virtual environment is usually not on PATH, so the engine does not find the console script in it.
A launcher in Pulumi's own plugin folder, written just before the first custom resource is
registered, is found in the same run. Beside it each program leaves its project's folder and its
interpreter, since each project has the extras that it asks for.
"""

import os
import shlex
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

import pulumi

from ..errors import DeploymentError
from ..naming import PACKAGE, VERSION

PROGRAM: Final = f"pulumi-resource-{PACKAGE}"
INTERPRETERS: Final = "interpreters"
"""File beside the launcher: a line for each project, its folder, a tab and its interpreter."""
_WINDOWS: Final = os.name == "nt"
_NO_PROJECT: Final = "-"
INSTALL: Final = "python -m pulumi_polytomic plugin install"


def ensure() -> None:
    """Sees to it that the engine finds the plugin of this version.

    Raises:
        DeploymentError: it is not there, and PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION forbids
            to put it there; or this system has no POSIX shell.
    """
    if not isinstance(pulumi.runtime.settings.get_monitor(), pulumi.runtime.mocks.MockMonitor):
        _ensure(plugin_folder())


def install(home: Path | None = None) -> Path:
    """Writes the launcher, by rename, and has it run this interpreter; gives its path.

    ``home`` is Pulumi's own folder. Default: ``PULUMI_HOME``, else ``~/.pulumi``.

    Raises:
        DeploymentError: this system has no POSIX shell.
    """
    if _WINDOWS:
        raise DeploymentError(
            f"The plugin's launcher needs a POSIX shell. Put the folder of {PROGRAM}.exe, which is "
            "beside this Python, on PATH."
        )
    folder = plugin_folder(home)
    for each in (*reversed(folder.parents), folder):
        each.mkdir(mode=0o755, exist_ok=True)
    # Nobody else may change what runs with this user's keys.
    folder.chmod(folder.stat().st_mode & 0o755)
    # What a download that broke off leaves makes the engine think that there is no plugin.
    shutil.rmtree(folder.with_name(folder.name + ".partial"), ignore_errors=True)
    _record(folder, _NO_PROJECT)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(_SCRIPT)
    Path(temporary).chmod(0o755)
    return Path(temporary).replace(folder / PROGRAM)


def plugin_folder(home: Path | None = None) -> Path:
    """Gives the folder of this version in Pulumi's plugin cache."""
    home = home or Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    return home / "plugins" / f"resource-{PACKAGE}-v{VERSION}"


@cache
def _ensure(folder: Path) -> None:
    if shutil.which(PROGRAM) and not _set("PULUMI_IGNORE_AMBIENT_PLUGINS"):
        return
    if not _is_written(folder / PROGRAM):
        if _set("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"):
            raise DeploymentError(
                f"The plugin {PACKAGE} {VERSION} is not installed, and "
                "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION forbids to install it now. Run, with "
                f"the Python of this project: {INSTALL}"
            )
        pulumi.log.info(f"Installed the plugin {PACKAGE} {VERSION} as {install()}")
    _record(folder, _project())


def _set(variable: str) -> bool:
    return os.environ.get(variable, "").lower() in ("1", "true")


def _is_written(launcher: Path) -> bool:
    try:
        return launcher.read_text(encoding="utf-8") == _SCRIPT and os.access(launcher, os.X_OK)
    except OSError:
        return False


def _project() -> str:
    """Gives the folder of the project that is running; an inline program is not told it."""
    root: str | None = pulumi.get_root_directory()
    return os.path.realpath(root) if root else _NO_PROJECT


def _record(folder: Path, project: str) -> None:
    """Has the launcher run this interpreter in ``project``.

    In one write at the file's end, since several programs may do it at once.
    """
    file = folder / INTERPRETERS
    line = f"{project}\t{sys.executable}"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    latest = [each for each in lines if project in (_NO_PROJECT, each.split("\t")[0])][-1:]
    if latest == [line] or "\n" in line:
        return
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, f"{line}\n".encode())
    finally:
        os.close(handle)


# Without the working directory on its path, where anything may lie.
_RUN: Final = (
    "import sys; sys.path[:] = filter(None, sys.path); "
    "from pulumi_polytomic.__main__ import main; sys.exit(main())"
)
# The version is the folder's: an interpreter may have got another since.
_SCRIPT: Final = f"""#!/bin/sh
# Written by pulumi-polytomic {VERSION}. To write it again: {INSTALL}
# Runs the Python of the last program of this project, else the one that the project's Pulumi.yaml
# names, else that of the last program of all: each project has the extras that it asks for.
seen="$(dirname "$0")/{INTERPRETERS}"
tab="$(printf '\\t')"
python=
latest() {{
    [ ! -f "$seen" ] || while IFS="$tab" read -r project found; do
        if [ "$project" = "${{1:-$project}}" ] && [ -x "$found" ]; then python=$found; fi
    done <"$seen"
}}
root="$(pwd -P)"
while [ -n "$root" ] && [ ! -f "$root/Pulumi.yaml" ]; do root="${{root%/*}}"; done
if [ -n "$root" ]; then
    latest "$root"
    value="s/^ *virtualenv: *[\\"']*\\([^\\"'#]*[^\\"'# ]\\).*/\\1/p"
    named="$(sed -n "$value" "$root/Pulumi.yaml")"
    case "$named" in /*) ;; *) named="${{named:+$root/$named}}" ;; esac
    for found in "$named"/lib/python3*/site-packages/pulumi_polytomic-{VERSION}.dist-info; do
        if [ -z "$python" ] && [ -n "$named" ] && [ -d "$found" ]; then
            python="$named/bin/python"
        fi
    done
fi
[ -n "$python" ] || latest
if [ ! -x "$python" ]; then
    echo "{PACKAGE} {VERSION}: the Python that ran this plugin is gone. Run, with the Python of" \\
        "your project: {INSTALL}" >&2
    exit 1
fi
exec "$python" -c {shlex.quote(_RUN)} --plugin-version {VERSION} "$@"
"""
