"""``DatabricksConnection`` against the sandbox's Polytomic, over HTTP."""

import threading
import time
from typing import Any
from unittest import mock

import pytest

from pulumi_polytomic.connection.lifecycle import DatabricksConnection
from pulumi_polytomic.custom_resource.plugin_side import ProviderError, Values
from pulumi_polytomic.custom_resource.settings import Settings
from pulumi_polytomic.custom_resource.wire import UNKNOWN
from sandbox.client import Sandbox

URN = "urn:pulumi:dev::p::polytomic-databricks:index:DatabricksConnection::conn"
RESOURCE = DatabricksConnection()
FAULTS: list[dict[str, Any]] = [
    {"action": "error", "status": 429, "code": "rate_limited"},
    {"action": "error", "status": 503},
    {"action": "drop"},
    {"action": "lose-answer"},
]


def inputs(**changes: Any) -> Values:
    values: Values = {
        "name": "Databricks",
        "port": 443,
        "serverHostname": "dbc-1.cloud.databricks.com",
        "httpPath": "/sql/1.0/warehouses/1",
        "accessToken": "dapi-secret",
        "roleArn": "arn:aws:iam::123456789012:role/staging",
        "storageCredentialName": "staging",
        "bucketName": "my-staging-bucket",
        "bucketPrefix": "polytomic/staging",
        "bucketRegion": "eu-west-1",
    }
    values.update(changes)
    return {name: value for name, value in values.items() if value is not None}


def connections(sandbox: Sandbox) -> list[Any]:
    return list(sandbox.polytomic().connections.list().data or [])


def test_it_is_made_as_the_guide_asks(sandbox: Sandbox, settings: Settings) -> None:
    made = RESOURCE.create(settings, URN, inputs())
    [connection] = connections(sandbox)
    configuration = dict(connection.configuration or {})
    external_id = configuration.pop("external_id")
    assert made.resource_id == made.state["connectionId"] == connection.id
    assert made.state["externalId"] == external_id
    expected = {
        "server_hostname": "dbc-1.cloud.databricks.com",
        "http_path": "/sql/1.0/warehouses/1",
        "port": 443,
        "databricks_auth_mode": "access_token",
        "access_token": "********",
        "cloud_provider": "aws",
        "auth_mode": "iam_role",
        "iam_role_arn": "arn:aws:iam::123456789012:role/staging",
        "storage_credential_name": "staging",
        "s3_bucket_name": "my-staging-bucket/polytomic/staging",
        "s3_bucket_region": "eu-west-1",
    }
    assert expected.items() <= configuration.items()


def test_a_service_principal_signs_in_by_oauth(sandbox: Sandbox, settings: Settings) -> None:
    principal = {"servicePrincipalId": "app", "servicePrincipalSecret": "s3cret"}
    RESOURCE.create(settings, URN, inputs(accessToken=None, **principal))
    [connection] = connections(sandbox)
    assert (connection.configuration or {})["databricks_auth_mode"] == "oauth_service_principal"


@pytest.mark.waits
@pytest.mark.parametrize(
    "fault", FAULTS, ids=lambda fault: str(fault.get("status", fault["action"]))
)
@pytest.mark.parametrize("operation", ["connections.create", "connections.get"])
def test_a_creation_that_failed_anywhere_is_taken_up_again(
    sandbox: Sandbox, settings: Settings, operation: str, fault: dict[str, Any]
) -> None:
    sandbox.fault(service="polytomic", operation=operation, **fault)
    with pytest.raises(ProviderError) as error:
        RESOURCE.create(settings, URN, inputs())
    assert "dapi-secret" not in str(error.value)
    sandbox.clear_faults()
    made = RESOURCE.create(settings, URN, inputs())
    assert [each.id for each in connections(sandbox)] == [made.resource_id]


@pytest.mark.waits
@pytest.mark.parametrize(
    "fault", FAULTS, ids=lambda fault: str(fault.get("status", fault["action"]))
)
@pytest.mark.parametrize(
    "skip_of", [("connections.get", 0), ("connections.update", 0), ("connections.get", 1)]
)
def test_an_update_that_failed_anywhere_is_taken_up_again(
    sandbox: Sandbox, settings: Settings, skip_of: tuple[str, int], fault: dict[str, Any]
) -> None:
    made = RESOURCE.create(settings, URN, inputs())
    operation, skip = skip_of
    sandbox.fault(service="polytomic", operation=operation, skip=skip, **fault)
    changed = inputs(name="Renamed", httpPath="/sql/1.0/warehouses/2")
    with pytest.raises(ProviderError):
        RESOURCE.update(settings, URN, made.resource_id, made.state, changed)
    sandbox.clear_faults()
    state = RESOURCE.update(settings, URN, made.resource_id, made.state, changed)
    [connection] = connections(sandbox)
    assert (connection.name, (connection.configuration or {})["http_path"]) == (
        "Renamed",
        "/sql/1.0/warehouses/2",
    )
    assert state["externalId"] == made.state["externalId"]


