"""A Pulumi project and stack for each program and size, in a temporary folder."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

ROOT: Final = Path(__file__).resolve().parent.parent
VARIANTS: Final = ("ours", "bare", "flat")
OPERATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "preview": ("preview",),
    "up": ("up", "--yes", "--skip-preview"),
    "no-op up": ("up", "--yes", "--skip-preview", "--expect-no-changes"),
    "destroy": ("destroy", "--yes", "--skip-preview"),
}
"""Arguments of the CLI by what is measured, in the order in which they are run."""

ExternalId = Literal["secret", "plain"]


@dataclass(frozen=True)
class Project:
    """One program, with its size, ready to run."""

    variant: str
    size: int
    folder: Path
    environment: Mapping[str, str]

    @property
    def stack(self) -> str:
        """Name of its stack."""
        return f"{self.variant}-{self.size}"

    def command(self, *arguments: str) -> list[str]:
        """A command line of the Pulumi CLI for its stack."""
        return ["pulumi", *arguments, "--non-interactive", "--color=never", f"--stack={self.stack}"]

    def run(self, *arguments: str) -> str:
        """Runs the CLI unmeasured and gives its standard output.

        Raises CalledProcessError after showing what the CLI said.
        """
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            print(done.stdout, done.stderr, file=sys.stderr)
        done.check_returncode()
        return done.stdout


def make_project(
    parent: Path,
    variant: str,
    size: int,
    environment: Mapping[str, str],
    *,
    external_id: ExternalId = "secret",
    account: Literal["given", "looked-up"] = "given",
) -> Project:
    """Writes the project under ``parent``, after which it is named, and makes its stack."""
    folder = parent / f"{variant}-{size}-{account}"
    folder.mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text(f"name: {parent.name}-{folder.name}\nruntime: python\n")
    source = (ROOT / "bench" / "programs" / f"{variant}.py").read_text()
    (folder / "__main__.py").write_text(source)
    project = Project(
        variant,
        size,
        folder,
        {
            **environment,
            # For the programs' own `bench.programs.fleet`, and the package in this tree.
            "PYTHONPATH": str(ROOT),
            "BENCH_PREFIX": variant,
            "BENCH_INSTANCES": str(size),
            "BENCH_ACCOUNT": account,
            "BENCH_EXTERNAL_ID": external_id,
        },
    )
    project.run("stack", "init")
    return project
