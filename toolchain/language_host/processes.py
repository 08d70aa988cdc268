"""The programs and plugins that the host runs: started in groups of their own, surely ended."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Literal

from toolchain.language_host.errors import LanguageHostError

Stream = Literal["stdout", "stderr"]

# The engine gives the host five seconds to go: a child that will not listen gets less.
_GRACE_SECONDS = 2.0
_POLL_SECONDS = 0.05
_CHUNK_BYTES = 64 * 1024
_CHUNKS_HELD = 64


class Children:
    """The living children. Once `end_all` was called no new one starts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._living: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def start(
        self,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str],
        folder: Path | None = None,
        piped: bool,
    ) -> subprocess.Popen[bytes]:
        """Start a command: its output piped to us, else passed straight through.

        Raises LanguageHostError where it does not start.
        """
        with self._lock:
            if self._closed:
                raise LanguageHostError("the language host is stopping")
            try:
                process = subprocess.Popen(
                    command,
                    cwd=folder,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE if piped else None,
                    stderr=subprocess.PIPE if piped else None,
                    # A group of its own, so that it ends with all that it has started itself.
                    start_new_session=True,
                )
            except OSError as error:
                raise LanguageHostError(f"could not run {command[0]}: {error}") from error
            self._living.add(process)
            return process

    def wait(self, process: subprocess.Popen[bytes]) -> int:
        """Its exit code, -1 where a signal ended it (as Go counts)."""
        status = process.wait()
        with self._lock:
            self._living.discard(process)
        return max(status, -1)

    def end(self, *processes: subprocess.Popen[bytes]) -> None:
        """SIGINT to each group, so that programs can clean up; SIGKILL to what is left later."""
        for process in processes:
            _signal(process, signal.SIGINT)
        deadline = time.monotonic() + _GRACE_SECONDS
        while any(p.poll() is None for p in processes) and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        for process in processes:
            # The group, too, where its leader is gone: it may have left children behind.
            _signal(process, signal.SIGKILL)

    def end_all(self) -> None:
        """End every child, and let none start any more."""
        with self._lock:
            self._closed = True
            living = tuple(self._living)
        self.end(*living)

    def end_in_background(self, process: subprocess.Popen[bytes]) -> None:
        """`end` without waiting for it: for callbacks of gRPC, whose thread must not be held."""
        threading.Thread(target=self.end, args=(process,), name="end child", daemon=True).start()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # The session's leader leads the group as well: its ID is the process's.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def output_of(
    process: subprocess.Popen[bytes], abandoned: threading.Event
) -> Iterator[tuple[Stream, bytes]]:
    """What a piped process writes, as bytes, as it comes, until both streams are closed.

    Where nobody reads on, set `abandoned`: the readers then only drain the pipes.
    """
    chunks: queue.Queue[tuple[Stream, bytes]] = queue.Queue(_CHUNKS_HELD)
    assert process.stdout is not None
    assert process.stderr is not None
    pipes: dict[Stream, IO[bytes]] = {"stdout": process.stdout, "stderr": process.stderr}
    for name, pipe in pipes.items():
        threading.Thread(
            target=_pump, args=(name, pipe, chunks.put, abandoned), name=name, daemon=True
        ).start()
    open_streams = len(pipes)
    while open_streams:
        try:
            name, chunk = chunks.get(timeout=1.0)
        except queue.Empty:
            if abandoned.is_set():
                return
            continue
        if chunk:
            yield name, chunk
        else:
            open_streams -= 1


def _pump(
    name: Stream,
    pipe: IO[bytes],
    put: Callable[..., None],
    abandoned: threading.Event,
) -> None:
    while chunk := os.read(pipe.fileno(), _CHUNK_BYTES):
        while not abandoned.is_set():
            with suppress(queue.Full):
                put((name, chunk), timeout=0.5)
                break
    pipe.close()
    # The end is told even where nobody may read on: who does would wait for his time-out.
    while True:
        try:
            put((name, b""), timeout=0.5)
            return
        except queue.Full:
            if abandoned.is_set():
                return
