"""The plugin's process, without an engine."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_it_prints_its_port_and_ends_with_its_parent() -> None:
    """An engine that is killed cannot end its plugins, so they see to it themselves."""
    parent = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-m', 'pulumi_polytomic', '127.0.0.1:1'],"
        " stdout=subprocess.PIPE, text=True)\n"
        "print(child.pid, child.stdout.readline(), flush=True)\n"
        "time.sleep(60)\n"
    )
    engine = subprocess.Popen(
        [sys.executable, "-c", parent], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert engine.stdout is not None
        plugin, port = map(int, engine.stdout.readline().split())
        assert 0 < port < 65536
    finally:
        engine.send_signal(signal.SIGKILL)
        engine.wait()
    deadline = time.monotonic() + 15
    while _runs(plugin):
        assert time.monotonic() < deadline, "the plugin outlived its engine"
        time.sleep(0.1)


def _runs(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    # An orphan that has ended may wait for somebody to ask how.
    return (
        "Z"
        not in subprocess.run(
            ["ps", "-o", "stat=", "-p", str(process_id)],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
    )
