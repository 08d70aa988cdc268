"""Draws ``docs/chain.svg`` from ``docs/chain.dot``: ``python -m docs.make_chain``."""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).with_name("chain.dot")
PICTURE: Final = Path(__file__).with_name("chain.svg")
ADVICE: Final = (
    "Graphviz is needed: apt-get install graphviz (Debian, Ubuntu), brew install graphviz"
)


def main() -> int:
    """Writes the picture; gives 1 where Graphviz is not installed."""
    if shutil.which("dot") is None:
        sys.stderr.write(f"error: {ADVICE}\n")
        return 1
    PICTURE.write_text(marked(drawn(), digest()), encoding="utf-8")
    return 0


def digest() -> str:
    """SHA-256 of the source, which the picture carries to show what it was made from."""
    return hashlib.sha256(SOURCE.read_bytes()).hexdigest()


def drawn() -> str:
    """The picture as Graphviz draws it, without what it says of itself: its version and file."""
    command = ["dot", "-Tsvg", str(SOURCE)]
    svg = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return re.sub(r"<!--.*?-->\n?", "", svg, flags=re.DOTALL)


def marked(svg: str, source_digest: str) -> str:
    """The picture with the digest of its source in a comment before the root element."""
    return svg.replace("<svg ", f"<!-- source: sha256 {source_digest} -->\n<svg ", 1)


if __name__ == "__main__":
    sys.exit(main())
