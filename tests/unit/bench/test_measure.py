import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from bench.measure import MeasureError, run_measured

LINUX = sys.platform == "linux"


def test_time_of_children_counts(tmp_path: Path) -> None:
    busy = "import time\nwhile time.process_time() < 0.5: pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}])"
    cost = run_measured([sys.executable, "-c", parent], tmp_path, os.environ, tmp_path / "log")
    assert cost.cpu_seconds >= 0.5
    assert cost.wall_seconds >= 0.5


@pytest.mark.skipif(not LINUX, reason="memory of other processes is read from /proc")
def test_the_peak_of_the_command_and_of_all_together(tmp_path: Path) -> None:
    # Holds 60 MiB until the child, which holds 60 MiB too, has lived for half a second.
    hold = "b = bytearray(60 << 20); b[::4096] = b'x' * len(b[::4096])"
    child = f"import threading; {hold}; threading.Event().wait(0.5)"
    parent = f"import subprocess, sys; {hold}; subprocess.run([sys.executable, '-c', {child!r}])"
    cost = run_measured([sys.executable, "-c", parent], tmp_path, os.environ, tmp_path / "log")
    assert cost.cli_mib is not None and 60 < cost.cli_mib < 120
    assert cost.tree_mib is not None and cost.tree_mib > 120
    assert cost.program_mib is None


def test_a_failure_shows_what_was_said(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; print('no such bucket'); sys.exit(3)"]
    with pytest.raises(MeasureError, match=r"ended with 3:\n(?s:.*)no such bucket"):
        run_measured(command, tmp_path, os.environ, tmp_path / "log")


def test_an_interrupt_ends_the_command_before_it_is_raised(tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    command = (
        "import pathlib, threading\n"
        "try: threading.Event().wait(60)\n"
        f"except KeyboardInterrupt: pathlib.Path({str(ended)!r}).touch()\n"
    )
    threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        run_measured([sys.executable, "-c", command], tmp_path, os.environ, tmp_path / "log")
    assert ended.exists()
