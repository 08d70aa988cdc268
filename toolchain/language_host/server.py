"""The gRPC server of the language host, on a free loopback port."""

from __future__ import annotations

from concurrent import futures
from pathlib import Path

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import language_pb2_grpc

from toolchain.language_host.processes import Children
from toolchain.language_host.service import LanguageHost

# As in the engine: a schema or a stack's configuration may pass gRPC's 4 MB.
MESSAGE_OPTIONS = [
    ("grpc.max_receive_message_length", 400 << 20),
    ("grpc.max_send_message_length", 400 << 20),
]
# A program or plugin that runs keeps its thread: packs, component plugins and programs together.
_THREADS = 64


class LanguageHostServer:
    """Serves LanguageRuntime; `stop` also ends every program and plugin that still runs."""

    def __init__(self, *, executor: Path, engine_address: str = "", tracing: str = "") -> None:
        self._children = Children()
        self._server = grpc.server(
            futures.ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="rpc"),
            options=MESSAGE_OPTIONS,
        )
        language_pb2_grpc.add_LanguageRuntimeServicer_to_server(
            LanguageHost(self._children, executor, engine_address, tracing), self._server
        )

    def start(self) -> int:
        """Start serving; returns the port."""
        port: int = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()
        return port

    def stop(self) -> None:
        """End the children first (seconds at most), so that their RPCs can answer."""
        self._children.end_all()
        self._server.stop(0.5).wait()
