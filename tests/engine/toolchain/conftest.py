"""A private Pulumi home and backend, and the CLI that the toolchain provides."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from toolchain import bin_folder
from toolchain.language_host.interpreter import Interpreter
from toolchain.language_host.packages import required_packages


@pytest.fixture(scope="session")
def cli_folder() -> Path | None:
    """The folder to put first on PATH; None where an official CLI is there already."""
    return bin_folder()


@pytest.fixture
def environment(cli_folder: Path | None, tmp_path: Path) -> dict[str, str]:
    """Nothing of the user's: own home, own backend, no network."""
    home, state = tmp_path / "home", tmp_path / "state"
    state.mkdir()
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PULUMI_")}
    path = [str(Path(sys.prefix) / "bin"), kept["PATH"]]
    if cli_folder is not None:
        path.insert(0, str(cli_folder))
    _stand_in_plugins(home, kept)
    return {
        **kept,
        "PATH": os.pathsep.join(path),
        "PULUMI_HOME": str(home),
        "PULUMI_BACKEND_URL": f"file://{state}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }


@pytest.fixture
def pulumi(
    environment: dict[str, str], tmp_path: Path
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """pulumi(*arguments, folder) -> what it said and its exit code; stderr joins stdout."""

    def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def project(
    pulumi: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> Callable[..., Path]:
    """project(program) -> the folder of a project `tiny` with that program and a stack `dev`."""

    def make(program: str, settings: str = "") -> Path:
        folder = tmp_path / "project"
        folder.mkdir()
        (folder / "Pulumi.yaml").write_text(f"name: tiny\nruntime: python\n{settings}")
        (folder / "__main__.py").write_text(program)
        made = pulumi("stack", "init", "dev", folder=folder)
        assert made.returncode == 0, made.stdout
        return folder

    return make


def _stand_in_plugins(home: Path, environment: dict[str, str]) -> None:
    """Plugins of the SDKs installed here count as installed; none is ever started."""
    for package in required_packages(Interpreter(Path(sys.executable), environment)):
        folder = home / "plugins" / f"resource-{package.name}-{package.version}"
        folder.mkdir(parents=True)
        plugin = folder / f"pulumi-resource-{package.name}"
        plugin.write_text("#!/bin/sh\nexit 1\n")
        plugin.chmod(0o755)
