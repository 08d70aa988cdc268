"""databricks:index/externalLocation:ExternalLocation, after resource_external_location.go."""

from typing import Any, Final

from sandbox.providers.databricks.securable_type import Securable, securable_type
from sandbox.providers.resource import Property, State

_NO_EVENTS: Final = "the sandbox has no file event queues and no server-side encryption settings"
_BOOLEANS: Final = {
    "readOnly": "read_only",
    "fallback": "fallback",
    "enableFileEvents": "enable_file_events",
}
_READ_ONLY: Final = {
    "browseOnly": "boolean",
    "createdAt": "integer",
    "createdBy": "string",
    "credentialId": "string",
    "effectiveEnableFileEvents": "boolean",
    "updatedAt": "integer",
    "updatedBy": "string",
}
_OUTPUTS: Final = {
    "browseOnly": "browse_only",
    "createdAt": "created_at",
    "createdBy": "created_by",
    "credentialId": "credential_id",
    "credentialName": "credential_name",
    "effectiveEnableFileEvents": "effective_enable_file_events",
    "isolationMode": "isolation_mode",
    "metastoreId": "metastore_id",
    "name": "name",
    "owner": "owner",
    "updatedAt": "updated_at",
    "updatedBy": "updated_by",
    "url": "url",
    **_BOOLEANS,
}


def _same_directory(old: Any, new: Any) -> bool:
    return str(old).rstrip("/") == str(new).rstrip("/")


def _create_fields(inputs: State) -> dict[str, Any]:
    return {
        "url": inputs["url"],
        "credential_name": inputs["credentialName"],
        **{name: inputs[key] for key, name in _BOOLEANS.items() if key in inputs},
    }


def _update_fields(inputs: State, old: State | None) -> dict[str, Any]:
    flags = {}
    for key, field in _BOOLEANS.items():
        wanted = inputs.get(key, False)
        # False is sent only where it is a change.
        if wanted or (old is not None and wanted != old.get(key, False)):
            flags[field] = wanted
    return {"url": inputs["url"], "credential_name": inputs["credentialName"], **flags}


def _outputs(found: dict[str, Any]) -> State:
    return {
        **{key: found.get(name) for key, name in _OUTPUTS.items()},
        "comment": found.get("comment") or None,
    }


EXTERNAL_LOCATION: Final = securable_type(
    Securable("external_location", _create_fields, _update_fields, _outputs),
    "databricks:index/externalLocation:ExternalLocation",
    {
        "credentialName": Property(required=True),
        "effectiveFileEventQueue": Property("object", refused=_NO_EVENTS),
        "enableFileEvents": Property("boolean"),
        "encryptionDetails": Property("object", refused=_NO_EVENTS),
        "fallback": Property("boolean"),
        "fileEventQueue": Property("object", refused=_NO_EVENTS),
        "url": Property(required=True, same=_same_directory),
        **{key: Property(kind, output_only=True) for key, kind in _READ_ONLY.items()},  # type: ignore[arg-type]
    },
)
