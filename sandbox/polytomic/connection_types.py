"""Connection types, and who calls: ``/api/connection_types`` and ``/api/me``."""

from typing import Final

from sandbox.http import Call, Json, Route
from sandbox.polytomic.errors import not_found, unprocessable
from sandbox.polytomic.schema import json_schema
from sandbox.polytomic.state import (
    ORGANIZATION_ID,
    ORGANIZATION_NAME,
    USER_EMAIL,
    USER_ID,
    State,
)

CONNECTION_TYPE: Final = "databricks"


def require_type(body: Json) -> None:
    """Raises ApiError for a type that the sandbox does not have."""
    kind = body.get("type")
    if not isinstance(kind, str) or not kind:
        raise unprocessable("type: is required", "type")
    if kind != CONNECTION_TYPE:
        raise unprocessable(f"type: there is no connection type {kind!r}", "type")


def list_types(_state: State, _call: Call) -> Json:
    """The only type."""
    capabilities = {
        "source": True,
        "destination": True,
        "enrichment": False,
        "logging": False,
        "orchestration": False,
    }
    return {
        "data": [
            {
                "id": CONNECTION_TYPE,
                "name": "Databricks",
                "use_oauth": False,
                "capabilities": capabilities,
                "configurationForm": {"jsonschema": json_schema()},
            }
        ]
    }


def get_type_schema(_state: State, call: Call) -> Json:
    """The JSON schema of a type's configuration; this answer has no envelope."""
    if call.path["id"] != CONNECTION_TYPE:
        raise not_found("connection type")
    return json_schema()


def get_identity(_state: State, _call: Call) -> Json:
    """The user of the key."""
    return {
        "data": {
            "id": USER_ID,
            "email": USER_EMAIL,
            "role": "admin",
            "is_user": True,
            "is_organization": False,
            "is_partner": False,
            "is_system": False,
            "organization_id": ORGANIZATION_ID,
            "organization_name": ORGANIZATION_NAME,
        }
    }


ROUTES: Final = (
    Route("GET", "/api/connection_types", "connections.types", list_types),
    Route("GET", "/api/connection_types/<id>", "connections.type_schema", get_type_schema),
    Route("GET", "/api/me", "identity.get", get_identity),
)
