"""The tests at both ends of what pyproject.toml allows: ``python -m toolchain.bounds``.

For the oldest and the newest Python of the machine, and for the lowest and the newest versions of
all direct dependencies: an environment of its own, the fast tests, and a deployment.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from toolchain.pythons import PythonVersion, find_pythons

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".bounds"
FAST_TESTS = ("tests/unit", "tests/policy", "-m", "not engine and not waits", "-n", "2")
DEPLOYMENT = ("tests/engine/component/test_up_and_again.py",)

# A resolver that starts from the lowest versions takes a pre-release of pulumi-policy rather than
# go back to an older protobuf.
_CONSTRAINTS = "pulumi-policy<1.22a0\n"


class Case(NamedTuple):
    """One environment to test in."""

    version: PythonVersion
    python: Path
    lowest: bool
    """Whether direct dependencies are at their lowest version, else at their newest."""

    @property
    def name(self) -> str:
        """``3.10-lowest``."""
        return f"3.{self.version[1]}-{'lowest' if self.lowest else 'newest'}"


def cases() -> list[Case]:
    """Lowest and newest versions, each with the oldest and the newest Python of the machine."""
    pythons = find_pythons()
    ends = sorted({min(pythons), max(pythons)})
    return [Case(end, pythons[end], lowest) for lowest in (True, False) for end in ends]


def make(case: Case, folder: Path, tree: Path = ROOT) -> Path:
    """Make the environment of a case in a folder, anew, with the package of a tree; its Python.

    Raises CalledProcessError, with uv's message on stderr, where the versions do not resolve.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "constraints.txt").write_text(_CONSTRAINTS if case.lowest else "")
    resolved = folder / "requirements.txt"
    resolution = ("--resolution", "lowest-direct" if case.lowest else "highest")
    _uv(
        *("pip", "compile", str(tree / "pyproject.toml"), "--extra", "dev", *resolution),
        *("--prerelease", "if-necessary", "--constraint", str(folder / "constraints.txt")),
        *("--python", str(case.python), "--output-file", str(resolved)),
    )
    _uv("venv", "--clear", "--seed", "--python", str(case.python), str(folder / "venv"))
    python = folder / "venv" / "bin" / "python"
    _uv("pip", "install", "--python", str(python), "-r", str(resolved), "-e", str(tree))
    return python


def versions(python: Path) -> dict[str, str]:
    """The version of each direct dependency, extras' included, in an environment."""
    answer = subprocess.run([python, "-c", _ASK], check=True, capture_output=True, text=True)
    found: dict[str, str] = json.loads(answer.stdout)
    return found


def run_tests(python: Path, arguments: Iterable[str], tree: Path = ROOT) -> tuple[bool, str]:
    """Whether pytest passes in an environment, and all that it says."""
    done = subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=tree,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode == 0, done.stdout


def table(columns: dict[str, dict[str, str]]) -> str:
    """A Markdown table: a row for each key, a column for each case."""
    rows = [["", *columns]]
    for key in dict.fromkeys(key for column in columns.values() for key in column):
        rows.append([key, *(column.get(key, "-") for column in columns.values())])
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines)


def main() -> int:
    """Test all cases, print the table of versions; 0 where all tests passed."""
    columns: dict[str, dict[str, str]] = {}
    failed = False
    for case in cases():
        print(f"{case.name}: making the environment ...", file=sys.stderr, flush=True)
        python = make(case, FOLDER / case.name)
        column = columns[case.name] = versions(python)
        for what, arguments in (("fast tests", FAST_TESTS), ("deployment", DEPLOYMENT)):
            print(f"{case.name}: {what} ...", file=sys.stderr, flush=True)
            passed, said = run_tests(python, arguments)
            column[what] = _summary(said)
            if not passed:
                failed = True
                print(said, file=sys.stderr)
    print(table(columns))
    return 1 if failed else 0


def _uv(*arguments: str) -> None:
    uv: Sequence[str] = (sys.executable, "-m", "uv", "--quiet", "--no-python-downloads")
    subprocess.run([*uv, *arguments], check=True)


def _summary(said: str) -> str:
    """``1 failed, 2249 passed`` of pytest's last line."""
    return ", ".join(
        re.findall(r"\d+ (?:failed|passed|errors?)", said.rpartition("\n\n")[2][-200:])
    )


_ASK = """
import importlib.metadata as metadata, json, platform, re
names = {re.match(r"[\\w.-]+", line)[0] for line in metadata.requires("pulumi-polytomic")}
names -= {"pulumi-polytomic"}
found = {name: metadata.version(name) for name in sorted(names, key=str.lower)}
print(json.dumps({"Python": platform.python_version(), **found}))
"""

if __name__ == "__main__":
    sys.exit(main())
