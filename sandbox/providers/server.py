"""The gRPC server of a plugin: `pulumi.provider.experimental`'s, with its defects worked around.

What the experimental layer (pulumi 3.272) gets wrong, and what is done here about it:

* every error reaches the user with a Python traceback, and none can carry details, so that a
  resource that was partly created is lost: errors are sent as gRPC statuses of our own;
* ``DiffConfig`` sends a bool where an enum is meant, so that "changed" arrives as "unchanged":
  answered here;
* it leaves ``Handshake`` out, which costs a round trip with an exception printed: answered here;
* unknown values arrive as sentinel strings, and cannot be marshalled: see ``values``.
"""

import asyncio
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import grpc  # type: ignore[import-untyped]
import grpc.aio  # type: ignore[import-untyped]
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from pulumi_polytomic.server.process import end_with_parent
from sandbox.providers.configuration import changed
from sandbox.providers.errors import PartlyCreatedError, ProviderError
from sandbox.providers.provider import TableProvider
from sandbox.providers.resource import Package
from sandbox.providers.values import map_from_wire, map_to_wire


def serve(package: Package) -> None:
    """Serve until the engine ends the process; prints the port, as the engine expects."""
    engine = next((argument for argument in sys.argv[1:] if not argument.startswith("-")), "")

    async def run() -> None:
        server = grpc.aio.server(options=_GRPC_CHANNEL_OPTIONS)
        servicer = Servicer(TableProvider(package), package, engine)
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        threading.Thread(target=package.warm_up, name="warm-up", daemon=True).start()
        await server.wait_for_termination()

    end_with_parent()
    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        return


class Servicer(ProviderServicer):
    """The experimental servicer with plain errors and a right DiffConfig."""

    def __init__(self, provider: TableProvider, package: Package, engine: str) -> None:
        super().__init__([], package.version, provider, engine)
        self.package = package

    async def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Claim nothing beyond what Configure says."""
        return provider_pb2.ProviderHandshakeResponse()

    async def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Which settings differ."""
        # The real provider never replaces itself: its resources see the new setting in place.
        names = changed(
            self.package.config,
            map_from_wire(PropertyValue.unmarshal_map(request.olds)),
            map_from_wire(PropertyValue.unmarshal_map(request.news)),
        )
        kind = provider_pb2.DiffResponse
        return kind(changes=kind.DIFF_SOME if names else kind.DIFF_NONE, diffs=names)


def _with_plain_errors(
    method: Callable[[Servicer, Any, Any], Awaitable[Any]],
) -> Callable[[Servicer, Any, Any], Awaitable[Any]]:
    async def call(self: Servicer, request: Any, context: Any) -> Any:
        try:
            return await method(self, request, context)
        except Exception as wrapped:
            # The layer raises a new exception with a traceback in its text; ours is its context.
            error = wrapped.__context__ or wrapped
            await context.abort_with_status(_status(error))

    return call


_METHODS = "CheckConfig Configure GetSchema Invoke Check Diff Create Read Update Delete"
for _name in _METHODS.split():
    setattr(Servicer, _name, _with_plain_errors(getattr(ProviderServicer, _name)))


def _status(error: BaseException) -> Any:
    if isinstance(error, PartlyCreatedError):
        return _partly_created(error)
    if isinstance(error, ProviderError):
        return _Status(grpc.StatusCode.UNKNOWN, str(error))
    print("".join(traceback.format_exception(error)), file=sys.stderr)
    return _Status(grpc.StatusCode.INTERNAL, f"{type(error).__name__}: {error}")


def _partly_created(error: PartlyCreatedError) -> Any:
    detail = _init_failed(error)
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
    status.details.add().Pack(detail)
    return _Status(
        grpc.StatusCode.UNKNOWN,
        str(error),
        (("grpc-status-details-bin", status.SerializeToString()),),
    )


def _init_failed(error: PartlyCreatedError) -> Any:
    return provider_pb2.ErrorResourceInitFailed(
        id=error.resource_id,
        properties=PropertyValue.marshal_map(map_to_wire(error.state or {})),
        inputs=PropertyValue.marshal_map(map_to_wire(error.inputs or {})),
        reasons=[str(error)],
    )


class _Status(grpc.Status):  # type: ignore[misc]
    """A gRPC status as ``abort_with_status`` takes it."""

    def __init__(self, code: Any, details: str, trailing_metadata: Any = ()) -> None:
        self.code = code
        self.details = details
        self.trailing_metadata = trailing_metadata
