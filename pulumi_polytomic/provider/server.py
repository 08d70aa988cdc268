"""The gRPC server of the plugin."""

import asyncio
import sys

import grpc.aio  # type: ignore[import-untyped]
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2_grpc

from .parent import end_with_parent
from .servicer import Servicer


def serve(engine: str) -> None:
    """Serves the engine at address ``engine`` until it ends this process; prints the port first."""

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
