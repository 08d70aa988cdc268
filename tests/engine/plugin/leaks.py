"""Looks for secret values in everything that a run leaves, and leaves for a moment."""

import base64
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

_PAUSE_S: Final = 0.05


class Search:
    """Finds values by name: plain, base64, URL-encoded and in hex."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.found: set[str] = set()
        """``<name> in <place>`` of each find."""
        self._forms = {name: _forms(value) for name, value in values.items()}

    def look(self, place: str, content: bytes) -> None:
        """Looks into ``content``."""
        for name, forms in self._forms.items():
            if any(form in content for form in forms):
                self.found.add(f"{name} in {place}")

    def look_into(self, *folders: Path) -> None:
        """Looks into the names and contents of all files below the folders."""
        for folder in folders:
            for path in folder.rglob("*"):
                self.look("a file's name", str(path).encode())
                # A temporary file may be gone by now.
                with suppress(OSError):
                    if path.is_file():
                        self.look(str(path.relative_to(folder)), path.read_bytes())

    @contextmanager
    def during(self, *folders: Path) -> Iterator[None]:
        """Looks all the time into temporary folders and into the arguments of every process."""
        done = threading.Event()

        def watch() -> None:
            while not done.wait(_PAUSE_S):
                self.look_into(*folders)
                for entry in Path("/proc").glob("[0-9]*/cmdline"):
                    with suppress(OSError):
                        self.look("the arguments of a process", entry.read_bytes())

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def _forms(value: str) -> set[bytes]:
    raw = value.encode()
    forms = {raw, quote(value, safe="").encode(), raw.hex().encode(), raw.hex().upper().encode()}
    for shift in range(3):
        # What stands before and behind it changes the first and the last characters.
        text = base64.b64encode(b"\0" * shift + raw)
        inner = text[-(-shift * 8 // 6) : len(text) - 4]
        forms |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return forms
