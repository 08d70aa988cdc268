"""databricks:index/externalLocation:ExternalLocation, after resource_external_location.go."""

from typing import Any, Final

from sandbox.providers.databricks import securables
from sandbox.providers.databricks.failures import doing, is_gone
from sandbox.providers.errors import PartlyCreatedError, ProviderError
from sandbox.providers.resource import Property, ResourceType, State

_KIND: Final = "external_location"
_NO_EVENTS: Final = "the sandbox has no file event queues and no server-side encryption settings"
_BOOLEANS: Final = {
    "readOnly": "read_only",
    "fallback": "fallback",
    "enableFileEvents": "enable_file_events",
}


def _same_directory(old: Any, new: Any) -> bool:
    return str(old).rstrip("/") == str(new).rstrip("/")


def _create(cloud: Any, inputs: State) -> str:
    securables.require_metastore(cloud, inputs.get("metastoreId"))
    with doing("create external location"):
        created = cloud.workspace.external_locations.create(
            inputs["name"],
            inputs["url"],
            inputs["credentialName"],
            comment=inputs.get("comment"),
            skip_validation=inputs.get("skipValidation") or None,
            **{name: inputs[key] for key, name in _BOOLEANS.items() if key in inputs},
        )
    name = str(created.name)
    if not (inputs.get("owner") or inputs.get("isolationMode")):
        return name
    try:
        _send_update(cloud, name, inputs, None, owner=inputs.get("owner"))
        securables.bind_current_workspace(cloud, _KIND, name, inputs.get("isolationMode"))
    except ProviderError as error:
        raise PartlyCreatedError(name, str(error)) from error
    return name


def _read(cloud: Any, resource_id: str, old: State) -> State | None:
    try:
        with doing("read external location"):
            found = cloud.workspace.external_locations.get(resource_id).as_dict()
    except ProviderError as error:
        if is_gone(error):
            return None
        raise
    return {
        **{key: found.get(name) for key, name in _OUTPUTS.items()},
        "comment": found.get("comment") or None,
    }


def _update(cloud: Any, resource_id: str, old: State, inputs: State) -> None:
    securables.require_metastore(cloud, inputs.get("metastoreId") or old.get("metastoreId"))
    owner = inputs.get("owner")
    new_owner = owner if owner and owner != old.get("owner") else None
    if new_owner:
        _send_owner(cloud, resource_id, new_owner)
    if not securables.changed_but_owner(EXTERNAL_LOCATION, old, inputs):
        return
    try:
        _send_update(cloud, resource_id, inputs, old)
    except ProviderError:
        if new_owner and old.get("owner"):
            _send_owner(cloud, resource_id, old["owner"])
        raise
    mode = inputs.get("isolationMode") or old.get("isolationMode")
    securables.bind_current_workspace(cloud, _KIND, resource_id, mode)


def _send_owner(cloud: Any, name: str, owner: str) -> None:
    with doing("update external location"):
        cloud.workspace.external_locations.update(name, owner=owner)


def _send_update(
    cloud: Any, name: str, inputs: State, old: State | None, owner: str | None = None
) -> None:
    flags = {}
    for key, field in _BOOLEANS.items():
        wanted = inputs.get(key, False)
        # False is sent only where it is a change.
        if wanted or (old is not None and wanted != old.get(key, False)):
            flags[field] = wanted
    with doing("update external location"):
        cloud.workspace.external_locations.update(
            name,
            url=inputs["url"],
            credential_name=inputs["credentialName"],
            comment=inputs.get("comment"),
            force=inputs.get("forceUpdate") or None,
            isolation_mode=securables.isolation_mode(inputs, old),
            owner=owner,
            skip_validation=inputs.get("skipValidation") or None,
            **flags,
        )


def _delete(cloud: Any, resource_id: str, state: State) -> None:
    try:
        securables.require_metastore(cloud, state.get("metastoreId"))
        securables.bind_current_workspace(cloud, _KIND, resource_id, state.get("isolationMode"))
        with doing("delete external location"):
            cloud.workspace.external_locations.delete(
                resource_id, force=state.get("forceDestroy") or None
            )
    except ProviderError as error:
        if not is_gone(error):
            raise


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

EXTERNAL_LOCATION: Final = ResourceType(
    token="databricks:index/externalLocation:ExternalLocation",
    properties={
        **securables.COMMON,
        "credentialName": Property(required=True),
        "effectiveFileEventQueue": Property("object", refused=_NO_EVENTS),
        "enableFileEvents": Property("boolean"),
        "encryptionDetails": Property("object", refused=_NO_EVENTS),
        "fallback": Property("boolean"),
        "fileEventQueue": Property("object", refused=_NO_EVENTS),
        "url": Property(required=True, same=_same_directory),
        **{key: Property(kind, output_only=True) for key, kind in _READ_ONLY.items()},  # type: ignore[arg-type]
    },
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
)
