"""Starting and stopping a sandbox: processes, stale files, failures, several at once."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox import lifecycle, lifecycle_state
from sandbox.__main__ import main
from sandbox.client import Sandbox
from sandbox.lifecycle_health import service_health

ROOT = Path(lifecycle.__file__).parent.parent


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "a folder"
    yield folder
    lifecycle.stop(folder)


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox", "--folder", str(folder), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process_id}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def eventually(ask: Callable[[], object], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not ask():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize("name", ["status", "env", "reset"])
def test_commands_fail_where_nothing_runs(folder: Path, name: str) -> None:
    assert main(["--folder", str(folder), name]) == 1
    assert not folder.exists()


def test_stopping_nothing_is_no_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--folder", str(folder), "stop"]) == 0
    assert capsys.readouterr().out == "Nothing runs there.\n"


def test_a_server_that_fails_shows_its_log(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = folder.parent / "broken"
    (broken / "sandbox").mkdir(parents=True)
    (broken / "sandbox" / "server.py").write_text("raise SystemExit('no ports left')")
    monkeypatch.setattr(lifecycle, "ROOT", broken)
    assert main(["--folder", str(folder), "start"]) == 1
    error = capsys.readouterr().err
    assert "ended at once (exit code 1)" in error
    assert "no ports left" in error
    assert lifecycle_state.running_process(folder) is None


def test_a_server_that_never_answers_is_killed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = folder.parent / "broken"
    (broken / "sandbox").mkdir(parents=True)
    (broken / "sandbox" / "server.py").write_text(
        "import os, time; print('my id', os.getpid(), flush=True); time.sleep(60)"
    )
    monkeypatch.setattr(lifecycle, "ROOT", broken)
    monkeypatch.setattr(lifecycle, "START_SECONDS", 0.5)
    with pytest.raises(lifecycle.SandboxError, match="not healthy") as caught:
        lifecycle.start(folder)
    assert not alive(int(str(caught.value).rpartition("my id ")[2]))


def test_start_status_env_reset_stop(folder: Path) -> None:
    started = command(folder, "start")
    assert started.returncode == 0, started.stderr
    sandbox = Sandbox.load(folder)
    process_id = sandbox.state.process_id
    assert os.getsid(process_id) == process_id, "not detached"
    assert (folder / "env").stat().st_mode & 0o777 == 0o600

    again = command(folder, "start", "--toolchain", str(folder.parent))
    assert again.returncode == 0
    after = Sandbox.load(folder).state
    assert (after.process_id, after.ports) == (process_id, sandbox.state.ports)
    assert after.toolchain == str(folder.parent)
    assert command(folder, "start").returncode == 0
    assert Sandbox.load(folder).state.toolchain == str(folder.parent), "forgotten"

    status = command(folder, "status")
    assert status.returncode == 0
    assert sandbox.aws_endpoint in status.stdout
    assert command(folder, "env").stdout == (folder / "env").read_text()

    sandbox.aws_client("s3").create_bucket(Bucket="forgotten")
    sandbox.settings(trust_policy_quota=4096)
    assert command(folder, "reset").returncode == 0
    assert sandbox.aws_client("s3").list_buckets()["Buckets"] == []
    assert sandbox.settings()["trust_policy_quota"] == 2048

    assert command(folder, "stop").returncode == 0
    assert eventually(lambda: not alive(process_id), 1)
    assert not (folder / "sandbox.json").exists()
    assert not (folder / "env").exists()
    assert command(folder, "status").returncode == 1


def test_stale_files_do_not_count(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = lifecycle.start(folder)
    os.kill(first.process_id, signal.SIGKILL)
    os.waitpid(first.process_id, 0)
    assert (folder / "sandbox.json").exists()
    # The number now belongs to another process: this one.
    values = json.loads((folder / "sandbox.json").read_text())
    (folder / "sandbox.json").write_text(json.dumps({**values, "process_id": os.getpid()}))
    (folder / "sandbox.lock").write_text(str(os.getpid()))
    assert main(["--folder", str(folder), "status"]) == 1
    assert "stale" in capsys.readouterr().out
    second = lifecycle.start(folder)
    assert second.process_id not in (first.process_id, os.getpid())
    assert lifecycle.healthy(folder) == second


@pytest.mark.parametrize("text", ["", "{", "[]", '{"process_id": 1}'])
def test_an_unreadable_state_is_none(folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / "sandbox.json").write_text(text)
    assert lifecycle_state.read_state(folder) is None
    assert lifecycle.healthy(folder) is None


def test_two_side_by_side_share_nothing(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    lifecycle.start(folder)
    lifecycle.start(other)
    try:
        here, there = Sandbox.load(folder), Sandbox.load(other)
        assert set(here.state.ports.values()).isdisjoint(there.state.ports.values())
        here.aws_client("s3").create_bucket(Bucket="only-here")
        here.fault(service="aws", operation="s3:ListBuckets", times=0, status=400)
        assert there.aws_client("s3").list_buckets()["Buckets"] == []
        lifecycle.stop(folder)
        assert all(service_health(there.state).values())
        assert not any(service_health(here.state).values())
    finally:
        lifecycle.stop(other)


def test_two_starts_at_once_make_one_process(folder: Path) -> None:
    starts = [
        subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--folder", str(folder), "start"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    outputs = [start.communicate(timeout=60)[0] for start in starts]
    assert [start.returncode for start in starts] == [0, 0]
    assert outputs[0] == outputs[1]


def test_a_second_server_in_a_folder_gives_up(folder: Path) -> None:
    state = lifecycle.start(folder)
    second = subprocess.run(
        [sys.executable, "-m", "sandbox.server", str(folder), "123456789012"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert second.returncode == 1
    assert "Another sandbox runs" in second.stderr
    assert lifecycle.healthy(folder) == state


def test_the_process_ends_when_its_folder_is_gone(folder: Path) -> None:
    state = lifecycle.start(folder)
    shutil.rmtree(folder)
    assert eventually(lambda: not alive(state.process_id))


def test_it_listens_on_the_loopback_address_only(folder: Path) -> None:
    state = lifecycle.start(folder)
    table = Path("/proc/net/tcp")
    if not table.exists():
        pytest.skip("no /proc")
    listening = {
        int(port, 16): address
        for line in table.read_text().splitlines()[1:]
        for address, _, port in [line.split()[1].partition(":")]
        if line.split()[3] == "0A"
    }
    assert {listening[port] for port in state.ports.values()} == {"0100007F"}
