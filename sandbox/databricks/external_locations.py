"""External locations: ``/api/2.1/unity-catalog/external-locations``."""

from typing import Any, Final

from sandbox.databricks import fields
from sandbox.databricks.errors import invalid, location_overlap
from sandbox.databricks.listing import list_securables
from sandbox.databricks.role_access import parse_url, require_access
from sandbox.databricks.state import (
    CREDENTIAL,
    ISOLATED,
    LOCATION,
    OPEN,
    State,
    new_securable,
    require_owner,
    touch,
)
from sandbox.http import Call, Json, Route

_PATH: Final = "/api/2.1/unity-catalog/external-locations"
_QUEUES: Final = ("managed_sqs", "provided_sqs")


def create(state: State, call: Call) -> Json:
    """Register a URL with the credential that opens it."""
    name = fields.securable_name(call.body)
    url = fields.required_text(call.body, "url")
    credential_name = fields.required_text(call.body, "credential_name")
    options = _options(call.body)
    options.setdefault("read_only", False)
    options.setdefault("fallback", False)
    role = _check_new(state, name, url, credential_name)
    if not fields.flag(call.body, "skip_validation"):
        require_access(state, role, url, read_only=options["read_only"])
    with state.lock:
        _check_new(state, name, url, credential_name)
        credential = state.get_bound(CREDENTIAL, credential_name)
        location = new_securable(
            name,
            url=url,
            credential_name=credential["name"],
            credential_id=credential["id"],
            full_name=name.lower(),
            securable_type="EXTERNAL_LOCATION",
            securable_kind="EXTERNAL_LOCATION_STANDARD",
            **options,
        )
        state.add(LOCATION, location)
        return _shown(location)


def get(state: State, call: Call) -> Json:
    """One location that this workspace may use."""
    with state.lock:
        return _shown(state.get_bound(LOCATION, call.path["name"]))


def list_all(state: State, call: Call) -> Json:
    """The locations that this workspace may use, by name."""
    answer = list_securables(state, LOCATION, "external_locations", call)
    if "external_locations" in answer:
        answer["external_locations"] = [_shown(item) for item in answer["external_locations"]]
    return answer


def update(state: State, call: Call) -> Json:
    """Change a location; another URL or credential is tried first."""
    changes = _options(call.body) | {
        "owner": fields.text(call.body, "owner") or None,
        "isolation_mode": fields.choice(call.body, "isolation_mode", (OPEN, ISOLATED)),
        "url": fields.text(call.body, "url") or None,
        "credential_name": fields.text(call.body, "credential_name") or None,
    }
    changes = {key: value for key, value in changes.items() if value is not None}
    new_name = fields.new_name(call.body)
    with state.lock:
        before = dict(_changeable(state, call.path["name"], changes, new_name))
        after = before | changes
        credential = state.get_bound(CREDENTIAL, after["credential_name"])
        role = dict(credential["aws_iam_role"])
        _check_url(state, after["url"], "UpdateExternalLocation", before["id"])
    tried_anew = {"url", "credential_name", "read_only"} & set(changes)
    if tried_anew and not fields.flag(call.body, "skip_validation"):
        require_access(state, role, after["url"], read_only=after["read_only"])
    with state.lock:
        location = _changeable(state, call.path["name"], changes, new_name)
        credential = state.get_bound(CREDENTIAL, after["credential_name"])
        _check_url(state, after["url"], "UpdateExternalLocation", location["id"])
        location.update(changes, credential_name=credential["name"], credential_id=credential["id"])
        if location.get("enable_file_events") is False:
            location.pop("file_event_queue", None)
        if new_name:
            state.rename(LOCATION, location, new_name)
            location["full_name"] = new_name.lower()
        touch(location)
        return _shown(location)


def delete(state: State, call: Call) -> Json:
    """Delete a location. No tables live in the sandbox, so ``force`` changes nothing."""
    fields.query_flag(call.query, "force")
    with state.lock:
        location = state.get_bound(LOCATION, call.path["name"])
        require_owner(LOCATION, location)
        state.remove(LOCATION, location)
    return {}


ROUTES: Final = (
    Route("POST", _PATH, "ExternalLocations.Create", create),
    Route("GET", _PATH, "ExternalLocations.List", list_all),
    Route("GET", f"{_PATH}/<name>", "ExternalLocations.Get", get),
    Route("PATCH", f"{_PATH}/<name>", "ExternalLocations.Update", update),
    Route("DELETE", f"{_PATH}/<name>", "ExternalLocations.Delete", delete),
)


def overlapping(state: State, url: str, but: str | None = None) -> list[str]:
    """Names of the locations at, above or below a URL; ``but`` is the ID of one to leave out."""
    return sorted(
        location["name"]
        for location in state.securables[LOCATION].values()
        if location["id"] != but and _overlap(url, location["url"])
    )


def _shown(location: Json) -> Json:
    # File events are on unless somebody turned them off: that is the "effective" value, while
    # enable_file_events stays as it was sent.
    return location | {"effective_enable_file_events": location.get("enable_file_events", True)}


def _options(body: Json) -> Json:
    options: dict[str, Any] = {
        "comment": fields.text(body, "comment"),
        "read_only": fields.flag(body, "read_only"),
        "fallback": fields.flag(body, "fallback"),
        "enable_file_events": fields.flag(body, "enable_file_events"),
        "encryption_details": fields.mapping(body, "encryption_details"),
        "file_event_queue": _file_event_queue(body),
    }
    if options["file_event_queue"] and options["enable_file_events"] is False:
        raise invalid("file_event_queue cannot be set where file events are disabled.")
    return {key: value for key, value in options.items() if value is not None}


def _file_event_queue(body: Json) -> Json | None:
    queue = fields.mapping(body, "file_event_queue")
    if queue is None:
        return None
    given = {key: value for key, value in queue.items() if value is not None}
    if len(given) != 1 or next(iter(given)) not in _QUEUES:
        raise invalid(f"file_event_queue takes exactly one of {', '.join(_QUEUES)} on AWS.")
    kind, details = next(iter(given.items()))
    if not isinstance(details, dict) or (kind == "provided_sqs" and not details.get("queue_url")):
        raise invalid("file_event_queue.provided_sqs needs a queue_url.")
    return given


def _check_new(state: State, name: str, url: str, credential_name: str) -> Json:
    """The credential's role. Raises ApiError where the location cannot be."""
    with state.lock:
        state.require_free(LOCATION, name)
        credential = state.get_bound(CREDENTIAL, credential_name)
        _check_url(state, url, "CreateExternalLocation")
        return dict(credential["aws_iam_role"])


def _changeable(state: State, name: str, changes: Json, new_name: str | None) -> Json:
    location = state.get_bound(LOCATION, name)
    if set(changes) - {"owner"} or new_name:
        require_owner(LOCATION, location)
    if new_name:
        state.require_free(LOCATION, new_name, location)
    return location


def _check_url(state: State, url: str, operation: str, but: str | None = None) -> None:
    parse_url(url)
    if names := overlapping(state, url, but):
        raise location_overlap(url, operation, names)


def _overlap(one: str, other: str) -> bool:
    first, second = (f"{url.rstrip('/')}/" for url in (one, other))
    return first.startswith(second) or second.startswith(first)
