"""Connections: ``/api/connections``."""

import uuid
from typing import Final

from sandbox.http import Call, Json, Route
from sandbox.polytomic import configuration as configurations
from sandbox.polytomic.access import fault_of
from sandbox.polytomic.connection_types import CONNECTION_TYPE, require_type
from sandbox.polytomic.errors import ApiError, bad_request, unprocessable
from sandbox.polytomic.state import ORGANIZATION_ID, USER_EMAIL, USER_ID, State, now

_PATH: Final = "/api/connections"


def create(state: State, call: Call) -> Json:
    """Make a connection; one that signs in with a role gets an external ID of its own.

    With an ``Idempotency-Key``, the same request again gives the same connection.
    """
    key = call.idempotency_key
    if not key:
        return _create(state, call.body)
    before = state.recall(call.operation, key, call.body)
    if before is not None:
        return before
    try:
        answer = _create(state, call.body)
    except BaseException:
        state.forget(call.operation, key)
        raise
    state.remember(call.operation, key, call.body, answer)
    return answer


def get(state: State, call: Call) -> Json:
    """One connection, its secrets masked."""
    with state.lock:
        return {"data": _shown(state.get(call.path["id"]))}


def list_all(state: State, _call: Call) -> Json:
    """All connections, oldest first."""
    with state.lock:
        return {"data": [_shown(item) for item in state.connections.values()]}


def update(state: State, call: Call) -> Json:
    """Replace name and configuration: what is left out is cleared, a masked secret is kept."""
    with state.lock:
        before = dict(state.get(call.path["id"]))
    changed = dict(before)
    changed["name"] = _name(call.body)
    if call.body.get("type", CONNECTION_TYPE) != CONNECTION_TYPE:
        raise unprocessable("type: cannot be changed", "type")
    changed["configuration"] = configurations.take(
        _object(call.body, "configuration"), before["configuration"]
    )
    _take_options(changed, call.body)
    _mint_external_id(changed)
    with state.lock:
        state.require_free(changed["name"], before["id"])
    _validate(state, call.body, changed)
    with state.lock:
        # Whoever changed it in the meantime is overwritten, as PUT does; a deleted one stays so.
        state.get(before["id"])
        state.require_free(changed["name"], before["id"])
        changed["updated_at"] = now()
        state.connections[before["id"]] = changed
        return {"data": _shown(changed)}


def delete(state: State, call: Call) -> None:
    """Delete a connection. No syncs live in the sandbox, so ``force`` changes nothing."""
    with state.lock:
        state.get(call.path["id"])
        del state.connections[call.path["id"]]


def test(state: State, call: Call) -> None:
    """Try a configuration, or a change to a saved one, and keep nothing."""
    require_type(call.body)
    given = _object(call.body, "configuration")
    connection_id = call.body.get("connection_id")
    external_id: str | None = None
    saved: Json | None = None
    if connection_id is not None:
        with state.lock:
            connection = state.get(str(connection_id))
        saved, external_id = connection["configuration"], connection["external_id"]
        given = {**saved, **given}
    fault = fault_of(state.aws_endpoint, configurations.take(given, saved), external_id)
    if fault:
        raise ApiError(400, "connection_test_failed", fault)


ROUTES: Final = (
    Route("POST", _PATH, "connections.create", create),
    Route("GET", _PATH, "connections.list", list_all),
    Route("POST", f"{_PATH}/test", "connections.test", test),
    Route("GET", f"{_PATH}/<id>", "connections.get", get),
    Route("PUT", f"{_PATH}/<id>", "connections.update", update),
    Route("DELETE", f"{_PATH}/<id>", "connections.delete", delete),
)


def _create(state: State, body: Json) -> Json:
    require_type(body)
    moment = now()
    connection: Json = {
        "id": str(uuid.uuid4()),
        "name": _name(body),
        "organization_id": ORGANIZATION_ID,
        "configuration": configurations.take(_object(body, "configuration")),
        "external_id": None,
        "policies": [],
        "healthcheck_interval": None,
        "status": "unverified",
        "status_error": None,
        "created_at": moment,
        "updated_at": moment,
    }
    if body.get("organization_id") not in (None, ORGANIZATION_ID):
        raise ApiError(403, "forbidden", "this key belongs to another organization")
    _take_options(connection, body)
    _mint_external_id(connection)
    with state.lock:
        state.require_free(connection["name"])
    _validate(state, body, connection)
    with state.lock:
        state.require_free(connection["name"])
        state.connections[connection["id"]] = connection
        return {"data": _shown(connection)}


def _mint_external_id(connection: Json) -> None:
    # Once minted it stays, also where the connection goes to access keys and back.
    if configurations.uses_role(connection["configuration"]) and not connection["external_id"]:
        connection["external_id"] = str(uuid.uuid4())


def _validate(state: State, body: Json, connection: Json) -> None:
    """Unless told not to, try the connection before it is saved. Raises ApiError."""
    validate = body.get("validate", True)
    if not isinstance(validate, bool):
        raise unprocessable("validate: expected boolean", "validate")
    connection["status"], connection["status_error"] = "unverified", None
    if validate:
        fault = fault_of(state.aws_endpoint, connection["configuration"], connection["external_id"])
        if fault:
            raise ApiError(422, "connection_test_failed", fault)
        connection["status"] = "healthy"


def _shown(connection: Json) -> Json:
    configuration = configurations.show(connection["configuration"])
    if configurations.uses_role(connection["configuration"]):
        configuration["external_id"] = connection["external_id"]
    actor = {"id": USER_ID, "name": USER_EMAIL, "type": "user"}
    shown = {key: value for key, value in connection.items() if key != "external_id"}
    return shown | {
        "configuration": configuration,
        "type": {"id": CONNECTION_TYPE, "name": "Databricks", "operations": ["read", "write"]},
        "created_by": actor,
        "updated_by": actor,
        "saved": True,
    }


def _take_options(connection: Json, body: Json) -> None:
    policies = body.get("policies")
    if policies is not None:
        if not isinstance(policies, list) or not all(isinstance(item, str) for item in policies):
            raise unprocessable("policies: expected a list of IDs", "policies")
        connection["policies"] = policies
    interval = body.get("healthcheck_interval")
    if interval is not None:
        if not isinstance(interval, str):
            raise unprocessable("healthcheck_interval: expected string", "healthcheck_interval")
        connection["healthcheck_interval"] = interval


def _name(body: Json) -> str:
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise unprocessable("name: is required", "name")
    return name


def _object(body: Json, key: str) -> Json:
    value = body.get(key)
    if not isinstance(value, dict):
        raise bad_request(f"{key}: expected an object")
    return value
