"""`python -m toolchain ensure`: prints the folder to put first on PATH."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence

from toolchain.ensure import ensure
from toolchain.errors import ToolchainError


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 done, 1 no CLI (the reason is on stderr), 130 or 143 ended by a signal."""
    parser = argparse.ArgumentParser(prog="python -m toolchain", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser(
        "ensure",
        help="make sure a Pulumi CLI is there; prints the folder to put first on PATH, or an "
        "empty line where the one on PATH is new enough",
    )
    parser.parse_args(arguments)
    # Leave through the `finally` clauses: the build's child ends and its folder goes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        folder = ensure()
    except ToolchainError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    print(folder or "")
    return 0


if __name__ == "__main__":
    sys.exit(main())
