"""Requests to the language host, and what the tests wait for."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from google.protobuf import struct_pb2  # type: ignore[import-untyped]
from pulumi.runtime.proto import language_pb2

# Writes its own and its child's process ID, then waits; SIGINT is noted in `interrupted`.
LONG = """\
import os, signal, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
def note(*_):
    open("interrupted", "w").close()
    sys.exit(7)
signal.signal(signal.SIGINT, note)
open("ids.new", "w").write(f"{os.getpid()} {child.pid}")
os.rename("ids.new", "ids")
time.sleep(60)
"""


def info(folder: Path, **options: Any) -> language_pb2.ProgramInfo:
    struct = struct_pb2.Struct()
    struct.update(options)
    return language_pb2.ProgramInfo(
        root_directory=str(folder),
        program_directory=str(folder),
        entry_point=".",
        options=struct,
    )


def run_request(folder: Path, program: str, **fields: Any) -> language_pb2.RunRequest:
    (folder / "program.py").write_text(program, encoding="utf-8")
    fields.setdefault("info", info(folder))
    return language_pb2.RunRequest(pwd=str(folder), monitor_address="m:1", parallel=4, **fields)


def plugin_request(
    folder: Path, program: str, options: dict[str, Any] | None = None, **fields: Any
) -> language_pb2.RunPluginRequest:
    (folder / "__main__.py").write_text(program, encoding="utf-8")
    virtualenv = {"virtualenv": sys.prefix}
    return language_pb2.RunPluginRequest(
        pwd=str(folder),
        info=info(folder, **(virtualenv if options is None else options)),
        kind="resource",
        **fields,
    )


def wait_for(path: Path) -> str:
    deadline = time.monotonic() + 10
    while not path.exists():
        assert time.monotonic() < deadline, f"{path.name} never came"
        time.sleep(0.02)
    return path.read_text()


def assert_gone(*process_ids: int) -> None:
    deadline = time.monotonic() + 5
    for process_id in process_ids:
        while _alive(process_id):
            assert time.monotonic() < deadline, f"{process_id} still runs"
            time.sleep(0.02)


def _alive(process_id: int) -> bool:
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process_id)], capture_output=True, text=True, check=False
    ).stdout.strip()
    # A zombie has ended; that nobody asks for its exit code is not our business.
    return bool(listed) and not listed.startswith("Z")
