"""One process at a time works on a folder; the others wait, and say so."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from toolchain.errors import ToolchainError

_POLL_SECONDS = 0.1


@contextmanager
def exclusive(lock_file: Path, *, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock for the block. The kernel drops it when the process ends, however it ends.

    `waiting` is called at each try while another process holds the lock.
    """
    try:
        import fcntl
    except ImportError:
        raise ToolchainError(
            "building the Pulumi CLI from source works on Linux and macOS only: "
            "install the official CLI, https://www.pulumi.com/docs/install/"
        ) from None
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                waiting()
                time.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(descriptor)
