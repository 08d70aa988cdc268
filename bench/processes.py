"""Memory of a process and its descendants while they run, read from Linux's /proc."""

import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Literal

INTERVAL_SECONDS: Final = 0.1
PROGRAM_MARKS: Final = ("pulumi-language-python-exec", "--monitor")
"""In the command line of the process that runs a user's program; a host has the first alone."""

Role = Literal["cli", "program", "other"]


class MemorySampler:
    """While entered, a thread looks at the process tree. Elsewhere than on Linux it sees nothing.

    A peak is the kernel's own high-water mark (VmHWM) of each process, so only growth within the
    last interval before a process ends is missed.
    """

    def __init__(self, root: int) -> None:
        self._root = root
        self._peaks: dict[tuple[int, Role], int] = {}
        self._tree_kib = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "MemorySampler":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def peak_mib(self, role: Role) -> float | None:
        """Largest peak of one process of this role; None where none was seen."""
        peaks = [kib for (_, found), kib in self._peaks.items() if found == role]
        return max(peaks) / 1024 if peaks else None

    @property
    def tree_mib(self) -> float | None:
        """Largest sum over all processes at one moment."""
        return self._tree_kib / 1024 if self._tree_kib else None

    def _watch(self) -> None:
        while not self._ended.wait(INTERVAL_SECONDS):
            total = 0
            for process in descendants(self._root):
                peak, resident = memory_kib(process)
                total += resident
                key = (process, self._role(process))
                self._peaks[key] = max(peak, self._peaks.get(key, 0))
            self._tree_kib = max(total, self._tree_kib)

    def _role(self, process: int) -> Role:
        if process == self._root:
            return "cli"
        command = _read(process, "cmdline")
        return "program" if all(mark in command for mark in PROGRAM_MARKS) else "other"


def descendants(root: int) -> Iterator[int]:
    """Process ``root`` and all below it that live now."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        process = int(entry.name)
        # The command's name stands in brackets and may hold anything, brackets too.
        fields = _read(process, "stat").rpartition(")")[2].split()
        if fields:
            children.setdefault(int(fields[1]), []).append(process)
    waiting = [root]
    while waiting:
        process = waiting.pop()
        yield process
        waiting += children.get(process, [])


def memory_kib(process: int) -> tuple[int, int]:
    """Peak and present resident memory; zeros where the process is gone."""
    lines = dict(
        line.split(":", 1) for line in _read(process, "status").splitlines() if ":" in line
    )
    return _kib(lines.get("VmHWM")), _kib(lines.get("VmRSS"))


def _kib(text: str | None) -> int:
    return int(text.split()[0]) if text else 0


def _read(process: int, name: str) -> str:
    try:
        return Path(f"/proc/{process}/{name}").read_text(errors="replace")
    except OSError:
        return ""
