"""What type checkers say of a program that uses the package."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.waits

ROOT = Path(__file__).parents[3]
TEXT = Path(__file__).with_name("typed_program.txt").read_text()
WRONG = [number for number, line in enumerate(TEXT.splitlines(), 1) if line.endswith("# wrong")]


@pytest.fixture
def program(tmp_path: Path) -> Path:
    file = tmp_path / "program.py"
    file.write_text(TEXT)
    return file


def test_mypy_refuses_the_wrong_lines_and_no_other(program: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", str(program)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    found = {int(line) for line in re.findall(r"program\.py:(\d+): error", said)}
    assert (len(WRONG), sorted(found)) == (12, WRONG), said


def test_pyright_refuses_the_wrong_lines_and_no_other(program: Path) -> None:
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(ROOT)], "include": [program.name]}
    # An expression that is not used is a matter of style.
    (program.parent / "pyrightconfig.json").write_text(
        json.dumps({**settings, "reportUnusedExpression": False})
    )
    command = [sys.executable, "-m", "pyright", "--outputjson", f"--pythonpath={sys.executable}"]
    done = subprocess.run(command, cwd=program.parent, capture_output=True, text=True, check=False)
    found = {
        each["range"]["start"]["line"] + 1
        for each in json.loads(done.stdout)["generalDiagnostics"]
        if each["severity"] == "error"
    }
    assert (len(WRONG), sorted(found)) == (12, WRONG), done.stdout
