"""``python -m pulumi_polytomic``, and the end of the plugin's process."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from pulumi_polytomic.__main__ import main
from pulumi_polytomic.custom_resource import progress
from pulumi_polytomic.server import process

ROOT = Path(__file__).parents[3]


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((ROOT / "schema.json").read_text())


def test_the_plugin_is_installed_where_pulumi_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    assert main(["plugin", "install"]) == 0
    launcher = Path(capsys.readouterr().out.strip())
    assert os.access(launcher, os.X_OK)
    assert launcher.is_relative_to(tmp_path / "plugins")


def test_another_version_is_not_served(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--plugin-version", "0.0.1", "127.0.0.1:1"]) == 1
    assert "plugin install" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["127.0.0.1:39757", "[::1]:39757", "localhost:1"])
def test_an_engines_address_starts_the_server(address: str) -> None:
    with mock.patch.object(process, "serve") as serve:
        assert main(["--logtostderr", address]) == 0
    serve.assert_called_once_with(address)


def test_a_word_that_is_no_command_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["doktor"])
    assert "doctor" in capsys.readouterr().err


def test_the_server_prints_its_port_first(capsys: pytest.CaptureFixture[str]) -> None:
    async def at_once(_: Any) -> None:
        await asyncio.sleep(0)

    with (
        mock.patch("grpc.aio._server.Server.wait_for_termination", at_once),
        mock.patch.object(process, "end_with_parent") as watched,
    ):
        process.serve("127.0.0.1:1")
    assert int(capsys.readouterr().out) > 0
    watched.assert_called_once_with()


def test_the_process_ends_when_its_parent_is_another() -> None:
    with (
        mock.patch.object(process, "_WATCH_S", 0),
        mock.patch("os.getppid", side_effect=[7, 7, 1]),
        mock.patch("os._exit", side_effect=SystemExit) as ended,
        pytest.raises(SystemExit),
    ):
        process._watch(7)
    ended.assert_called_once_with(1)


def test_an_engine_that_does_not_listen_is_no_reason_to_fail() -> None:
    progress.connect("127.0.0.1:1")
    progress.report("urn", "still waiting")
