"""What the engine and a call that takes its time tell each other."""

import threading
from typing import Final

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

CANCELLED: Final = threading.Event()
"""Set when the engine cancels; whoever waits, waits on it."""

_engine: list[engine_pb2_grpc.EngineStub] = []


def connect(address: str) -> None:
    """Sends what is reported from now on to the engine at ``address``."""
    _engine[:] = [engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))]


def report(urn: str, text: str, *, warning: bool = False) -> None:
    """Shows a line beside the resource; an engine that does not listen is no reason to fail.

    A warning is shown again at the end of the run; anything else only while it is under way.
    """
    severity = engine_pb2.WARNING if warning else engine_pb2.INFO
    request = engine_pb2.LogRequest(severity=severity, message=text, urn=urn, ephemeral=not warning)
    for engine in _engine:
        try:
            engine.Log(request, timeout=5)
        except grpc.RpcError:
            return
