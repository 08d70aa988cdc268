"""The documents of this repository, and the fenced blocks in them.

What a block is for stands in an HTML comment on the line above it, invisible to the reader:

    runs in: FOLDER                a shell block, run there: the tree, an example, a project
    runs in: FOLDER with python    a program, run there
    file: PATH                     the block is the content of that file of a project
    end of: COMMAND                what the command prints last
"""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
RUNNABLE: Final = ("sh", "shell", "bash", "console", "python", "py")
_MARKER: Final = re.compile(r"<!-- (runs in|file|end of): (.+?) -->")


class Block(NamedTuple):
    """One fenced block; ``kind`` and ``target`` are the two parts of its marker, else empty."""

    page: str
    line: int
    language: str
    kind: str
    target: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def lines(self) -> list[str]:
        """The block's commands, without blank lines and remarks."""
        return [line for line in map(without_remark, self.text.splitlines()) if line]


@cache
def pages() -> tuple[str, ...]:
    """Every Markdown page that is in the repository or about to be, by its path from the root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found = tuple(sorted(page for page in set(listed.splitlines()) if (ROOT / page).exists()))
    assert "README.md" in found
    return found


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order. Raises ValueError for one that is never closed."""
    before, start, opened = "", 0, ""
    content: list[str] = []
    for number, line in enumerate(text_of(page).splitlines(), 1):
        if not opened:
            if line.startswith("```"):
                opened, start, content = line, number, []
            else:
                before = line
        elif line == "```":
            marker = _MARKER.fullmatch(before)
            kind, target = marker.groups() if marker else ("", "")
            text = "\n".join(content) + "\n"
            yield Block(page, start, opened.removeprefix("```"), kind, target, text)
            before, opened = "", ""
        else:
            content.append(line)
    if opened:
        raise ValueError(f"{page}:{start}: the block is never closed")


def block(page: str, kind: str, target: str) -> Block:
    """The one block of a page with this marker."""
    (found,) = [b for b in blocks(page) if (b.kind, b.target) == (kind, target)]
    return found


def without_remark(line: str) -> str:
    """A shell line without the remark at its end, which stands after two blanks or more."""
    return re.sub(r"(^|\s{2,})#.*$", "", line).strip()
