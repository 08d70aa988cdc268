"""YAML programs that use the plugin, on the real engine."""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from sandbox.client import Sandbox

from .support import with_language, write_plugin


@pytest.fixture(scope="session")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as ``pulumi package add`` would find it, with this clone's package in it."""
    return write_plugin(tmp_path_factory.mktemp("polytomic-databricks"))


class YamlStack:
    """One stack of a YAML program, driven through the CLI."""

    def __init__(self, folder: Path, plugin: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.plugin = plugin
        self.environment = {**environment, "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}"}
        (folder / "backend").mkdir(parents=True)

    def write(self, resources: dict[str, Any], **program: Any) -> None:
        packages = {"polytomic-databricks": str(self.plugin)}
        text = {"name": "yaml", "runtime": "yaml", "packages": packages, "resources": resources}
        new = not (self.folder / "Pulumi.yaml").exists()
        # JSON is YAML, and has no aliases, which Pulumi refuses.
        (self.folder / "Pulumi.yaml").write_text(json.dumps({**text, **program}))
        if new:
            self.run("stack", "init", "dev")

    def run(self, *arguments: str, fails: bool = False) -> str:
        result = subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        text = result.stdout + result.stderr
        assert (result.returncode != 0) == fails, text
        return text

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Starts the CLI in a process group of its own and does not wait for it."""
        return subprocess.Popen(
            ["pulumi", *arguments, "--yes", "--skip-preview", "--non-interactive"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def up(self, *arguments: str, fails: bool = False) -> str:
        return self.run("up", "--yes", "--skip-preview", *arguments, fails=fails)

    def planned(self) -> list[tuple[str, str]]:
        """(type, name) of what a preview would create."""
        answer, _ = json.JSONDecoder().raw_decode(self.run("preview", "--json"))
        urns = [step["urn"].split("::") for step in answer["steps"]]
        return sorted((urn[2], urn[3]) for urn in urns if urn[2] != "pulumi:pulumi:Stack")

    def resources(self) -> dict[str, dict[str, Any]]:
        """Resources in the state by name."""
        exported, _ = json.JSONDecoder().raw_decode(self.run("stack", "export"))
        found = exported["deployment"].get("resources", [])
        return {each["urn"].split("::")[-1]: each for each in found}


NewYamlStack = Callable[[], YamlStack]


@pytest.fixture
def yaml_stack(sandbox: Sandbox, shell: dict[str, str], tmp_path: Path, plugin: Path) -> YamlStack:
    """A YAML stack, against a sandbox that is as new."""
    sandbox.reset()
    sandbox.aws_client("s3").create_bucket(Bucket="my-staging-bucket")
    environment = {**os.environ, **sandbox.process_environment(), **shell}
    environment = with_language(environment, "yaml")
    return YamlStack(tmp_path / "yaml", plugin, environment)
