"""The plugin over gRPC, as the engine talks to it."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from unittest import mock

import grpc  # type: ignore[import-untyped]
import grpc.aio  # type: ignore[import-untyped]
import pytest
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from pulumi_polytomic.custom_resource import wire
from pulumi_polytomic.custom_resource.progress import CANCELLED
from pulumi_polytomic.errors import ArgumentError, Fault
from pulumi_polytomic.naming import VERSION
from pulumi_polytomic.server.component_host import _spelt_for_others
from pulumi_polytomic.server.servicer import Servicer
from pulumi_polytomic.staging_access.arguments import ARGUMENTS
from sandbox.client import Sandbox

from ..connection.test_lifecycle import inputs as connection_inputs

URN = "urn:pulumi:dev::p::x:index:Parent$polytomic-databricks:index:DatabricksConnection::conn"
Call = Callable[[Any], Awaitable[Any]]


@pytest.fixture
def environment(sandbox: Sandbox) -> Iterator[None]:
    with mock.patch.dict("os.environ", sandbox.process_environment(), clear=True):
        yield


def talk(conversation: Call) -> Any:
    """Holds a conversation with a plugin that serves in this process."""

    async def run() -> Any:
        server = grpc.aio.server()
        servicer = Servicer("127.0.0.1:1")
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        try:
            async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
                return await conversation(provider_pb2_grpc.ResourceProviderStub(channel))
        finally:
            await server.stop(None)

    return asyncio.run(run())


def secret(value: Any) -> Any:
    return {rpc._special_sig_key: rpc._special_secret_sig, "value": value}


def struct(**values: Any) -> Struct:
    found = Struct()
    found.update(values)
    return found


def test_the_schema_is_the_one_in_the_repository() -> None:
    async def conversation(plugin: Any) -> Any:
        info = await plugin.GetPluginInfo(_empty())
        schema = await plugin.GetSchema(provider_pb2.GetSchemaRequest())
        return info.version, json.loads(schema.schema)

    version, schema = talk(conversation)
    assert version == schema["version"] == VERSION


def test_a_cancellation_ends_a_call_that_hangs(sandbox: Sandbox, environment: None) -> None:
    sandbox.fault(service="polytomic", operation="connections.create", action="hang", times=0)
    given = struct(**{**connection_inputs(), "accessToken": secret("dapi-secret")})

    async def conversation(plugin: Any) -> tuple[str, float]:
        creating = plugin.Create(provider_pb2.CreateRequest(urn=URN, properties=given))
        await asyncio.sleep(1)
        start = time.monotonic()
        await plugin.Cancel(_empty())
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await creating
        return str(error.value.details()), time.monotonic() - start

    try:
        said, seconds = talk(conversation)
    finally:
        CANCELLED.clear()
        sandbox.clear_faults()
    assert "cancelled" in said
    assert seconds < 2


def test_a_trigger_that_was_new_is_compared_from_the_next_run_on() -> None:
    check = "urn:pulumi:dev::p::polytomic-databricks:index:StagingAccessCheck::check"
    given = {"roleArn": "arn:aws:iam::123456789012:role/staging", "bucketName": "b"}
    old = struct(**given, healthy=True, triggers={"policy": "1"})

    def request(old_inputs: Struct, role: str) -> Any:
        news = struct(**given, triggers={"policy": "1", "role": role})
        return provider_pb2.DiffRequest(urn=check, olds=old, old_inputs=old_inputs, news=news)

    async def conversation(plugin: Any) -> tuple[Any, Any]:
        # A run that changed nothing keeps the outputs, and the inputs that it was given.
        first = await plugin.Diff(request(struct(**given, triggers={"policy": "1"}), "AROA1"))
        kept = struct(**given, triggers={"policy": "1", "role": "AROA1"})
        return first, await plugin.Diff(request(kept, "AROA2"))

    first, second = talk(conversation)
    assert first.changes == provider_pb2.DiffResponse.DIFF_NONE
    assert list(second.diffs) == ["triggers"]


def test_a_connection_lives_through_all_calls(sandbox: Sandbox, environment: None) -> None:
    given = struct(**{**connection_inputs(), "accessToken": secret("dapi-secret")})

    async def conversation(plugin: Any) -> None:
        await plugin.Configure(provider_pb2.ConfigureRequest(args=struct(maxRetries="0")))
        checked = await plugin.Check(provider_pb2.CheckRequest(urn=URN, news=given))
        assert not checked.failures
        planned = await plugin.Create(
            provider_pb2.CreateRequest(urn=URN, properties=checked.inputs, preview=True)
        )
        assert wire.read(planned.properties).values["externalId"] is wire.UNKNOWN
        made = await plugin.Create(provider_pb2.CreateRequest(urn=URN, properties=checked.inputs))
        state = wire.read(made.properties)
        assert "accessToken" in state.secrets
        assert state.values["accessToken"] == "dapi-secret"
        assert state.values["port"] == 443

        read = await plugin.Read(
            provider_pb2.ReadRequest(
                urn=URN, id=made.id, inputs=checked.inputs, properties=made.properties
            )
        )
        assert read.properties == made.properties
        same = await plugin.Diff(
            provider_pb2.DiffRequest(urn=URN, id=made.id, olds=made.properties, news=checked.inputs)
        )
        assert same.changes == provider_pb2.DiffResponse.DIFF_NONE

        changed = Struct()
        changed.CopyFrom(checked.inputs)
        changed.update({"httpPath": "/new", "organizationId": "other"})
        request = {"urn": URN, "id": made.id, "olds": made.properties, "news": changed}
        found = await plugin.Diff(provider_pb2.DiffRequest(**request))
        assert sorted(found.diffs) == ["httpPath", "organizationId"]
        assert list(found.replaces) == ["organizationId"]
        assert found.deleteBeforeReplace
        left = await plugin.Diff(
            provider_pb2.DiffRequest(**request, ignoreChanges=["organizationId"])
        )
        assert list(left.diffs) == ["httpPath"]
        changed.fields.pop("organizationId")
        preview = await plugin.Update(provider_pb2.UpdateRequest(**request, preview=True))
        assert wire.read(preview.properties).values["externalId"]
        updated = await plugin.Update(provider_pb2.UpdateRequest(**request))
        assert wire.read(updated.properties).values["httpPath"] == "/new"

        delete = provider_pb2.DeleteRequest(urn=URN, id=made.id, properties=updated.properties)
        await plugin.Delete(delete)
        gone = await plugin.Read(provider_pb2.ReadRequest(urn=URN, id=made.id))
        assert gone.id == ""
        await plugin.Cancel(_empty())

    talk(conversation)
    assert sandbox.polytomic().connections.list().data == []


def test_bad_inputs_and_bad_configuration_are_failures_that_show_no_value() -> None:
    async def conversation(plugin: Any) -> Any:
        check = provider_pb2.CheckRequest(urn=URN, news=struct(port="x"))
        config = struct(polytomicUrl="app.polytomic.com", timeout="0", maxRetry="1")
        return (
            await plugin.Check(check),
            await plugin.CheckConfig(provider_pb2.CheckRequest(news=config)),
            await plugin.DiffConfig(
                provider_pb2.DiffRequest(olds=struct(timeout="1"), news=struct(timeout="2"))
            ),
        )

    checked, config, diff = talk(conversation)
    # The engine prints the value of a property that it is told of.
    assert {each.property for each in (*checked.failures, *config.failures)} == {""}
    named = {each.reason.split(":")[0] for each in checked.failures}
    assert {"port", "serverHostname", "httpPath"} <= named
    named = {each.reason.split(":")[0] for each in config.failures}
    assert named == {"maxRetry", "polytomicUrl", "timeout"}
    assert (diff.changes, list(diff.diffs)) == (provider_pb2.DiffResponse.DIFF_SOME, ["timeout"])


def test_a_secret_setting_that_turned_out_to_be_none_is_left_out() -> None:
    config = struct(awsProfile="data", awsAccessKey=secret(None), timeout=None)

    async def conversation(plugin: Any) -> Any:
        return await plugin.CheckConfig(provider_pb2.CheckRequest(news=config))

    checked = talk(conversation)
    assert (list(checked.failures), dict(checked.inputs)) == ([], {"awsProfile": "data"})


def test_what_the_program_said_last_counts_where_an_earlier_state_lacks_it(
    environment: None,
) -> None:
    urn = "urn:pulumi:dev::p::polytomic-databricks:index:RoleTrustPolicy::trust"
    old = {"roleName": "staging", "statements": "[]"}
    request = provider_pb2.DeleteRequest(
        urn=urn,
        id="staging",
        properties=struct(**old),
        old_inputs=struct(**old, roleArn="arn:aws:iam::222222222222:role/staging"),
    )

    async def conversation(plugin: Any) -> None:
        await plugin.Delete(request)

    with pytest.raises(grpc.aio.AioRpcError, match="is in account 222222222222"):
        talk(conversation)


def test_an_error_reaches_the_user_as_it_is(environment: None) -> None:
    config = struct(polytomicApiKey=secret("wrong"))

    async def conversation(plugin: Any) -> None:
        await plugin.Configure(provider_pb2.ConfigureRequest(args=config))
        await plugin.Create(
            provider_pb2.CreateRequest(urn=URN, properties=struct(**connection_inputs()))
        )

    with pytest.raises(grpc.aio.AioRpcError) as error:
        talk(conversation)
    assert error.value.details().startswith("Polytomic could not make the connection 'Databricks'")
    assert "Traceback" not in error.value.details()


def test_a_connection_without_an_external_id_is_kept_in_the_state(
    sandbox: Sandbox, environment: None
) -> None:
    from pulumi_polytomic.connection.lifecycle import DatabricksConnection

    bare = {"name": "Databricks", "type": "databricks", "configuration": {}, "policies": []}

    async def conversation(plugin: Any) -> None:
        given = struct(**{**connection_inputs(), "accessToken": secret("dapi-secret")})
        await plugin.Create(provider_pb2.CreateRequest(urn=URN, properties=given))

    answer = mock.patch.object(DatabricksConnection, "_get", lambda *_: bare)
    with answer, pytest.raises(grpc.aio.AioRpcError, match="no external ID") as error:
        talk(conversation)
    status = status_pb2.Status()
    status.ParseFromString(dict(error.value.trailing_metadata())["grpc-status-details-bin"])
    kept = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(kept)
    state = wire.read(kept.properties)
    [connection] = sandbox.polytomic().connections.list().data or []
    assert (kept.id, state.values["connectionId"]) == (connection.id, connection.id)
    assert "accessToken" in state.secrets


def test_a_fault_of_ours_shows_no_value(
    environment: None, capsys: pytest.CaptureFixture[str]
) -> None:
    from pulumi_polytomic.connection.lifecycle import DatabricksConnection

    async def conversation(plugin: Any) -> None:
        await plugin.Delete(provider_pb2.DeleteRequest(urn=URN, id="c", properties=Struct()))

    broken = mock.patch.object(DatabricksConnection, "delete", side_effect=KeyError("dapi-secret"))
    with broken, pytest.raises(grpc.aio.AioRpcError) as error:
        talk(conversation)
    assert error.value.details() == "KeyError in the plugin"
    trace = capsys.readouterr().err
    assert "servicer.py" in trace and "dapi-secret" not in trace


def test_values_survive_the_wire() -> None:
    values = {"a": 1, "b": [True, None, "x"], "c": {"d": 1.5}, "e": wire.UNKNOWN, "f": "s"}
    there = wire.read(wire.write(values, {"f", "e"}))
    assert there.values == values
    assert there.secrets == {"f"}
    output = {rpc._special_sig_key: rpc._special_output_value_sig, "secret": True}
    unknown = wire.read(struct(x=output, y={"z": [secret("s")]}))
    assert unknown.values == {"x": wire.UNKNOWN, "y": {"z": ["s"]}}
    assert unknown.secrets == {"x", "y"}


def test_arguments_are_spelt_as_the_caller_does_and_no_external_id_is_shown() -> None:
    faults = [
        Fault("bucket_name", "is bad", "Set bucket_name."),
        Fault("polytomic_external_id", "is a placeholder", "Copy it."),
    ]
    error = _spelt_for_others(ArgumentError("DatabricksStagingAccess 'x'", faults), ARGUMENTS)
    assert error.errors == []
    assert "bucketName: is bad. Set bucketName." in error.message
    assert "polytomicExternalId: is a placeholder" in error.message


def _empty() -> Any:
    from google.protobuf import empty_pb2  # type: ignore[import-untyped]

    return empty_pb2.Empty()
