"""The process of the plugin: its gRPC server, and its end."""

import asyncio
import os
import sys
import threading
import time
from typing import Final

import grpc.aio  # type: ignore[import-untyped]
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2_grpc

_WATCH_S: Final = 1.0


def serve(engine: str) -> None:
    """Serves the engine at address ``engine`` until it ends this process; prints the port first."""
    from .servicer import Servicer

    async def run() -> None:
        server = grpc.aio.server(options=_GRPC_CHANNEL_OPTIONS)
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(engine), server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        await server.wait_for_termination()

    end_with_parent()
    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        return


def end_with_parent() -> None:
    """Ends this process within about a second of its parent's end, also where that is killed."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH_S)
    os._exit(1)
