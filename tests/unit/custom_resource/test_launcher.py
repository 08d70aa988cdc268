"""Where Pulumi's engine finds the plugin of a virtual environment."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from pulumi_polytomic.custom_resource import launcher as plugin
from pulumi_polytomic.errors import DeploymentError
from pulumi_polytomic.naming import VERSION

FOLDER = f"plugins/resource-polytomic-databricks-v{VERSION}"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """An empty home of Pulumi, and a PATH without this virtual environment."""
    environment = {"PULUMI_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    plugin._ensure.cache_clear()
    with (
        mock.patch.dict("os.environ", environment, clear=True),
        # What tests of the component leave behind is no engine.
        mock.patch("pulumi.runtime.settings.get_monitor"),
    ):
        yield tmp_path
    plugin._ensure.cache_clear()


def ensure() -> None:
    plugin._ensure.cache_clear()
    with mock.patch("pulumi.log.info") as info:
        plugin.ensure()
    ensure.said = [call.args[0] for call in info.call_args_list]  # type: ignore[attr-defined]


def said() -> list[str]:
    lines: list[str] = ensure.said  # type: ignore[attr-defined]
    return lines


def test_it_is_put_there_once_with_one_line(home: Path) -> None:
    ensure()
    launcher = home / FOLDER / plugin.PROGRAM
    assert os.access(launcher, os.X_OK)
    [line] = said()
    assert str(launcher) in line
    ensure()
    assert said() == []
    assert [each.name for each in launcher.parent.iterdir()] == [plugin.PROGRAM]


def test_a_plugin_on_path_is_enough(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:/bin")
    ensure()
    assert not (home / "plugins").exists()
    monkeypatch.setenv("PULUMI_IGNORE_AMBIENT_PLUGINS", "true")
    ensure()
    assert (home / FOLDER / plugin.PROGRAM).exists()


@pytest.mark.parametrize("value", ["true", "1", "TRUE"])
def test_where_nothing_may_be_installed_the_command_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", value)
    with pytest.raises(DeploymentError, match="python -m pulumi_polytomic plugin install"):
        ensure()
    assert not (home / "plugins").exists()
    plugin.install()
    ensure()
    assert said() == []


def test_a_launcher_of_another_environment_is_left_alone_while_it_works(home: Path) -> None:
    # The interpreter that this environment was made from is there, and has not this package.
    with mock.patch.object(sys, "executable", f"{sys.base_prefix}/bin/python3"):
        plugin.install()
    ensure()
    assert len(said()) == 1
    wrapper = home / "wrapper"
    wrapper.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    wrapper.chmod(0o755)
    with mock.patch.object(sys, "executable", str(wrapper)):
        plugin.install()
    ensure()
    assert said() == []
    wrapper.unlink()
    ensure()
    assert len(said()) == 1


def test_a_broken_download_does_not_hide_it(home: Path) -> None:
    (home / f"{FOLDER}.partial").mkdir(parents=True)
    ensure()
    assert not (home / f"{FOLDER}.partial").exists()


def run(launcher: Path, *arguments: str, folder: Path | None = None) -> Any:
    return subprocess.run(
        [launcher, *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_launcher_says_what_to_do_when_its_python_is_gone(home: Path) -> None:
    with mock.patch.object(sys, "executable", str(home / "gone")):
        launcher = plugin.install()
    done = run(launcher, "127.0.0.1:1", folder=home)
    assert done.returncode == 1
    assert "python -m pulumi_polytomic plugin install" in done.stderr


def test_then_the_virtual_environment_of_the_project_is_tried(home: Path) -> None:
    with mock.patch.object(sys, "executable", str(home / "gone")):
        launcher = plugin.install()
    (home / "project").mkdir()
    (home / "project" / ".venv").symlink_to(sys.prefix)
    done = run(launcher, "schema", folder=home / "project")
    # Its arguments begin with the version, so this is no command; what counts is who answers.
    assert "pulumi_polytomic" in done.stderr and "is gone" not in done.stderr


def test_a_python_that_has_another_version_by_now_does_not_serve(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pulumi_polytomic", "--plugin-version", "0.0.1", "127.0.0.1:1"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "0.0.1 is asked for" in done.stderr


def test_windows_is_told_what_to_do(home: Path) -> None:
    with (
        mock.patch.object(plugin, "_WINDOWS", True),
        pytest.raises(DeploymentError, match="on PATH"),
    ):
        plugin.install(Path(home))
