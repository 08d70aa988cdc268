"""Imports run downward only, and the check of that would tell."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.waits

ROOT = Path(__file__).parents[3]
LINTER = Path(sys.executable).with_name("lint-imports")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what the contracts speak of."""
    for name in ("pulumi_polytomic", "policypack", "sandbox", "toolchain", "docs", "bench"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("module", "line"),
    [
        (None, ""),
        ("custom_resource/wire.py", "from ..connection import translation"),
        ("connection/translation.py", "from ..trust_policy import statements"),
        ("component/account.py", "from sandbox import client"),
        ("iam/size.py", "import pulumi"),
        ("new_module.py", ""),
    ],
)
def test_an_import_that_runs_upward_is_found(tree: Path, module: str | None, line: str) -> None:
    if module is not None:
        with (tree / "pulumi_polytomic" / module).open("a") as file:
            file.write(f"\n{line}\n")
    done = subprocess.run(
        [LINTER, "--no-logo", "--no-cache"], cwd=tree, capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) == (module is None), done.stdout


def test_policies_are_handled_with_the_standard_library_only() -> None:
    for file in (ROOT / "pulumi_polytomic" / "iam").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            outside = {name.split(".")[0] for name in names} - {"pulumi_polytomic"}
            assert outside <= sys.stdlib_module_names, file
