"""Makes the project's virtual environment: ``python3 -m toolchain.environment .venv``.

Standard library only: it runs before anything is installed.
"""

import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

MINIMUM = (3, 10)
ROOT = Path(__file__).resolve().parent.parent
STAMP = ".ready"


def main() -> None:
    """Makes or completes the environment named on the command line, with progress on stderr."""
    folder = Path(sys.argv[1])
    if sys.version_info < MINIMUM:
        found = ".".join(map(str, sys.version_info[:3]))
        _fail(
            f"Python {'.'.join(map(str, MINIMUM))} or newer is needed, and {sys.executable} is "
            f"{found}. Install a newer one and say: make PYTHON=/path/to/python3"
        )
    started = time.monotonic()
    python = folder / "bin" / "python"
    if not python.exists():
        _say(f"Making the virtual environment {folder} ...")
        _run([sys.executable, "-m", "venv", str(folder)], _VENV_FAILED)
    _say("Installing the package and what it stands on (a minute or two the first time) ...")
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    _run([*pip, "--upgrade", "pip"], _PIP_FAILED)
    _run([*pip, "--editable", f"{ROOT}[dev]"], _PIP_FAILED)
    (folder / STAMP).touch()
    _say(f"The virtual environment is ready ({time.monotonic() - started:.0f} s).")


def _run(command: list[str], advice: str) -> None:
    # Setuptools warns at length of every editable installation; what matters shows on failure.
    done = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        _say(done.stdout)
        _fail(advice)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _fail(text: str) -> NoReturn:
    _say(f"error: {text}")
    raise SystemExit(1)


_VENV_FAILED = (
    "Python could not make a virtual environment. On Debian and Ubuntu the module is a package of "
    "its own: apt-get install python3-venv"
)
_PIP_FAILED = (
    "pip could not install the dependencies named in pyproject.toml. See its message above; it "
    "needs a reachable Python package index (a mirror: pip config set global.index-url ...)."
)

if __name__ == "__main__":
    main()
