"""Runs the CLI with the policy pack, in a copy of a program and a backend of its own."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from sandbox.client import Sandbox
from tests.docs.pages import ROOT

PACK = ROOT / "policypack"


class Outcome(NamedTuple):
    """What one command of the CLI did."""

    code: int
    text: str

    def refused(self) -> set[str]:
        """Names of the policies with a mandatory violation."""
        return set(re.findall(r"\[mandatory\](?: \[severity: \w+\])?\s+([a-z0-9-]+)", self.text))


class Project:
    """A Pulumi project on the real engine."""

    def __init__(self, folder: Path, sandbox: Sandbox, backend: Path) -> None:
        self.folder = folder
        self.sandbox = sandbox
        backend.mkdir()
        self._environment = {
            **os.environ,
            **sandbox.environment(),
            "PULUMI_BACKEND_URL": f"file://{backend}",
        }
        assert self.pulumi("stack", "init", "test").code == 0

    def pulumi(self, *arguments: str) -> Outcome:
        """Run one command of the CLI in the project's folder."""
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        return Outcome(done.returncode, done.stdout)

    def gate(self, operation: str, *arguments: str, pack: Path = PACK) -> Outcome:
        """Run an operation through the policy pack, with its configuration where it has one."""
        config = self.folder / "policy-config.json"
        given = ["--policy-pack-config", str(config)] if config.exists() else []
        yes = ["--yes"] if operation == "up" else []
        return self.pulumi(operation, "--policy-pack", str(pack), *given, *yes, *arguments)


@pytest.fixture
def project(sandbox: Sandbox, shell: dict[str, str], tmp_path: Path) -> Callable[[Path], Project]:
    """Makes a project from a folder of the repository, against a sandbox that is as new."""
    sandbox.reset()
    sandbox.aws_client("s3").create_bucket(Bucket="my-staging-bucket")

    def make(folder: Path) -> Project:
        copied = tmp_path / "programs"
        shutil.copytree(folder.parent, copied, ignore=shutil.ignore_patterns("__pycache__"))
        return Project(copied / folder.name, sandbox, tmp_path / "backend")

    return make
