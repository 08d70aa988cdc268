"""The package with the lowest versions that it allows, on the oldest Python of the machine."""

import importlib.metadata
import re
from pathlib import Path

import pytest

from tests.docs.tree import copy_files
from toolchain import bounds
from toolchain.pythons import find_pythons

pytestmark = pytest.mark.engine

OF_OTHERS = ("sandbox", "toolchain", "bench", "distribution")
"""Unit tests of what is no part of the package; `make test-bounds` runs them too."""


def lower_bounds(environment: Path) -> dict[str, str]:
    """The lower bound of each direct dependency, as the metadata of what is installed has it."""
    packages = [str(folder) for folder in environment.glob("venv/lib/python*/site-packages")]
    (package,) = importlib.metadata.distributions(name="pulumi-polytomic", path=packages)
    lines = package.requires or []
    found = (re.match(r"([\w.-]+)[^;]*>=([\d.]+)", line) for line in lines)
    return {match[1]: match[2] for match in found if match}


def numbers(version: str) -> list[int]:
    """``[7, 0]`` of ``7.0.0``: zeros at the end do not count."""
    found = [int(number) for number in version.split(".")]
    while found and found[-1] == 0:
        found.pop()
    return found


def test_the_package_works_with_the_lowest_versions_that_it_allows(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    copy_files(tree)
    case = bounds.cases()[0]
    assert case.lowest and case.version == min(find_pythons())
    python = bounds.make(case, tmp_path / "environment", tree)
    installed = bounds.versions(python)

    lowest = lower_bounds(tmp_path / "environment")
    assert {"pulumi", "pulumi-aws", "pulumi-databricks", "boto3", "databricks-sdk"} <= set(lowest)
    assert {name: numbers(installed[name]) for name in lowest} == {
        name: numbers(bound) for name, bound in lowest.items()
    }
    ignored = [f"--ignore=tests/unit/{name}" for name in OF_OTHERS]
    for arguments in ([*bounds.FAST_TESTS, *ignored], bounds.DEPLOYMENT):
        passed, said = bounds.run_tests(python, arguments, tree)
        assert passed, said[-6000:]
