"""Grants: ``/permissions``, ``/effective-permissions`` and their paginated successors."""

from typing import Final

from sandbox.databricks import fields
from sandbox.databricks.errors import invalid, missing
from sandbox.databricks.listing import paged
from sandbox.databricks.state import (
    CREDENTIAL,
    LOCATION,
    METASTORE,
    METASTORE_ID,
    METASTORE_NAME,
    State,
    require_owner,
)
from sandbox.http import Call, Json, Route

_ROOT: Final = "/api/2.1/unity-catalog"
_SECURABLE: Final = "<securable_type>/<name>"

_KINDS: Final = {
    "storage_credential": CREDENTIAL,
    "credential": CREDENTIAL,
    "external_location": LOCATION,
    "metastore": METASTORE,
}
_PRIVILEGES: Final = {
    CREDENTIAL: {
        "ALL_PRIVILEGES",
        "CREATE_EXTERNAL_LOCATION",
        "CREATE_EXTERNAL_TABLE",
        "MANAGE",
        "READ_FILES",
        "WRITE_FILES",
    },
    LOCATION: {
        "ALL_PRIVILEGES",
        "BROWSE",
        "CREATE_EXTERNAL_TABLE",
        "CREATE_EXTERNAL_VOLUME",
        "CREATE_FOREIGN_SECURABLE",
        "CREATE_MANAGED_STORAGE",
        "EXTERNAL_USE_LOCATION",
        "MANAGE",
        "READ_FILES",
        "WRITE_FILES",
    },
    METASTORE: {
        "CREATE_CATALOG",
        "CREATE_CLEAN_ROOM",
        "CREATE_CONNECTION",
        "CREATE_EXTERNAL_LOCATION",
        "CREATE_PROVIDER",
        "CREATE_RECIPIENT",
        "CREATE_SERVICE_CREDENTIAL",
        "CREATE_SHARE",
        "CREATE_STORAGE_CREDENTIAL",
        "MANAGE_ALLOWLIST",
        "SET_SHARE_PERMISSION",
        "USE_MARKETPLACE_ASSETS",
        "USE_PROVIDER",
        "USE_RECIPIENT",
        "USE_SHARE",
    },
}


def get(state: State, call: Call) -> Json:
    """``{privilege_assignments}`` of a securable; with ``principal``, only that one's."""
    return paged(_direct(state, call), "privilege_assignments", "principal", call, "max_results", 1)


def get_effective(state: State, call: Call) -> Json:
    """As ``get``; a privilege on the metastore is no privilege on what it holds."""
    return paged(
        _effective(state, call), "privilege_assignments", "principal", call, "max_results", 1
    )


def list_direct(state: State, call: Call) -> Json:
    """``get`` under its newer name, always in pages."""
    return paged(_direct(state, call), "privilege_assignments", "principal", call, "page_size", 1)


def list_effective(state: State, call: Call) -> Json:
    """``get_effective`` under its newer name, always in pages."""
    return paged(
        _effective(state, call),
        "effective_privilege_assignments",
        "principal",
        call,
        "page_size",
        1,
    )


def update(state: State, call: Call) -> Json:
    """Add and remove privileges, all or none."""
    changes = fields.objects(call.body, "changes")
    with state.lock:
        kind, securable_id = _securable(state, call)
        if kind != METASTORE:
            require_owner(kind, state.get(kind, call.path["name"]))
        wanted = [
            (
                fields.required_text(change, "principal"),
                _privileges(kind, change, "add"),
                _privileges(kind, change, "remove"),
            )
            for change in changes
        ]
        granted = state.grants.setdefault((kind, securable_id), {})
        for principal, added, removed in wanted:
            held = (granted.get(principal, set()) | added) - removed
            if held:
                granted[principal] = held
            else:
                granted.pop(principal, None)
        if fields.flag(call.body, "omit_permissions_in_response"):
            return {}
        return {"privilege_assignments": _assignments(granted)}


ROUTES: Final = (
    Route("GET", f"{_ROOT}/permissions/{_SECURABLE}", "Grants.Get", get),
    Route("PATCH", f"{_ROOT}/permissions/{_SECURABLE}", "Grants.Update", update),
    Route(
        "GET", f"{_ROOT}/effective-permissions/{_SECURABLE}", "Grants.GetEffective", get_effective
    ),
    Route("GET", f"{_ROOT}/privilege-assignments/{_SECURABLE}", "Grants.List", list_direct),
    Route(
        "GET",
        f"{_ROOT}/effective-privilege-assignments/{_SECURABLE}",
        "Grants.ListEffective",
        list_effective,
    ),
)


def _direct(state: State, call: Call) -> list[Json]:
    with state.lock:
        assignments = _assignments(state.grants.get(_securable(state, call), {}))
    principal = call.query.get("principal")
    return [item for item in assignments if principal in (None, item["principal"])]


def _effective(state: State, call: Call) -> list[Json]:
    return [
        item | {"privileges": [{"privilege": privilege} for privilege in item["privileges"]]}
        for item in _direct(state, call)
    ]


def _securable(state: State, call: Call) -> tuple[str, str]:
    """Its kind and ID. Raises ApiError."""
    type_name, name = call.path["securable_type"].lower(), call.path["name"]
    kind = _KINDS.get(type_name)
    if kind is None:
        raise missing(type_name.replace("_", " ").title(), name)
    if kind != METASTORE:
        return kind, str(state.get_bound(kind, name)["id"])
    if name not in (METASTORE_ID, METASTORE_NAME):
        raise missing(METASTORE, name)
    return kind, METASTORE_ID


def _privileges(kind: str, change: Json, key: str) -> set[str]:
    # Spaces and lower case are taken, and kept as the canonical word.
    privileges = {text.upper().replace(" ", "_") for text in fields.texts(change, key)}
    if unknown := sorted(privileges - _PRIVILEGES[kind]):
        raise invalid(
            f"Privilege {unknown[0]} is not applicable to this entity "
            f"[{kind.upper().replace(' ', '_')}]. If this seems unexpected, please check the "
            "privilege version of the metastore in use [1.0]."
        )
    return privileges


def _assignments(granted: dict[str, set[str]]) -> list[Json]:
    return [
        {"principal": principal, "privileges": sorted(held)}
        for principal, held in sorted(granted.items())
    ]
