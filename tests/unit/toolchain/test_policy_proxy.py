"""The proxy between the engine and a policy pack, and how it steps aside."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from google.protobuf import empty_pb2  # type: ignore[import-untyped]
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2

from toolchain.language_host import policy_server
from toolchain.language_host.policy_proxy import PolicyProxy


class Pack(analyzer_pb2_grpc.AnalyzerServicer):
    """A pack that notes who configured and who called it."""

    def __init__(self) -> None:
        self.stacks: list[str] = []
        self.callers: list[str] = []

    def ConfigureStack(self, request: Any, context: Any) -> Any:  # noqa: N802  # gRPC's name
        self.stacks.append(request.stack)
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802  # gRPC's name
        self.callers.append(context.peer())
        return plugin_pb2.PluginInfo(version="1.2.3")


class Engine:
    """The engine's side: one channel to the port that was printed."""

    def __init__(self, port: int) -> None:
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.analyzer = analyzer_pb2_grpc.AnalyzerStub(self.channel)

    def begin(self) -> None:
        self.analyzer.Handshake(analyzer_pb2.AnalyzerHandshakeRequest(), timeout=10)
        self.analyzer.ConfigureStack(
            analyzer_pb2.AnalyzerStackConfigureRequest(stack="dev"), timeout=10
        )

    def call(self) -> str:
        return str(self.analyzer.GetPluginInfo(empty_pb2.Empty(), timeout=10).version)


@pytest.fixture
def proxy() -> Iterator[PolicyProxy]:
    with PolicyProxy() as proxy:
        yield proxy


@pytest.fixture
def engine(proxy: PolicyProxy) -> Iterator[Engine]:
    engine = Engine(proxy.port)
    yield engine
    engine.channel.close()


@pytest.fixture
def pack() -> Pack:
    return Pack()


@pytest.fixture
def serve(pack: Pack) -> Iterator[Any]:
    servers: list[Any] = []

    def serve(port: int) -> None:
        server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
        analyzer_pb2_grpc.add_AnalyzerServicer_to_server(pack, server)
        server.add_insecure_port(f"127.0.0.1:{port}")
        server.start()
        servers.append(server)

    yield serve
    for server in servers:
        server.stop(0)


def test_the_engine_ends_up_connected_to_the_pack(
    proxy: PolicyProxy, engine: Engine, pack: Pack, serve: Any
) -> None:
    engine.begin()
    configuration = proxy.await_configuration()
    assert configuration is not None and configuration.stack == "dev"

    serve(proxy.port)
    assert proxy.read_port(f"{proxy.port}\nhello\n".encode()) == b"hello\n"
    assert pack.stacks == ["dev"], "the pack was not told the stack's configuration"

    proxy.detach()  # what the proxy still passed on would be refused from here
    assert engine.call() == "1.2.3"
    assert len(pack.callers) == 1


def test_a_call_made_before_the_pack_serves_waits_for_it(
    proxy: PolicyProxy, engine: Engine, pack: Pack, serve: Any
) -> None:
    engine.begin()
    early = engine.analyzer.GetPluginInfo.future(empty_pb2.Empty(), timeout=20)
    serve(proxy.port)
    proxy.read_port(f"{proxy.port}".encode())
    assert not early.done()
    proxy.read_port(b"\n")
    assert early.result().version == "1.2.3"
    assert len(pack.callers) == 1


def test_a_pack_that_prints_no_port_has_its_words_shown_and_the_calls_refused(
    proxy: PolicyProxy, engine: Engine
) -> None:
    engine.begin()
    assert proxy.read_port(b"no module") == b""
    assert proxy.read_port(b" named policy\n") == b"no module named policy\n"
    with pytest.raises(grpc.RpcError, match="policy pack not started"):
        engine.call()


def test_an_engine_that_goes_ends_the_wait(proxy: PolicyProxy) -> None:
    proxy.abandon()
    assert proxy.await_configuration() is None
    assert proxy.abandoned


def test_a_pack_serves_on_the_port_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "PulumiPolicy.yaml").write_text("runtime: python\n", encoding="utf-8")
    (tmp_path / "__main__.py").write_text(
        "from pulumi_policy import PolicyPack, ResourceValidationPolicy\n"
        "PolicyPack('one', [ResourceValidationPolicy('a', 'b', lambda args, report: None)])\n",
        encoding="utf-8",
    )
    arguments = [sys.executable, policy_server.__file__]
    with PolicyProxy() as proxy:
        pack = subprocess.Popen(
            [*arguments, str(proxy.port), "127.0.0.1:1", str(tmp_path)],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
        )
        with pack:
            try:
                assert pack.stdout is not None
                assert pack.stdout.readline() == f"{proxy.port}\n".encode()
            finally:
                pack.kill()
