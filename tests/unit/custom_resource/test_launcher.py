"""Where Pulumi's engine finds the plugin of a virtual environment."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
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
    names = sorted(each.name for each in launcher.parent.iterdir())
    assert names == [plugin.INTERPRETERS, plugin.PROGRAM]


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


def test_a_broken_download_does_not_hide_it(home: Path) -> None:
    (home / f"{FOLDER}.partial").mkdir(parents=True)
    ensure()
    assert not (home / f"{FOLDER}.partial").exists()


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_nobody_else_may_write_in_its_folder(home: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        launcher = plugin.install(home / "new")
    finally:
        os.umask(before)
    for each in (launcher, *launcher.parents[:3], launcher.with_name(plugin.INTERPRETERS)):
        assert each.stat().st_mode & 0o022 == 0
    launcher.parent.chmod(0o775)
    plugin.install(home / "new")
    assert launcher.parent.stat().st_mode & 0o777 == 0o755


def python(folder: Path, *, named: str | None = None) -> Path:
    """A Python that says where it lies; ``named`` is the version of our package that it has."""
    executable = folder / "bin" / "python"
    executable.parent.mkdir(parents=True)
    executable.write_text(f'#!/bin/sh\necho "ran {folder.name}"\n')
    executable.chmod(0o755)
    if named is not None:
        site = folder / "lib" / "python3.12" / "site-packages"
        (site / f"pulumi_polytomic-{named}.dist-info").mkdir(parents=True)
    return executable


def project(folder: Path, virtualenv: str | None = None) -> Path:
    """A project of Pulumi."""
    folder.mkdir(exist_ok=True)
    options = f"  options:\n    virtualenv: {virtualenv}\n" if virtualenv else ""
    (folder / "Pulumi.yaml").write_text(f"name: p\nruntime:\n  name: python\n{options}")
    return folder


def program(folder: Path | None, interpreter: Path) -> Path:
    """What a program of the project in ``folder`` leaves when it runs; gives the launcher.

    An inline program knows no folder.
    """
    with (
        mock.patch.object(sys, "executable", str(interpreter)),
        mock.patch("pulumi.get_root_directory", return_value=folder and str(folder)),
    ):
        ensure()
    return plugin.plugin_folder() / plugin.PROGRAM


def run(launcher: Path, folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [launcher, "127.0.0.1:1"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return (done.stdout + done.stderr).strip()


def test_each_project_has_the_python_of_its_program(home: Path) -> None:
    first, second = project(home / "first"), project(home / "second")
    program(first, python(home / "one"))
    launcher = program(second, python(home / "two"))
    (first / "stack").mkdir()
    assert run(launcher, first / "stack") == "ran one"
    assert run(launcher, second) == "ran two"
    program(first, python(home / "three"))
    assert run(launcher, first) == "ran three"


def test_another_project_has_what_its_own_file_names_else_the_last_one(home: Path) -> None:
    launcher = program(project(home / "first"), python(home / "one"))
    python(home / "second" / "venv", named=VERSION)
    python(home / "old", named="0.0.1")
    for name in ("venv", "'venv'", '"venv"  # with the extra', str(home / "second" / "venv")):
        assert run(launcher, project(home / "second", name)) == "ran venv", name
    assert run(launcher, project(home / "third", "../old")) == "ran one"
    assert run(launcher, project(home / "third", "../gone")) == "ran one"
    assert run(launcher, home) == "ran one"


def test_what_lies_in_the_working_directory_is_never_run(home: Path) -> None:
    folder = project(home / "project")
    for name in (".venv", "venv"):
        python(folder / name, named=VERSION)
    for name in ("pulumi_polytomic", "grpc"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text("print('planted')")
    launcher = program(project(home / "other"), python(home / "one"))
    assert run(launcher, folder) == "ran one"
    assert run(launcher, folder, VIRTUAL_ENV=str(folder / ".venv")) == "ran one"
    assert run(launcher, folder / "grpc", VIRTUAL_ENV=".venv") == "ran one"
    plugin.install()
    done = subprocess.run(
        [launcher, "schema"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert "planted" not in done.stdout + done.stderr
    # Its arguments begin with the version, so this is no command; what counts is who answers.
    assert "python -m pulumi_polytomic" in done.stderr


def test_the_launcher_says_what_to_do_when_its_python_is_gone(home: Path) -> None:
    gone = python(home / "gone")
    launcher = program(project(home / "project"), gone)
    other = program(project(home / "other"), python(home / "one"))
    gone.unlink()
    assert run(launcher, home / "project") == "ran one"
    (home / "one" / "bin" / "python").unlink()
    assert "python -m pulumi_polytomic plugin install" in run(other, home / "project")


def test_an_inline_program_has_no_folder_and_is_the_last_one(home: Path) -> None:
    launcher = program(project(home / "first"), python(home / "one"))
    for name in ("two", "one", "two"):
        interpreter = home / name / "bin" / "python"
        program(None, interpreter if interpreter.exists() else python(home / name))
        assert run(launcher, home) == f"ran {name}"
    lines = (launcher.parent / plugin.INTERPRETERS).read_text().splitlines()
    assert len(lines) == 5


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
