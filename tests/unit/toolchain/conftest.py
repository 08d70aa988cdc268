"""Fake tools on PATH, and a language host served in this process."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc  # type: ignore[import-untyped]
import pytest
from pulumi.runtime.proto import language_pb2_grpc

from toolchain.language_host.server import LanguageHostServer

Write = Callable[..., Path]


@pytest.fixture
def executable(tmp_path: Path) -> Write:
    """Write an executable shell script: executable(folder, name, body) -> its path."""

    def write(folder: str, name: str, body: str) -> Path:
        path = tmp_path / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    return write


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH, `tools`, with the few system tools that the fakes need."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in ("sh", "cat", "chmod", "mkdir", "sleep", "cp"):
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def host(tmp_path: Path) -> Iterator[language_pb2_grpc.LanguageRuntimeStub]:
    """A client of a language host whose executor prints nothing and runs the program as it is."""
    executor = tmp_path / "executor.py"
    executor.write_text(
        "import json, os, runpy, sys\n"
        "json.dump([sys.argv[1:], dict(os.environ)], open(os.environ['SEEN'], 'w'))\n"
        "pwd = sys.argv[sys.argv.index('--pwd') + 1]\n"
        "os.chdir(pwd)\n"
        "runpy.run_path(os.path.join(pwd, 'program.py'))\n",
        encoding="utf-8",
    )
    os.environ["SEEN"] = str(tmp_path / "seen.json")
    os.environ["PULUMI_PYTHON_CMD"] = sys.executable
    server = LanguageHostServer(executor=executor, engine_address="127.0.0.1:1")
    channel = grpc.insecure_channel(f"127.0.0.1:{server.start()}")
    yield language_pb2_grpc.LanguageRuntimeStub(channel)
    channel.close()
    server.stop()
    del os.environ["SEEN"], os.environ["PULUMI_PYTHON_CMD"]
