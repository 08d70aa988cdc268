"""Workspace bindings: which workspaces may use an isolated securable."""

from typing import Final

from sandbox.databricks import fields
from sandbox.databricks.errors import invalid, missing
from sandbox.databricks.listing import paged
from sandbox.databricks.state import CREDENTIAL, LOCATION, State, require_owner
from sandbox.http import Call, Json, Route

_PATH: Final = "/api/2.1/unity-catalog/bindings/<securable_type>/<name>"
_CATALOGS: Final = "/api/2.1/unity-catalog/workspace-bindings/catalogs/<name>"
_READ_WRITE: Final = "BINDING_TYPE_READ_WRITE"
_KINDS: Final = {
    "storage_credential": CREDENTIAL,
    "credential": CREDENTIAL,
    "external_location": LOCATION,
}


def get(state: State, call: Call) -> Json:
    """``{bindings}`` of a credential or an external location, by workspace."""
    with state.lock:
        kind, securable = _securable(state, call)
        bindings = _bindings(state, kind, securable)
    # Workspace IDs are numbers; pages go by their text.
    items = [item | {"_key": f"{item['workspace_id']:020}"} for item in bindings]
    answer = paged(items, "bindings", "_key", call, "max_results")
    for item in answer.get("bindings", []):
        del item["_key"]
    return answer


def update(state: State, call: Call) -> Json:
    """Add and remove workspaces, all or none."""
    added = _workspaces(call.body, "add")
    removed = _workspaces(call.body, "remove")
    with state.lock:
        kind, securable = _securable(state, call)
        require_owner(kind, securable)
        key = (kind, securable["id"])
        state.bindings[key] = (state.bindings.get(key, set()) | added) - removed
        return {"bindings": _bindings(state, kind, securable)}


def refuse_catalog(_state: State, call: Call) -> Json:
    """The older endpoint knows catalogs only, and the sandbox has none."""
    raise missing("Catalog", call.path["name"])


ROUTES: Final = (
    Route("GET", _PATH, "WorkspaceBindings.Get", get),
    Route("PATCH", _PATH, "WorkspaceBindings.Update", update),
    Route("GET", _CATALOGS, "WorkspaceBindings.GetCatalog", refuse_catalog),
    Route("PATCH", _CATALOGS, "WorkspaceBindings.UpdateCatalog", refuse_catalog),
)


def _securable(state: State, call: Call) -> tuple[str, Json]:
    """Its kind, and itself even where this workspace is not bound to it. Raises ApiError."""
    type_name = call.path["securable_type"].lower().replace("-", "_")
    if type_name == "catalog":
        raise missing("Catalog", call.path["name"])
    if type_name not in _KINDS:
        raise invalid(f"Invalid securable type '{call.path['securable_type']}'.")
    kind = _KINDS[type_name]
    return kind, state.get(kind, call.path["name"])


def _bindings(state: State, kind: str, securable: Json) -> list[Json]:
    workspaces = sorted(state.bindings.get((kind, securable["id"]), set()))
    return [{"workspace_id": item, "binding_type": _READ_WRITE} for item in workspaces]


def _workspaces(body: Json, key: str) -> set[int]:
    workspaces = set()
    for binding in fields.objects(body, key):
        workspace_id = binding.get("workspace_id")
        if isinstance(workspace_id, bool) or not isinstance(workspace_id, int):
            raise invalid("Invalid value for field 'workspace_id': expected an integer.")
        if binding.get("binding_type") not in (None, _READ_WRITE):
            raise invalid(f"Only {_READ_WRITE} is supported for this securable type.")
        workspaces.add(workspace_id)
    return workspaces
