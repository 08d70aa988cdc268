"""A progress line on stderr: what is being done, and for how long."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from types import TracebackType
from typing import TextIO

_TERMINAL_SECONDS = 0.5
_PLAIN_SECONDS = 10.0


class Progress:
    """Shows `what it does … (elapsed)`: in place on a terminal, else a new line every ten seconds.

    The first line comes at once, so that a wait of minutes never begins in silence.
    """

    def __init__(self, title: str, stream: TextIO | None = None) -> None:
        self._title = title
        self._stream = sys.stderr if stream is None else stream
        self._in_place = self._stream.isatty()
        self._doing = ""
        self._started = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)

    def __enter__(self) -> Progress:
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
        self._doing = "done" if kind is None else "failed"
        self._show()
        if self._in_place:
            self._stream.write("\n")
            self._stream.flush()

    def doing(self, what: str) -> None:
        """Say what is being done now; it is shown at the next tick."""
        self._doing = what

    def _run(self) -> None:
        pause = _TERMINAL_SECONDS if self._in_place else _PLAIN_SECONDS
        while True:
            self._show()
            if self._ended.wait(pause):
                return

    def _show(self) -> None:
        minutes, seconds = divmod(int(time.monotonic() - self._started), 60)
        line = f"{self._title} [{minutes}:{seconds:02}] {self._doing}".rstrip()
        if self._in_place:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write(f"\r\x1b[2K{line[:width]}")
        else:
            self._stream.write(line + "\n")
        self._stream.flush()
