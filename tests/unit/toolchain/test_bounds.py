"""Which Pythons there are, and what a table of versions looks like."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from toolchain import bounds
from toolchain.pythons import find_pythons

Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def no_pyenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))


def test_pythons_are_found_on_path_and_in_pyenv(
    tools: Path, tmp_path: Path, executable: Write
) -> None:
    on_path = executable("tools", "python3.12", "echo 3 12")
    executable("tools", "python3.9", "echo 3 9")
    executable("pyenv/versions/3.12.1/bin", "python3.12", "echo 3 12")
    own = executable("pyenv/versions/3.10.13/bin", "python3.10", "echo 3 10")
    assert list(find_pythons().items()) == [((3, 10), own), ((3, 12), on_path)]


def test_a_launcher_that_does_not_start_is_passed_over(tools: Path, executable: Write) -> None:
    executable("tools", "python3.11", "echo pyenv: not found; exit 127")
    executable("tools", "python3.13", "echo 3 12")
    own = executable("pyenv/versions/3.11.7/bin", "python3.11", "echo 3 11")
    assert find_pythons() == {(3, 11): own}


def test_the_cases_are_the_four_corners(tools: Path, executable: Write) -> None:
    for minor in (10, 11, 13):
        executable("tools", f"python3.{minor}", f"echo 3 {minor}")
    assert [case.name for case in bounds.cases()] == [
        "3.10-lowest",
        "3.13-lowest",
        "3.10-newest",
        "3.13-newest",
    ]


def test_one_python_is_both_the_oldest_and_the_newest(tools: Path, executable: Write) -> None:
    executable("tools", "python3.12", "echo 3 12")
    assert [case.name for case in bounds.cases()] == ["3.12-lowest", "3.12-newest"]


def test_the_table_has_a_column_for_each_case() -> None:
    columns = {
        "3.10-lowest": {"boto3": "1.40.0", "wheel": "0.43.0"},
        "3.13-newest": {"boto3": "1.44.8", "tests": "2 passed"},
    }
    assert bounds.table(columns) == (
        "|       | 3.10-lowest | 3.13-newest |\n"
        "| ----- | ----------- | ----------- |\n"
        "| boto3 | 1.40.0      | 1.44.8      |\n"
        "| wheel | 0.43.0      | -           |\n"
        "| tests | -           | 2 passed    |"
    )
