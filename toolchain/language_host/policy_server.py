"""Runs a policy pack with its server on a port that is given: `policy_server.py PORT [arguments]`.

The SDK serves a pack on any free port. Here it takes the port at which the engine has connected
already, to the proxy, so that the proxy can step aside (see policy_proxy.py).
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]

_ANY_PORT = ":0"


def main() -> None:
    """Be `python -m pulumi.policy` with the remaining arguments."""
    port = sys.argv.pop(1)
    # As -m does it: the pack's folder, in which this runs, and not this script's.
    sys.path[0] = str(Path.cwd())
    _serve_on(port)
    runpy.run_module("pulumi.policy", run_name="__main__", alter_sys=True)


def _serve_on(port: str) -> None:
    make_server = grpc.server

    def make_first_server(*arguments: Any, **options: Any) -> Any:
        grpc.server = make_server
        server = make_server(*arguments, **options)
        add_port = server.add_insecure_port
        server.add_insecure_port = lambda address: add_port(
            f"{address.removesuffix(_ANY_PORT)}:{port}" if address.endswith(_ANY_PORT) else address
        )
        return server

    grpc.server = make_first_server


if __name__ == "__main__":
    main()
