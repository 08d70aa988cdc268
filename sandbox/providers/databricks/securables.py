"""What storage credentials and external locations have in common."""

from typing import Any, Final

from sandbox.providers.databricks.failures import doing
from sandbox.providers.diffing import diff
from sandbox.providers.errors import ProviderError
from sandbox.providers.resource import Property, ResourceType, State

ISOLATION_MODES: Final = ("ISOLATION_MODE_ISOLATED", "ISOLATION_MODE_OPEN")


def isolation_mode_fault(mode: str) -> str | None:
    """The API has these two only; asking it would come too late for a preview."""
    return None if mode in ISOLATION_MODES else f"must be one of {', '.join(ISOLATION_MODES)}"


def same_but_for_case(old: Any, new: Any) -> bool:
    """Unity Catalog stores names in lower case."""
    return str(old).lower() == str(new).lower()


def switched_on(old: Any, new: Any) -> bool:
    """Skipping the validation from now on is no change."""
    return old in (None, False) and new is True


COMMON: Final = {
    "comment": Property(),
    "forceDestroy": Property("boolean", local=True),
    "forceUpdate": Property("boolean", local=True),
    "isolationMode": Property(computed=True, fault=isolation_mode_fault),
    "metastoreId": Property(computed=True),
    "name": Property(computed=True, force_new=True, auto_name=255, same=same_but_for_case),
    "owner": Property(computed=True),
    "providerConfig": Property("object", refused="the sandbox has one workspace"),
    "readOnly": Property("boolean"),
    "skipValidation": Property("boolean", local=True, same=switched_on),
}
"""Properties of both."""


def require_metastore(cloud: Any, metastore_id: str | None) -> None:
    """A metastore that is named must be the workspace's own."""
    if not metastore_id:
        return
    with doing("read the current metastore"):
        current = cloud.workspace.metastores.current().metastore_id
    if current != metastore_id:
        raise ProviderError(
            "metastore_id must be empty or equal to the metastore id assigned to the workspace: "
            f"{current}. If the metastore assigned to the workspace has changed, the new metastore "
            "id must be explicitly set"
        )


def bind_current_workspace(cloud: Any, kind: str, name: str, isolation_mode: str | None) -> None:
    """An isolated securable can only be seen from workspaces that are bound to it."""
    if isolation_mode not in ("ISOLATED", "ISOLATION_MODE_ISOLATED"):
        return
    from databricks.sdk.service.catalog import WorkspaceBinding, WorkspaceBindingBindingType

    with doing(f"bind the workspace to {kind} {name}"):
        cloud.workspace.workspace_bindings.update_bindings(
            kind,
            name,
            add=[
                WorkspaceBinding(
                    binding_type=WorkspaceBindingBindingType.BINDING_TYPE_READ_WRITE,
                    workspace_id=cloud.workspace.metastores.current().workspace_id,
                )
            ],
        )


def isolation_mode(inputs: State, old: State | None = None) -> Any:
    """The SDK's enumeration value of what is asked for, else of what is; None for neither."""
    from databricks.sdk.service.catalog import IsolationMode

    mode = inputs.get("isolationMode") or (old or {}).get("isolationMode")
    return IsolationMode(mode) if mode else None


def changed_but_owner(resource: ResourceType, old: State, inputs: State) -> bool:
    """Whether anything but the owner differs.

    The owner has a call of its own: a metastore admin who does not own the securable may make
    that one only.
    """
    return any(name != "owner" for name in diff(resource, old, inputs).names)