@pytest.mark.parametrize(
    "fault", FAULTS, ids=lambda fault: str(fault.get("status", fault["action"]))
)
def test_a_deletion_that_failed_is_taken_up_again(
    sandbox: Sandbox, settings: Settings, fault: dict[str, Any]
) -> None:
    made = RESOURCE.create(settings, URN, inputs())
    sandbox.fault(service="polytomic", operation="connections.delete", **fault)
    with pytest.raises(ProviderError):
        RESOURCE.delete(settings, made.resource_id, made.state)
    RESOURCE.delete(settings, made.resource_id, made.state)
    assert connections(sandbox) == []


@pytest.mark.waits
def test_a_call_that_is_throttled_is_made_again(sandbox: Sandbox, settings: Settings) -> None:
    headers = {"Retry-After": "0"}
    sandbox.fault(service="polytomic", operation="*", status=429, times=2, headers=headers)
    RESOURCE.create(settings._replace(max_retries=3), URN, inputs())
    assert len(connections(sandbox)) == 1


def test_the_same_inputs_make_a_new_one_after_a_deletion(
    sandbox: Sandbox, settings: Settings
) -> None:
    first = RESOURCE.create(settings, URN, inputs())
    RESOURCE.delete(settings, first.resource_id, first.state)
    second = RESOURCE.create(settings, URN, inputs())
    assert second.resource_id != first.resource_id
    assert [each.id for each in connections(sandbox)] == [second.resource_id]


def test_a_name_that_somebody_else_has_is_told_with_the_way_to_take_it_over(
    sandbox: Sandbox, settings: Settings
) -> None:
    RESOURCE.create(settings, URN.replace("dev", "prod"), inputs(httpPath="/other"))
    [other] = connections(sandbox)
    with pytest.raises(ProviderError, match=f"pulumi import .* {other.id}"):
        RESOURCE.create(settings, URN, inputs())
    assert len(connections(sandbox)) == 1


def test_a_masked_secret_is_no_drift(sandbox: Sandbox, settings: Settings) -> None:
    free = {"concurrent_queries": 4, "ssh_private_key": "-----KEY-----"}
    given = inputs(configuration=free)
    made = RESOURCE.create(settings, URN, given)
    found = RESOURCE.read(settings, made.resource_id, given, made.state)
    assert found is not None
    assert found.inputs == given
    assert RESOURCE.changed(found.state, given) == []


def test_drift_is_found_and_mended_and_what_others_set_is_kept(
    sandbox: Sandbox, settings: Settings
) -> None:
    given = inputs(configuration={"concurrent_queries": 4})
    made = RESOURCE.create(settings, URN, given)
    client = sandbox.polytomic().connections
    before = dict((client.get(made.resource_id).data or made).configuration or {})  # type: ignore[union-attr]
    changes = {"http_path": "/elsewhere", "concurrent_queries": 9, "log_file_retention_days": 7}
    client.update(
        made.resource_id,
        name="Databricks",
        type="databricks",
        configuration={**before, **changes},
        validate=False,
    )
    found = RESOURCE.read(settings, made.resource_id, given, made.state)
    assert found is not None
    assert RESOURCE.changed(found.state, given) == ["httpPath", "configuration"]
    RESOURCE.update(settings, URN, made.resource_id, found.state, given)
    [connection] = connections(sandbox)
    configuration = connection.configuration or {}
    assert configuration["http_path"] == "/sql/1.0/warehouses/1"
    assert configuration["concurrent_queries"] == 4
    assert configuration["log_file_retention_days"] == 7


def test_a_connection_that_went_over_to_access_keys_is_drift(
    sandbox: Sandbox, settings: Settings
) -> None:
    made = RESOURCE.create(settings, URN, inputs())
    client = sandbox.polytomic().connections
    before = dict((client.get(made.resource_id).data or made).configuration or {})  # type: ignore[union-attr]
    client.update(
        made.resource_id,
        name="Databricks",
        type="databricks",
        configuration={**before, "auth_mode": "access_key_and_secret"},
        validate=False,
    )
    found = RESOURCE.read(settings, made.resource_id, inputs(), made.state)
    assert found is not None
    assert "roleArn" in RESOURCE.changed(found.state, inputs())


def test_one_that_is_gone_is_told_to_the_engine_and_deleted_in_peace(
    sandbox: Sandbox, settings: Settings
) -> None:
    made = RESOURCE.create(settings, URN, inputs())
    sandbox.polytomic().connections.delete(made.resource_id)
    assert RESOURCE.read(settings, made.resource_id, inputs(), made.state) is None
    RESOURCE.delete(settings, made.resource_id, made.state)


