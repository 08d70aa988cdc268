"""``POST /validate-storage-credentials``: what a role may do on a URL, operation by operation."""

from typing import Final

from sandbox.access_test import RefusalError, Session
from sandbox.databricks import fields
from sandbox.databricks.errors import ApiError, denied, invalid, location_overlap
from sandbox.databricks.external_locations import overlapping
from sandbox.databricks.role_access import (
    describe_refusal,
    open_session,
    parse_url,
    try_location,
)
from sandbox.databricks.state import (
    ACCOUNT_ID,
    CREDENTIAL,
    LOCATION,
    METASTORE,
    METASTORE_ID,
    METASTORE_NAME,
    USER,
    State,
    owns,
)
from sandbox.databricks.storage_credentials import requested_role
from sandbox.http import Call, Json, Route

_OPERATIONS: Final = ("READ", "LIST", "WRITE", "DELETE", "PATH_EXISTS")


def validate(state: State, call: Call) -> Json:
    """``{isDir, results}``; a role that cannot be used fails every operation, with the reason."""
    with state.lock:
        role, url, read_only = _subject(state, call.body)
    try:
        session = open_session(state, role)
    except ApiError as error:
        return _answer(dict.fromkeys(_tried_operations(read_only), str(error)))
    return _answer(_messages(state, session, url, read_only))


ROUTES: Final = (
    Route(
        "POST",
        "/api/2.1/unity-catalog/validate-storage-credentials",
        "StorageCredentials.Validate",
        validate,
    ),
)


def _subject(state: State, body: Json) -> tuple[Json, str, bool]:
    """The role, the URL, and whether writing is left out. Raises ApiError."""
    name = fields.text(body, "storage_credential_name")
    # A role that belongs to no credential yet has no ID of its own: the account's stands in.
    role = requested_role(state, body, ACCOUNT_ID)
    if bool(name) == bool(role):
        raise invalid("Exactly one of storage_credential_name and aws_iam_role must be given.")
    read_only = fields.flag(body, "read_only") or False
    if name:
        credential = state.get_bound(CREDENTIAL, name)
        _require_validator(state, credential)
        role = dict(credential["aws_iam_role"])
        read_only = read_only or credential["read_only"]
    assert role is not None
    location_name = fields.text(body, "external_location_name")
    location = state.get_bound(LOCATION, location_name) if location_name else None
    url = fields.text(body, "url") or (location["url"] if location else None)
    if not url:
        raise invalid("Either url or external_location_name must be given.")
    parse_url(url)
    # Where both are given the URL is tried, and the location left out of those that overlap it.
    if names := overlapping(state, url, but=location["id"] if location else None):
        raise location_overlap(url, "ValidateStorageCredential", names)
    return role, url, read_only or bool(location and location["read_only"])


def _require_validator(state: State, credential: Json) -> None:
    """Raises ApiError for who is neither a metastore admin nor the owner, and lacks a privilege."""
    if state.settings.databricks_metastore_admin or owns(credential):
        return
    for kind, securable_id, name in (
        (METASTORE, METASTORE_ID, METASTORE_NAME),
        (CREDENTIAL, credential["id"], credential["name"]),
    ):
        granted = state.grants.get((kind, securable_id), {}).get(USER, set())
        if not granted & {"CREATE_EXTERNAL_LOCATION", "ALL_PRIVILEGES"}:
            raise denied(f"User does not have CREATE EXTERNAL LOCATION on {kind} '{name}'.")


def _tried_operations(read_only: bool) -> tuple[str, ...]:
    left_out = ("WRITE", "DELETE") if read_only else ()
    return tuple(operation for operation in _OPERATIONS if operation not in left_out)


def _messages(state: State, session: Session, url: str, read_only: bool) -> dict[str, str]:
    """Why an operation failed, of each that was tried; empty where it worked."""
    results = try_location(state, session, url, read_only=read_only)
    messages = {
        operation: describe_refusal(operation, url, refusal) if refusal else ""
        for operation, refusal in results.items()
    }
    return messages | {"PATH_EXISTS": _path_message(url, results)}


def _path_message(url: str, results: dict[str, RefusalError | None]) -> str:
    missing = next((item for item in results.values() if item and _is_missing(item)), None)
    return describe_refusal("PATH_EXISTS", url, missing) if missing else ""


def _is_missing(refusal: RefusalError) -> bool:
    return refusal.code == "NoSuchBucket"


def _answer(messages: dict[str, str]) -> Json:
    results = []
    for operation in _OPERATIONS:
        message = messages.get(operation)
        if message is None:
            results.append({"operation": operation, "result": "SKIP"})
        elif message:
            results.append({"operation": operation, "result": "FAIL", "message": message})
        else:
            results.append({"operation": operation, "result": "PASS"})
    return {"isDir": True, "results": results}
