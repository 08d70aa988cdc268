import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from sandbox.client import Sandbox


class EngineError(Exception):
    """The CLI's whole output."""


class Stack:
    """One stack of a hand-written program, driven through the real CLI."""

    def __init__(
        self, folder: Path, sandbox: Sandbox, pulumi: str, program: str, **environment: str
    ) -> None:
        self.folder = folder
        self.pulumi = pulumi
        self._environment = {
            **sandbox.process_environment(),
            **environment,
            "VIRTUAL_ENV": sys.prefix,
        }
        path = [str(Path(pulumi).parent), str(Path(sys.executable).parent), os.environ["PATH"]]
        self._environment["PATH"] = os.pathsep.join(path)
        folder.mkdir()
        (folder / "Pulumi.yaml").write_text(f"name: {folder.name}\nruntime: python\n")
        self.write(program)
        self.run("stack", "init", "dev")

    def write(self, program: str) -> None:
        (self.folder / "__main__.py").write_text(program)

    def config(self, **values: str) -> None:
        for key, value in values.items():
            self.run("config", "set", key, value)

    def up(self, *arguments: str) -> dict[str, int]:
        return self._operate("up", *arguments)

    def refresh(self, *arguments: str) -> dict[str, int]:
        return self._operate("refresh", *arguments)

    def destroy(self) -> dict[str, int]:
        return self._operate("destroy")

    def preview(self, *arguments: str) -> str:
        return self.run("preview", "--non-interactive", "--color", "never", *arguments)

    def outputs(self, *arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("stack", "output", "--json", *arguments))
        return found

    def resource(self, kind: str) -> dict[str, Any]:
        """The one resource of a type in the state."""
        state = json.loads(self.run("stack", "export"))["deployment"].get("resources", [])
        (found,) = [item for item in state if item["type"] == kind]
        resource: dict[str, Any] = found
        return resource

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [self.pulumi, *arguments],
            cwd=self.folder,
            env=self._environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )
        if done.returncode:
            raise EngineError(done.stdout)
        return done.stdout

    def _operate(self, command: str, *arguments: str) -> dict[str, int]:
        """What became of how many resources: ``created``, ``updated``, ``unchanged``…"""
        output = self.run(
            command, "--yes", "--skip-preview", "--non-interactive", "--color", "never", *arguments
        )
        return counts(output)


def counts(output: str) -> dict[str, int]:
    section = output.rpartition("Resources:")[2].partition("Duration:")[0]
    found = re.findall(r"(\d+) (created|updated|deleted|replaced|imported|unchanged)", section)
    return {word: int(number) for number, word in found}
