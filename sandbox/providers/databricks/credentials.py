"""databricks:index/storageCredential:StorageCredential, for AWS.

After catalog/resource_storage_credential.go of the Terraform provider: owner and isolation mode
are set by a second call, and a comment cannot be cleared, because an empty one is never sent.
"""

from collections.abc import Iterable
from typing import Any, Final

from sandbox.providers.databricks import securables
from sandbox.providers.databricks.failures import doing, is_gone
from sandbox.providers.errors import PartlyCreatedError, ProviderError
from sandbox.providers.resource import Property, ResourceType, State

_KIND: Final = "storage_credential"
_OTHER_CLOUD: Final = "the sandbox's workspace is on AWS: give 'awsIamRole'"


def _create(cloud: Any, inputs: State) -> str:
    securables.require_metastore(cloud, inputs.get("metastoreId"))
    with doing("create storage credential"):
        created = cloud.workspace.storage_credentials.create(
            inputs["name"],
            aws_iam_role=_role(inputs),
            comment=inputs.get("comment"),
            read_only=inputs.get("readOnly") or None,
            skip_validation=inputs.get("skipValidation") or None,
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
        with doing("read storage credential"):
            found = cloud.workspace.storage_credentials.get(resource_id).as_dict()
    except ProviderError as error:
        if is_gone(error):
            return None
        raise
    return outputs(found)


def outputs(found: dict[str, Any]) -> State:
    """The state of a credential from the API's JSON."""
    role = found.get("aws_iam_role") or {}
    return {
        "awsIamRole": {
            key: role[name] for key, name in _ROLE_FIELDS.items() if role.get(name) is not None
        }
        or None,
        "comment": found.get("comment") or None,
        "isolationMode": found.get("isolation_mode"),
        "metastoreId": found.get("metastore_id"),
        "name": found["name"],
        "owner": found.get("owner"),
        "readOnly": found.get("read_only", False),
        "storageCredentialId": found.get("id"),
    }


def _update(cloud: Any, resource_id: str, old: State, inputs: State) -> None:
    securables.require_metastore(cloud, inputs.get("metastoreId") or old.get("metastoreId"))
    owner = inputs.get("owner")
    new_owner = owner if owner and owner != old.get("owner") else None
    if new_owner:
        _send_owner(cloud, resource_id, new_owner)
    if not securables.changed_but_owner(STORAGE_CREDENTIAL, old, inputs):
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
    with doing("update storage credential"):
        cloud.workspace.storage_credentials.update(name, owner=owner)


def _send_update(
    cloud: Any, name: str, inputs: State, old: State | None, owner: str | None = None
) -> None:
    read_only = inputs.get("readOnly", False)
    unchanged = old is not None and read_only == old.get("readOnly", False)
    with doing("update storage credential"):
        cloud.workspace.storage_credentials.update(
            name,
            aws_iam_role=_role(inputs),
            comment=inputs.get("comment"),
            force=inputs.get("forceUpdate") or None,
            isolation_mode=securables.isolation_mode(inputs, old),
            owner=owner,
            # False is sent only where it is a change.
            read_only=(read_only or None) if old is None or unchanged else read_only,
            skip_validation=inputs.get("skipValidation") or None,
        )


def _delete(cloud: Any, resource_id: str, state: State) -> None:
    try:
        securables.require_metastore(cloud, state.get("metastoreId"))
        securables.bind_current_workspace(cloud, _KIND, resource_id, state.get("isolationMode"))
        with doing("delete storage credential"):
            cloud.workspace.storage_credentials.delete(
                resource_id, force=state.get("forceDestroy") or None
            )
    except ProviderError as error:
        if not is_gone(error):
            raise


def _role(inputs: State) -> Any:
    from databricks.sdk.service.catalog import AwsIamRoleRequest

    return AwsIamRoleRequest(role_arn=inputs["awsIamRole"]["roleArn"])


def _check(inputs: State) -> Iterable[tuple[str, str]]:
    if "awsIamRole" not in inputs:
        yield (
            "awsIamRole",
            "one of 'awsIamRole', 'azureManagedIdentity', 'azureServicePrincipal', "
            "'cloudflareApiToken', 'databricksGcpServiceAccount', 'gcpServiceAccountKey' must be "
            "specified; the sandbox takes 'awsIamRole'",
        )
    if inputs.get("api") == "account":
        yield "api", "'api' must be 'workspace': the sandbox has no account API"


_ROLE_FIELDS: Final = {
    "externalId": "external_id",
    "roleArn": "role_arn",
    "unityCatalogIamArn": "unity_catalog_iam_arn",
}

STORAGE_CREDENTIAL: Final = ResourceType(
    token="databricks:index/storageCredential:StorageCredential",
    properties={
        "api": Property(local=True, computed=True),
        "awsIamRole": Property(
            "object",
            fields={
                "roleArn": Property(required=True),
                "externalId": Property(computed=True),
                "unityCatalogIamArn": Property(computed=True),
            },
        ),
        "azureManagedIdentity": Property("object", refused=_OTHER_CLOUD),
        "azureServicePrincipal": Property("object", refused=_OTHER_CLOUD),
        "cloudflareApiToken": Property("object", refused=_OTHER_CLOUD),
        "databricksGcpServiceAccount": Property("object", refused=_OTHER_CLOUD),
        "gcpServiceAccountKey": Property("object", refused=_OTHER_CLOUD),
        "storageCredentialId": Property(output_only=True),
        **securables.COMMON,
    },
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    check=_check,
)
