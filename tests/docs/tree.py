"""A copy of this tree, as a clone would have it."""

import shutil
import subprocess
from pathlib import Path

from .pages import ROOT


def copy_files(target: Path) -> None:
    """Copies what is in the repository or about to be, as the files are now."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def copy_with_environment(target: Path) -> None:
    """A copy with a virtual environment that make takes for ready."""
    copy_files(target)
    # A folder of links rather than one link: the mark of being ready is the copy's own, or make
    # would install the copy into the environment that the tests run in.
    environment = target / ".venv"
    environment.mkdir()
    for item in (ROOT / ".venv").iterdir():
        if item.name != ".ready":
            (environment / item.name).symlink_to(item)
    (environment / ".ready").touch()
