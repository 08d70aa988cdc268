"""What the engine starts as `pulumi-language-python [flags] [engine address]`.

Prints its port, serves until SIGINT or SIGTERM comes or the engine is gone, then ends what it runs.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

if not __package__:
    # Started by its path with -I (see toolchain/launchers.py): the repository is not on sys.path.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from toolchain.language_host.server import LanguageHostServer
from toolchain.versions import PINNED_CLI, show

_PARENT_CHECK_SECONDS = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve. The flags are the official host's; those of its logger are taken and ignored."""
    parser = argparse.ArgumentParser(prog="pulumi-language-python", allow_abbrev=False)
    parser.add_argument("-tracing", "--tracing", default="", help="an endpoint for tracing data")
    parser.add_argument("-version", "--version", action="store_true")
    parser.add_argument(
        "-use-executor",
        "--use-executor",
        type=Path,
        default=Path(sys.argv[0]).resolve().parent / "pulumi-language-python-exec",
        help="the program that runs a user's program",
    )
    options, rest = parser.parse_known_args(arguments)
    if options.version:
        print(show(PINNED_CLI))
        return 0
    if not options.use_executor.is_file():
        print(f"missing executor {options.use_executor}", file=sys.stderr)
        return 1
    # Before anything can wait: a signal that comes early must not be lost.
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    engine = os.getppid()
    server = LanguageHostServer(
        executor=options.use_executor,
        engine_address=next((word for word in rest if not word.startswith("-")), ""),
        tracing=options.tracing,
    )
    print(server.start(), flush=True)
    # An engine that was killed says nothing: we then have another parent.
    while not ended.wait(_PARENT_CHECK_SECONDS) and os.getppid() == engine:
        pass
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
