"""Storage credentials: ``/api/2.1/unity-catalog/storage-credentials``."""

import uuid
from typing import Final

from sandbox.databricks import fields
from sandbox.databricks.errors import in_use, invalid
from sandbox.databricks.listing import list_securables
from sandbox.databricks.role_access import (
    check_role_arn,
    open_session,
    require_access,
    unity_catalog_identity,
)
from sandbox.databricks.state import (
    CREDENTIAL,
    ISOLATED,
    OPEN,
    State,
    new_securable,
    not_supported,
    require_owner,
    touch,
)
from sandbox.http import Call, Json, Route

_PATH: Final = "/api/2.1/unity-catalog/storage-credentials"
_OTHER_CLOUDS: Final = (
    "azure_managed_identity",
    "azure_service_principal",
    "databricks_gcp_service_account",
    "cloudflare_api_token",
)


def create(state: State, call: Call) -> Json:
    """Make a credential with an external ID of its own."""
    name = fields.securable_name(call.body)
    comment = fields.text(call.body, "comment")
    read_only = fields.flag(call.body, "read_only") or False
    role = _new_role(state, call.body)
    if role is None:
        raise invalid("Missing cloud storage credential: aws_iam_role is required.")
    with state.lock:
        state.require_free(CREDENTIAL, name)
    if not fields.flag(call.body, "skip_validation"):
        open_session(state, role)
    credential = new_securable(
        name,
        comment=comment,
        read_only=read_only,
        used_for_managed_storage=False,
        aws_iam_role=role,
        full_name=name,
        securable_type="STORAGE_CREDENTIAL",
        securable_kind="STORAGE_CREDENTIAL_AWS_IAM",
    )
    with state.lock:
        state.require_free(CREDENTIAL, name)
        state.add(CREDENTIAL, credential)
        return dict(credential)


def get(state: State, call: Call) -> Json:
    """One credential that this workspace may use."""
    with state.lock:
        return dict(state.get_bound(CREDENTIAL, call.path["name"]))


def list_all(state: State, call: Call) -> Json:
    """The credentials that this workspace may use, by name."""
    return list_securables(state, CREDENTIAL, "storage_credentials", call)


def update(state: State, call: Call) -> Json:
    """Change a credential. A new name mints a new external ID; a new role does not."""
    changes = _changes(call.body)
    new_name = fields.new_name(call.body)
    role_arn = _role_arn(call.body)
    force = fields.flag(call.body, "force") or False
    with state.lock:
        credential = state.get_bound(CREDENTIAL, call.path["name"])
        if set(changes) - {"owner"} or role_arn or new_name:
            require_owner(CREDENTIAL, credential)
        if role_arn and not force:
            _require_no_dependents(state, credential, "; use force option to update anyway.")
        if new_name:
            state.require_free(CREDENTIAL, new_name, credential)
        role = dict(credential["aws_iam_role"])
        locations = state.locations_of(credential)
    if role_arn:
        role = _role(state, role_arn, role["external_id"])
        if not fields.flag(call.body, "skip_validation"):
            open_session(state, role)
            for location in [] if force else locations:
                require_access(state, role, location["url"], read_only=location["read_only"])
    with state.lock:
        credential = state.get_bound(CREDENTIAL, call.path["name"])
        if new_name and new_name != credential["name"]:
            state.require_free(CREDENTIAL, new_name, credential)
            _rename(state, credential, new_name)
            role["external_id"] = _new_external_id()
        credential.update(changes, aws_iam_role=role)
        touch(credential)
        return dict(credential)


def delete(state: State, call: Call) -> Json:
    """Delete a credential; with ``force`` also one that external locations use."""
    force = fields.query_flag(call.query, "force")
    with state.lock:
        credential = state.get_bound(CREDENTIAL, call.path["name"])
        require_owner(CREDENTIAL, credential)
        if not force:
            _require_no_dependents(
                state,
                credential,
                ". You may use force option to delete it but the managed storage data using this "
                "storage credential cannot be purged by Unity Catalog anymore.",
            )
        state.remove(CREDENTIAL, credential)
    return {}


ROUTES: Final = (
    Route("POST", _PATH, "StorageCredentials.Create", create),
    Route("GET", _PATH, "StorageCredentials.List", list_all),
    Route("GET", f"{_PATH}/<name>", "StorageCredentials.Get", get),
    Route("PATCH", f"{_PATH}/<name>", "StorageCredentials.Update", update),
    Route("DELETE", f"{_PATH}/<name>", "StorageCredentials.Delete", delete),
)


def requested_role(state: State, body: Json, external_id: str) -> Json | None:
    """The role that a request names, with an external ID; ``None`` where it names none."""
    role_arn = _role_arn(body)
    return _role(state, role_arn, external_id) if role_arn else None


def _new_role(state: State, body: Json) -> Json | None:
    return requested_role(state, body, _new_external_id())


def _role_arn(body: Json) -> str | None:
    for key in _OTHER_CLOUDS:
        if body.get(key) is not None:
            raise not_supported(key)
    role = fields.mapping(body, "aws_iam_role")
    return check_role_arn(fields.required_text(role, "role_arn")) if role is not None else None


def _role(state: State, role_arn: str, external_id: str) -> Json:
    return {
        "role_arn": role_arn,
        "unity_catalog_iam_arn": unity_catalog_identity(state, role_arn).arn,
        "external_id": external_id,
    }


def _new_external_id() -> str:
    return str(uuid.uuid4())


def _changes(body: Json) -> Json:
    changes = {
        "comment": fields.text(body, "comment"),
        "owner": fields.text(body, "owner") or None,
        "read_only": fields.flag(body, "read_only"),
        "isolation_mode": fields.choice(body, "isolation_mode", (OPEN, ISOLATED)),
    }
    return {key: value for key, value in changes.items() if value is not None}


def _require_no_dependents(state: State, credential: Json, remedy: str) -> None:
    if locations := state.locations_of(credential):
        raise in_use(
            f"Storage credential '{credential['name']}' has 0 directly dependent external table(s) "
            f"and {len(locations)} dependent storage location(s){remedy}"
        )


def _rename(state: State, credential: Json, new_name: str) -> None:
    for location in state.locations_of(credential):
        location["credential_name"] = new_name
    state.rename(CREDENTIAL, credential, new_name)
    credential["full_name"] = new_name