def test_an_import_gives_inputs_that_change_nothing(sandbox: Sandbox, settings: Settings) -> None:
    made = RESOURCE.create(settings, URN, inputs())
    found = RESOURCE.read(settings, made.resource_id, {}, {})
    assert found is not None
    # Nobody but the user knows the secret.
    assert found.inputs == inputs(accessToken=None)
    assert found.state["externalId"] == made.state["externalId"]


def test_a_wrong_key_says_what_to_check(settings: Settings) -> None:
    with pytest.raises(ProviderError, match=r"HTTP 401.*API key"):
        RESOURCE.create(settings._replace(polytomic_api_key="wrong"), URN, inputs())


def test_no_key_says_how_to_give_one_before_anything_is_made(settings: Settings) -> None:
    without = settings._replace(polytomic_api_key=None)
    with pytest.raises(ProviderError, match="POLYTOMIC_API_KEY"):
        RESOURCE.create(without, URN, inputs())
    [fault] = RESOURCE.obstacles(without, inputs())
    assert "POLYTOMIC_API_KEY" in fault.problem
    assert RESOURCE.obstacles(settings, inputs()) == ()


def test_a_server_that_is_not_there_is_named(settings: Settings) -> None:
    away = settings._replace(polytomic_url="http://127.0.0.1:9")
    with pytest.raises(ProviderError, match=r"127\.0\.0\.1:9 could not be reached"):
        RESOURCE.create(away, URN, inputs())


def test_a_server_that_hangs_is_named_after_the_time_out(
    settings: Settings, sandbox: Sandbox
) -> None:
    sandbox.fault(service="polytomic", operation="connections.create", action="hang", times=0)
    start = time.monotonic()
    with pytest.raises(ProviderError, match=r"Polytomic at .* did not answer within 1 s to make"):
        RESOURCE.create(settings._replace(timeout_s=1), URN, inputs())
    assert time.monotonic() - start < 4
    sandbox.clear_faults()


def test_a_name_server_that_hangs_is_bounded_as_well(settings: Settings) -> None:
    answered = threading.Event()
    with (
        mock.patch("socket.getaddrinfo", lambda *_, **__: answered.wait() and []),
        pytest.raises(ProviderError, match="Polytomic did not answer within 2 s, asked to"),
    ):
        RESOURCE.create(settings._replace(timeout_s=1), URN, inputs())
    answered.set()


@pytest.mark.parametrize(
    ("changes", "argument"),
    [
        ({"serverHostname": "https://dbc-1.cloud.databricks.com/"}, "serverHostname"),
        ({"httpPath": "sql/1.0"}, "httpPath"),
        ({"port": 0}, "port"),
        ({"port": "443x"}, "port"),
        ({"accessToken": "********"}, "accessToken"),
        ({"accessToken": None}, "accessToken"),
        ({"servicePrincipalId": "app"}, "accessToken"),
        ({"accessToken": None, "servicePrincipalId": "app"}, "servicePrincipalSecret"),
        ({"roleArn": "arn:aws:iam::123456789012:user/me"}, "roleArn"),
        ({"roleArn": None}, "roleArn"),
        ({"bucketName": "Bad_Bucket"}, "bucketName"),
        ({"bucketPrefix": "/a//b*"}, "bucketPrefix"),
        ({"bucketRegion": "Frankfurt"}, "bucketRegion"),
        ({"policies": "p1"}, "policies"),
        ({"configuration": {"http_path": "/x"}}, "configuration.http_path"),
        ({"configuration": {"external_id": "x"}}, "configuration.external_id"),
        ({"configuration": {"ssh_private_key": "********"}}, "configuration.ssh_private_key"),
        ({"serverHostnam": "x"}, "serverHostnam"),
    ],
    ids=str,
)
def test_a_bad_argument_is_named(changes: dict[str, Any], argument: str) -> None:
    found = RESOURCE.check("conn", inputs(**changes))
    assert [fault.argument for fault in found] == [argument]
    assert all(fault.fix for fault in found)


def test_unknown_arguments_are_no_fault_and_defaults_are_filled_in() -> None:
    given = inputs(name=None, port=None, roleArn=UNKNOWN, accessToken=UNKNOWN)
    assert RESOURCE.check("conn", given) == []
    assert (given["name"], given["port"]) == ("conn", 443)


def test_a_preview_knows_what_stays() -> None:
    state = {**inputs(), "externalId": "id", "connectionId": "c"}
    planned = RESOURCE.planned(state, inputs(httpPath="/new"))
    assert (planned["externalId"], planned["httpPath"]) == ("id", "/new")
    assert RESOURCE.planned(None, inputs())["externalId"] is UNKNOWN
