"""The language host as the engine starts it: a process."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import grpc  # type: ignore[import-untyped]
import pytest
from pulumi.runtime.proto import language_pb2_grpc

from tests.unit.toolchain.rpc import LONG, assert_gone, info, run_request, wait_for

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_process_passes_output_through_and_ends_its_children_on_a_signal(
    tmp_path: Path, number: signal.Signals
) -> None:
    executor = tmp_path / "executor.py"
    executor.write_text(f"import os; os.chdir({str(tmp_path)!r}); print('hi', flush=True)\n{LONG}")
    process = subprocess.Popen(
        [
            sys.executable,
            "-I",
            str(ROOT / "toolchain" / "language_host" / "__main__.py"),
            "--logtostderr",
            "-v=9",
            "--use-executor",
            str(executor),
            "127.0.0.1:1",
        ],
        cwd="/",
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    port = int(process.stdout.readline())
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = language_pb2_grpc.LanguageRuntimeStub(channel)
        request = run_request(tmp_path, "pass", info=info(tmp_path, virtualenv=sys.prefix))
        call = stub.Run.future(request)
        assert process.stdout.readline() == b"hi\n"
        ids = [int(word) for word in wait_for(tmp_path / "ids").split()]
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
        assert_gone(*ids)
        call.cancel()
    process.stdout.close()


def test_the_host_goes_when_its_engine_was_killed(tmp_path: Path) -> None:
    executor = tmp_path / "executor.py"
    executor.touch()
    host = ROOT / "toolchain" / "language_host" / "__main__.py"
    code = (
        "import subprocess, sys\n"
        f"p = subprocess.Popen([sys.executable, '-I', {str(host)!r}, '--use-executor', "
        f"{str(executor)!r}], stdout=subprocess.PIPE)\n"
        "p.stdout.readline(); print(p.pid, flush=True); p.wait()"
    )
    engine = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert engine.stdout is not None
    process_id = int(engine.stdout.readline())
    engine.kill()
    engine.wait()
    engine.stdout.close()
    assert_gone(process_id)


def test_a_missing_executor_is_said_at_once() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "toolchain.language_host", "--use-executor", "/nowhere/exec"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert (answer.returncode, answer.stdout) == (1, b"")
    assert answer.stderr == b"missing executor /nowhere/exec\n"
