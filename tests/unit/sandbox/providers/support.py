import subprocess
import sys
from typing import Any

import grpc  # type: ignore[import-untyped]
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from sandbox.providers.values import map_from_wire, map_to_wire

READY_SECONDS = 20


class RefusalError(Exception):
    """What a call was refused with; ``partly`` holds what the engine is to save all the same."""

    def __init__(self, error: Any) -> None:
        super().__init__(error.details())
        self.partly: tuple[str, dict[str, Any]] | None = None
        for key, value in error.trailing_metadata() or ():
            if key == "grpc-status-details-bin":
                status = status_pb2.Status.FromString(value)
                detail = provider_pb2.ErrorResourceInitFailed()
                assert status.details[0].Unpack(detail)
                self.partly = (detail.id, plain(detail.properties))


class Plugin:
    """A plugin process, spoken to as the engine does."""

    def __init__(self, package: str, environment: dict[str, str]) -> None:
        self.package = package
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"sandbox.providers.{package}", "127.0.0.1:1"],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert self._process.stdout is not None
        port = self._process.stdout.readline().strip()
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)

    def stop(self) -> None:
        self._channel.close()
        self._process.terminate()
        self._process.wait(READY_SECONDS)

    def check_config(self, **config: str) -> list[tuple[str, str]]:
        request = provider_pb2.CheckRequest(urn="urn", news=wire(config))
        return _failures(self._call("CheckConfig", request))

    def configure(self, **config: str) -> "Plugin":
        answer = self._call("Configure", provider_pb2.ConfigureRequest(args=wire(config)))
        assert answer.supportsPreview
        return self

    def diff_config(self, old: dict[str, str], new: dict[str, str]) -> Any:
        return self._call(
            "DiffConfig", provider_pb2.DiffRequest(urn="urn", olds=wire(old), news=wire(new))
        )

    def check(
        self, token: str, inputs: dict[str, Any], old: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The checked inputs; fails where something is wrong with them."""
        answer = self._check(token, inputs, old or {})
        assert not _failures(answer)
        return plain(answer.inputs)

    def faults(self, token: str, inputs: dict[str, Any]) -> list[tuple[str, str]]:
        return _failures(self._check(token, inputs, {}))

    def diff(self, token: str, state: dict[str, Any], inputs: dict[str, Any]) -> Any:
        return self._call(
            "Diff",
            provider_pb2.DiffRequest(
                id="id", urn=urn(token), olds=wire(state), news=wire(self.check(token, inputs))
            ),
        )

    def create(
        self, token: str, inputs: dict[str, Any], *, preview: bool = False
    ) -> tuple[str, dict[str, Any]]:
        checked = self.check(token, inputs)
        answer = self._call(
            "Create",
            provider_pb2.CreateRequest(urn=urn(token), properties=wire(checked), preview=preview),
        )
        return answer.id, plain(answer.properties)

    def read(
        self,
        token: str,
        resource_id: str,
        state: dict[str, Any] | None = None,
        inputs: dict[str, Any] | None = None,
    ) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """ID (empty where the resource is gone), state and inputs."""
        answer = self._call(
            "Read",
            provider_pb2.ReadRequest(
                id=resource_id,
                urn=urn(token),
                properties=wire(state or {}),
                inputs=wire(inputs or {}),
            ),
        )
        return answer.id, plain(answer.properties), plain(answer.inputs)

    def update(
        self,
        token: str,
        resource_id: str,
        state: dict[str, Any],
        inputs: dict[str, Any],
        *,
        preview: bool = False,
    ) -> dict[str, Any]:
        answer = self._call(
            "Update",
            provider_pb2.UpdateRequest(
                id=resource_id,
                urn=urn(token),
                olds=wire(state),
                news=wire(self.check(token, inputs)),
                preview=preview,
            ),
        )
        return plain(answer.properties)

    def delete(self, token: str, resource_id: str, state: dict[str, Any]) -> None:
        self._call(
            "Delete",
            provider_pb2.DeleteRequest(id=resource_id, urn=urn(token), properties=wire(state)),
        )

    def invoke(self, token: str, **arguments: Any) -> dict[str, Any]:
        answer = self._call("Invoke", provider_pb2.InvokeRequest(tok=token, args=wire(arguments)))
        assert not _failures(answer)
        return plain(getattr(answer, "return"))

    def schema(self) -> str:
        return str(self._call("GetSchema", provider_pb2.GetSchemaRequest()).schema)

    def _check(self, token: str, inputs: dict[str, Any], old: dict[str, Any]) -> Any:
        return self._call(
            "Check",
            provider_pb2.CheckRequest(
                urn=urn(token), olds=wire(old), news=wire(inputs), randomSeed=b"seed"
            ),
        )

    def _call(self, method: str, request: Any) -> Any:
        try:
            return getattr(self._stub, method)(request, timeout=60)
        except grpc.RpcError as error:
            raise RefusalError(error) from None


def urn(token: str) -> str:
    return f"urn:pulumi:dev::project::parent:index:Component${token}::thing"


def wire(values: dict[str, Any]) -> Any:
    return PropertyValue.marshal_map(map_to_wire(values))


def plain(values: Any) -> dict[str, Any]:
    return map_from_wire(PropertyValue.unmarshal_map(values))


def _failures(answer: Any) -> list[tuple[str, str]]:
    return [(failure.property, failure.reason) for failure in answer.failures]
