"""Which Python runs a program, with which environment."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from toolchain.language_host.errors import LanguageHostError
from toolchain.language_host.options import RuntimeOptions


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python and the environment variables that it is started with."""

    python: Path
    environment: dict[str, str]

    def ask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end and catch what it prints."""
        return subprocess.run(
            [self.python, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )


def find_interpreter(options: RuntimeOptions) -> Interpreter:
    """The virtual environment's Python, activated; without one `PULUMI_PYTHON_CMD`, else PATH's.

    Raises LanguageHostError where there is none.
    """
    if options.virtualenv is None:
        return ambient_interpreter()
    if not is_virtual_environment(options.virtualenv):
        raise LanguageHostError(_how_to_make(options.virtualenv, options.declared))
    return Interpreter(_python(options.virtualenv), _activated(options.virtualenv))


def ambient_interpreter() -> Interpreter:
    """`PULUMI_PYTHON_CMD`, else `python3`, else `python`, as found on PATH."""
    chosen = os.environ.get("PULUMI_PYTHON_CMD")
    names = [chosen] if chosen else ["python3", "python"]
    for name in names:
        found = shutil.which(name)
        if found is not None:
            return Interpreter(Path(found), dict(os.environ))
    raise LanguageHostError(
        f"failed to locate any of {names} on your PATH. Have you installed Python 3.6 or greater?"
    )


def is_virtual_environment(folder: Path) -> bool:
    """Whether the folder holds a Python."""
    return _python(folder).is_file()


def _python(virtualenv: Path) -> Path:
    return virtualenv / "bin" / "python"


def _activated(virtualenv: Path) -> dict[str, str]:
    """As `activate` does: what the program starts by name comes from the virtual environment."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "VIRTUAL_ENV")}
    path = os.pathsep.join(filter(None, (str(virtualenv / "bin"), kept.get("PATH"))))
    return {**kept, "PATH": path, "VIRTUAL_ENV": str(virtualenv)}


def _how_to_make(folder: Path, declared: str) -> str:
    fault = "doesn't appear to be a virtual environment" if folder.exists() else "doesn't exist"
    return (
        f'The \'virtualenv\' option in Pulumi.yaml is set to "{declared}", but "{folder}" {fault}; '
        "run the following commands to create the virtual environment and install dependencies "
        f"into it:\n\n    1. python3 -m venv {folder}\n"
        f"    2. {_python(folder)} -m pip install -r requirements.txt\n"
    )
