"""databricks:index/storageCredential:StorageCredential, for AWS.

After catalog/resource_storage_credential.go of the Terraform provider.
"""

from collections.abc import Iterable
from typing import Any, Final

from sandbox.providers.databricks.securable_type import Securable, securable_type
from sandbox.providers.resource import Property, State

_OTHER_CLOUD: Final = "the sandbox's workspace is on AWS: give 'awsIamRole'"
_ROLE_FIELDS: Final = {
    "externalId": "external_id",
    "roleArn": "role_arn",
    "unityCatalogIamArn": "unity_catalog_iam_arn",
}


def _create_fields(inputs: State) -> dict[str, Any]:
    return {"aws_iam_role": _role(inputs), "read_only": inputs.get("readOnly") or None}


def _update_fields(inputs: State, old: State | None) -> dict[str, Any]:
    read_only = inputs.get("readOnly", False)
    unchanged = old is not None and read_only == old.get("readOnly", False)
    return {
        "aws_iam_role": _role(inputs),
        # False is sent only where it is a change.
        "read_only": (read_only or None) if old is None or unchanged else read_only,
    }


def _role(inputs: State) -> Any:
    from databricks.sdk.service.catalog import AwsIamRoleRequest

    return AwsIamRoleRequest(role_arn=inputs["awsIamRole"]["roleArn"])


def _outputs(found: dict[str, Any]) -> State:
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


STORAGE_CREDENTIAL: Final = securable_type(
    Securable("storage_credential", _create_fields, _update_fields, _outputs),
    "databricks:index/storageCredential:StorageCredential",
    {
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
    },
    _check,
)
