"""A port that stays while who serves behind it changes: bytes are passed on, never read."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

_CHUNK_BYTES = 256 * 1024


class Relay:
    """Listens on a free port; each connection goes to the port that is the target when it comes."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._closed = False
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def start(self) -> None:
        """Accept connections, until it is closed."""
        threading.Thread(target=self._accept, name="relay", daemon=True).start()

    def redirect(self, target: int) -> None:
        """Lead connections that come from now on to another port; open ones stay where they are."""
        self._target = target

    def close(self) -> None:
        """Refuse new connections and cut the open ones."""
        with self._lock:
            self._closed = True
            to_cut = tuple(self._open)
        for each in (self._listener, *to_cut):
            # Wakes the thread that waits for it, which close alone does not.
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                near.close()
                continue
            with self._lock:
                if self._closed:
                    near.close()
                    far.close()
                    return
                self._open |= {near, far}
            both = threading.Semaphore(1)
            for source, sink in ((near, far), (far, near)):
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(
                    target=self._pass_on, args=(source, sink, both), name="relay", daemon=True
                ).start()

    def _pass_on(
        self, source: socket.socket, sink: socket.socket, both: threading.Semaphore
    ) -> None:
        # One buffer for all: the messages are small and many.
        buffer = memoryview(bytearray(_CHUNK_BYTES))
        with suppress(OSError):
            while count := source.recv_into(buffer):
                sink.sendall(buffer[:count])
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
        if both.acquire(blocking=False):
            return
        # The other direction has ended before.
        with self._lock:
            self._open -= {source, sink}
        source.close()
        sink.close()
