"""Stands between the engine and a policy pack that is started late.

The engine sends the stack's configuration by RPC, while a pack wants it in its environment. So the
proxy answers the engine's first two calls, Handshake and ConfigureStack, and passes what comes
until the pack listens on to it. The pack listens on the proxy's own port, and the proxy then stops,
so that the engine connects to the pack itself: a resource is two calls, made one by one, and each
would cross two servers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent import futures
from types import TracebackType
from typing import cast

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import analyzer_pb2

_MESSAGE_BYTES = 400 << 20
_OPTIONS = [
    ("grpc.max_receive_message_length", _MESSAGE_BYTES),
    ("grpc.max_send_message_length", _MESSAGE_BYTES),
]
_SERVICE = "/pulumirpc.Analyzer/"
_THREADS = 16
_HANDOVER_SECONDS = 60.0
_CONNECT_SECONDS = 30.0
"""For calls that were under way when the pack began to listen."""


class PolicyProxy(grpc.GenericRpcHandler):  # type: ignore[misc]  # grpc has no types here
    """Serves while it is entered; `port` is where the engine is to connect."""

    def __init__(self) -> None:
        self._configuration: analyzer_pb2.AnalyzerStackConfigureRequest | None = None
        self._may_start = threading.Event()
        self._settled = threading.Event()
        self._channel: grpc.Channel | None = None
        self._unread = b""
        self._server = grpc.server(
            futures.ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="policy"),
            handlers=[self],
            options=_OPTIONS,
        )
        self.abandoned = False
        self.port = self._server.add_insecure_port("127.0.0.1:0")

    def __enter__(self) -> PolicyProxy:
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.detach()
        self._server.stop(0.2)

    def await_configuration(self) -> analyzer_pb2.AnalyzerStackConfigureRequest | None:
        """What ConfigureStack brought; None where the engine begins with another call, as for
        `pulumi policy publish`, or where the RPC was given up (`abandoned`).
        """
        self._may_start.wait()
        return self._configuration

    def abandon(self) -> None:
        """The engine has gone: nobody is waited for any more."""
        self.abandoned = True
        self.detach()
        self._may_start.set()

    def read_port(self, chunk: bytes) -> bytes:
        """Take the port, the pack's first line, out of its stdout and connect; the rest remains."""
        if self._settled.is_set():
            return chunk
        self._unread += chunk
        line, end, rest = self._unread.partition(b"\n")
        if not end:
            return b""
        if not line.strip().isdigit():
            # Not a port: show what it says instead, the engine's calls are refused.
            self._settled.set()
            return self._unread
        self._attach(int(line))
        return rest

    def detach(self) -> None:
        """The pack has ended: calls that still come are refused."""
        self._settled.set()
        if self._channel is not None:
            self._channel.close()

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        """How each call of the engine is handled (gRPC's interface)."""
        method = cast(str, details.method)
        if not method.startswith(_SERVICE):
            return None
        handlers: dict[str, Callable[[bytes, grpc.ServicerContext], bytes]] = {
            f"{_SERVICE}Handshake": self._handshake,
            f"{_SERVICE}ConfigureStack": self._configure_stack,
        }

        def forward(request: bytes, context: grpc.ServicerContext) -> bytes:
            return self._forward(method, request, context)

        return cast(
            grpc.RpcMethodHandler,
            grpc.unary_unary_rpc_method_handler(handlers.get(method, forward)),
        )

    def _handshake(self, _request: bytes, _context: grpc.ServicerContext) -> bytes:
        return bytes(analyzer_pb2.AnalyzerHandshakeResponse().SerializeToString())

    def _configure_stack(self, request: bytes, _context: grpc.ServicerContext) -> bytes:
        self._configuration = analyzer_pb2.AnalyzerStackConfigureRequest.FromString(request)
        self._may_start.set()
        return bytes(analyzer_pb2.AnalyzerStackConfigureResponse().SerializeToString())

    def _attach(self, port: int) -> None:
        # The engine is told to connect anew; who connects from now on comes to the pack.
        self._server.stop(_HANDOVER_SECONDS)
        channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=_OPTIONS)
        if self._configuration is not None:
            try:
                # It may still be answered by the listener that is about to close.
                channel.unary_unary(f"{_SERVICE}ConfigureStack")(
                    self._configuration.SerializeToString(),
                    wait_for_ready=True,
                    timeout=_CONNECT_SECONDS,
                )
            except grpc.RpcError as error:
                # Older packs do not have the call, and need not.
                if cast(grpc.Call, error).code() != grpc.StatusCode.UNIMPLEMENTED:
                    channel.close()
                    self._settled.set()
                    raise
        self._channel = channel
        self._settled.set()

    def _forward(self, method: str, request: bytes, context: grpc.ServicerContext) -> bytes:
        self._may_start.set()
        self._settled.wait()
        channel = self._channel
        if channel is None or self.abandoned:
            context.abort(grpc.StatusCode.UNAVAILABLE, "policy pack not started")
            raise AssertionError("abort raises")
        try:
            return cast(bytes, channel.unary_unary(method)(request))
        except grpc.RpcError as error:
            call = cast(grpc.Call, error)
            context.abort(call.code(), call.details() or "")
            raise AssertionError("abort raises") from error
        except ValueError:
            # What gRPC raises on a channel that was closed meanwhile.
            context.abort(grpc.StatusCode.UNAVAILABLE, "policy pack has ended")
            raise AssertionError("abort raises") from None
