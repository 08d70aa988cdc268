"""The resource type of a storage credential or an external location: the calls, in their order.

The Terraform provider handles both alike: owner and isolation mode are set by a second call, and a
comment cannot be cleared, because an empty one is never sent.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.providers.databricks import securables
from sandbox.providers.databricks.failures import doing
from sandbox.providers.errors import PartlyCreatedError, ProviderError, none_if_gone
from sandbox.providers.resource import Property, ResourceType, State


@dataclass(frozen=True)
class Securable:
    """What the two have each for itself."""

    kind: str
    """As the API names it: ``storage_credential``."""
    create_fields: Callable[[State], dict[str, Any]]
    """Arguments of the SDK's create from the inputs, besides those that both have."""
    update_fields: Callable[[State, State | None], dict[str, Any]]
    """Likewise of its update, from the inputs and the old state; None right after a create."""
    outputs: Callable[[dict[str, Any]], State]
    """The state from the API's JSON."""

    @property
    def label(self) -> str:
        """As error messages name it."""
        return self.kind.replace("_", " ")

    def api(self, cloud: Any) -> Any:
        """Its part of the SDK."""
        return getattr(cloud.workspace, f"{self.kind}s")


def securable_type(
    own: Securable,
    token: str,
    properties: Mapping[str, Property],
    check: Callable[[State], Iterable[tuple[str, str]]] | None = None,
) -> ResourceType:
    """The resource type; ``properties`` come on top of those that both have."""

    def read(cloud: Any, resource_id: str, old: State) -> State | None:
        return _read(own, cloud, resource_id)

    def update(cloud: Any, resource_id: str, old: State, inputs: State) -> None:
        _update(own, resource, cloud, resource_id, old, inputs)

    resource = ResourceType(
        token=token,
        properties={**securables.COMMON, **properties},
        create=lambda cloud, inputs: _create(own, cloud, inputs),
        read=read,
        update=update,
        delete=lambda cloud, resource_id, state: _delete(own, cloud, resource_id, state),
        check=check,
    )
    return resource


def _create(own: Securable, cloud: Any, inputs: State) -> str:
    securables.require_metastore(cloud, inputs.get("metastoreId"))
    with doing(f"create {own.label}"):
        created = own.api(cloud).create(
            name=inputs["name"],
            comment=inputs.get("comment"),
            skip_validation=inputs.get("skipValidation") or None,
            **own.create_fields(inputs),
        )
    name = str(created.name)
    if not (inputs.get("owner") or inputs.get("isolationMode")):
        return name
    try:
        _send_update(own, cloud, name, inputs, None, owner=inputs.get("owner"))
        securables.bind_current_workspace(cloud, own.kind, name, inputs.get("isolationMode"))
    except ProviderError as error:
        raise PartlyCreatedError(name, str(error)) from error
    return name


@none_if_gone
def _read(own: Securable, cloud: Any, resource_id: str) -> State | None:
    with doing(f"read {own.label}"):
        found = own.api(cloud).get(resource_id).as_dict()
    return own.outputs(found)


def _update(
    own: Securable, resource: ResourceType, cloud: Any, name: str, old: State, inputs: State
) -> None:
    securables.require_metastore(cloud, inputs.get("metastoreId") or old.get("metastoreId"))
    owner = inputs.get("owner")
    new_owner = owner if owner and owner != old.get("owner") else None
    if new_owner:
        _send_owner(own, cloud, name, new_owner)
    if not securables.changed_but_owner(resource, old, inputs):
        return
    try:
        _send_update(own, cloud, name, inputs, old)
    except ProviderError:
        if new_owner and old.get("owner"):
            _send_owner(own, cloud, name, old["owner"])
        raise
    mode = inputs.get("isolationMode") or old.get("isolationMode")
    securables.bind_current_workspace(cloud, own.kind, name, mode)


def _send_owner(own: Securable, cloud: Any, name: str, owner: str) -> None:
    with doing(f"update {own.label}"):
        own.api(cloud).update(name, owner=owner)


def _send_update(
    own: Securable,
    cloud: Any,
    name: str,
    inputs: State,
    old: State | None,
    owner: str | None = None,
) -> None:
    with doing(f"update {own.label}"):
        own.api(cloud).update(
            name,
            comment=inputs.get("comment"),
            force=inputs.get("forceUpdate") or None,
            isolation_mode=securables.isolation_mode(inputs, old),
            owner=owner,
            skip_validation=inputs.get("skipValidation") or None,
            **own.update_fields(inputs, old),
        )


@none_if_gone
def _delete(own: Securable, cloud: Any, name: str, state: State) -> None:
    securables.require_metastore(cloud, state.get("metastoreId"))
    securables.bind_current_workspace(cloud, own.kind, name, state.get("isolationMode"))
    with doing(f"delete {own.label}"):
        own.api(cloud).delete(name, force=state.get("forceDestroy") or None)
