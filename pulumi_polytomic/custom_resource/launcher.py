"""Puts this package's plugin where Pulumi's engine looks for it.

A virtual environment is usually not on PATH, so the engine does not find the console script in it.
A launcher in Pulumi's own plugin folder, written just before the first custom resource is
registered, is found in the same run.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

import pulumi

from ..errors import DeploymentError
from ..naming import PACKAGE, VERSION

PROGRAM: Final = f"pulumi-resource-{PACKAGE}"
_WINDOWS: Final = os.name == "nt"
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
    """Writes the launcher for the running interpreter, by rename; gives its path.

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
    folder.mkdir(parents=True, exist_ok=True)
    # What a download that broke off leaves makes the engine think that there is no plugin.
    shutil.rmtree(folder.with_name(folder.name + ".partial"), ignore_errors=True)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(_script(Path(sys.executable)))
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
    if _works(folder / PROGRAM):
        return
    if _set("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"):
        raise DeploymentError(
            f"The plugin {PACKAGE} {VERSION} is not installed, and "
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION forbids to install it now. Run, with the "
            f"Python of this project: {INSTALL}"
        )
    pulumi.log.info(f"Installed the plugin {PACKAGE} {VERSION} as {install()}")


def _set(variable: str) -> bool:
    return os.environ.get(variable, "").lower() in ("1", "true")


def _works(launcher: Path) -> bool:
    """Whether the launcher runs an interpreter that still has this version."""
    try:
        text = launcher.read_text(encoding="utf-8")
    except OSError:
        return False
    if text == _script(Path(sys.executable)):
        return True
    line = next((each for each in text.splitlines() if each.startswith("python=")), "")
    interpreter = "".join(shlex.split(line.removeprefix("python=")))
    if not os.access(interpreter, os.X_OK):
        return False
    asked = "import importlib.metadata as m; print(m.version('pulumi-polytomic'))"
    # Elsewhere than here, where a source tree of the package may lie.
    answer = subprocess.run(
        [interpreter, "-c", asked],
        cwd=launcher.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return answer.stdout.strip() == VERSION


def _script(python: Path) -> str:
    # A version of its own for each folder: the interpreter may have got another since.
    return f"""#!/bin/sh
# Written by pulumi-polytomic {VERSION}. To write it again: {INSTALL}
# The environment of the project comes first, since it has the extras that the project asks for.
for folder in "${{VIRTUAL_ENV:-.venv}}" .venv venv; do
    for found in "$folder"/lib/python3*/site-packages/pulumi_polytomic-{VERSION}.dist-info; do
        [ -d "$found" ] && [ -x "$folder/bin/python" ] &&
            exec "$folder/bin/python" -m pulumi_polytomic --plugin-version {VERSION} "$@"
    done
done
python={shlex.quote(str(python))}
if [ ! -x "$python" ]; then
    echo "{PACKAGE} {VERSION}: the Python that ran this plugin is gone. Run, with the Python of" \\
        "your project: {INSTALL}" >&2
    exit 1
fi
exec "$python" -m pulumi_polytomic --plugin-version {VERSION} "$@"
"""
