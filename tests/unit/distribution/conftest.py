import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.docs.tree import copy_files


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree: a build leaves its folders where it runs."""
    folder = tmp_path_factory.mktemp("clone")
    copy_files(folder)
    return folder


@pytest.fixture(scope="session")
def wheel(clone: Path) -> zipfile.ZipFile:
    """The wheel, built with the installed setuptools, so without a network."""
    return zipfile.ZipFile(built_wheel(clone, clone / "dist"))


def built_wheel(source: Path, target: Path) -> Path:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    subprocess.run(
        [*pip, ".", "--no-deps", "--no-build-isolation", "--wheel-dir", str(target)],
        cwd=source,
        check=True,
        capture_output=True,
    )
    (found,) = target.glob("*.whl")
    return found
