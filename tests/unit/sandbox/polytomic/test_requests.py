"""How Polytomic meets a request before it looks at it, and what it tells about itself."""

import pytest
from polytomic import Polytomic
from polytomic.core.api_error import ApiError
from polytomic.errors import UnauthorizedError

from tests.unit.sandbox.polytomic.support import CONFIGURATION, make
from tests.unit.sandbox.world import World


@pytest.mark.parametrize("token", [None, "another-key"])
def test_a_request_without_the_key_is_refused(world: World, token: str | None) -> None:
    answer = world.polytomic_call("GET", "/api/connections", token)
    assert (answer.status_code, answer.json()["key"]) == (401, "unauthorized")


def test_the_sdk_understands_the_refusal(world: World) -> None:
    with pytest.raises(UnauthorizedError) as caught:
        Polytomic(base_url=world.polytomic_url, token="another-key").identity.get()
    assert caught.value.body.message == "invalid or missing API key"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/nothing"), ("DELETE", "/api/connections"), ("GET", "/")]
)
def test_an_unknown_endpoint_is_not_found(world: World, method: str, path: str) -> None:
    assert world.polytomic_call(method, path).status_code == 404


@pytest.mark.parametrize("body", ["{", "[]", "\xff"])
def test_a_malformed_body_is_refused(world: World, body: str) -> None:
    answer = world.polytomic_call("POST", "/api/connections", data=body.encode("latin-1"))
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"type": "databricks", "configuration": CONFIGURATION}, "name"),
        ({"name": " ", "type": "databricks", "configuration": CONFIGURATION}, "name"),
        ({"name": "a", "configuration": CONFIGURATION}, "type"),
        ({"name": "a", "type": "postgresql", "configuration": {}}, "type"),
        ({"name": "a", "type": "databricks", "configuration": CONFIGURATION, "policies": 1}, "pol"),
        ({"name": "a", "type": "databricks", "configuration": CONFIGURATION, "validate": 1}, "val"),
        (
            {
                "name": "a",
                "type": "databricks",
                "configuration": CONFIGURATION,
                "healthcheck_interval": 5,
            },
            "healthcheck",
        ),
    ],
)
def test_a_value_that_cannot_be_is_refused(
    world: World, body: dict[str, object], field: str
) -> None:
    answer = world.polytomic_call("POST", "/api/connections", json=body)
    assert answer.status_code == 422
    assert answer.json()["metadata"]["field"].startswith(field)


@pytest.mark.parametrize("body", [{}, {"configuration": "text"}, {"configuration": None}])
def test_a_connection_without_configuration_is_refused(
    world: World, body: dict[str, object]
) -> None:
    answer = world.polytomic_call(
        "POST", "/api/connections", json={"name": "a", "type": "databricks"} | body
    )
    assert answer.status_code == 400


def test_another_organization_is_refused(world: World) -> None:
    body = {
        "name": "a",
        "type": "databricks",
        "configuration": CONFIGURATION,
        "organization_id": "b5a1f1d2-0000-4000-8000-000000000000",
    }
    assert world.polytomic_call("POST", "/api/connections", json=body).status_code == 403


def test_a_denied_key_is_refused(world: World, client: Polytomic) -> None:
    world.settings.patch({"denied_actions": ["polytomic:connections.c*"]})
    with pytest.raises(ApiError) as caught:
        make(client)
    assert caught.value.status_code == 403
    assert client.connections.list().data == []


def test_the_client_repeats_when_throttled(world: World, client: Polytomic) -> None:
    world.fault(
        service="polytomic",
        operation="identity.get",
        status=429,
        code="too_many_requests",
        headers={"Retry-After": "0"},
    )
    client.identity.get()
    assert [call["status"] for call in world.book.calls()] == [429, 200]


def test_it_knows_the_caller_and_the_type(client: Polytomic) -> None:
    identity = client.identity.get().data
    assert identity and identity.email == "administrator@example.com" and identity.is_user
    (kind,) = client.connections.get_types().data or []
    assert (kind.id, kind.capabilities.destination) == ("databricks", True)
    schema = client.connections.get_connection_type_schema("databricks")
    assert schema.required == ["databricks_auth_mode", "server_hostname", "port", "http_path"]
    with pytest.raises(ApiError):
        client.connections.get_connection_type_schema("postgresql")
