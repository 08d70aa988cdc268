"""The Unity Catalog storage credential that reads the staging bucket with the role."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pulumi
import pulumi_databricks as databricks

from ..component.checking import CheckedInputs
from ..component.outputs import as_output
from ..errors import DeploymentError


class StagingCredential(NamedTuple):
    """What the rest of the chain needs to know of a storage credential."""

    name: pulumi.Output[str]
    external_id: pulumi.Output[str]
    """What Unity Catalog sends when it assumes the role; minted per credential, never chosen."""
    principal: pulumi.Output[str]
    """ARN with which Unity Catalog assumes the role."""
    resource: databricks.StorageCredential | None
    """None where it exists already."""


def staging_credential(
    component: pulumi.ComponentResource,
    resource_name: str,
    inputs: CheckedInputs,
    role_arn: pulumi.Input[str],
    default_name: str,
) -> StagingCredential | None:
    """Makes or looks up the storage credential of ``role_arn``; None where there is to be none.

    Raises:
        DeploymentError: the credential belongs to another role, or Databricks returned no external
            ID or no principal (raised when the credential resolves).
    """
    mode = inputs.plain("storage_credential")
    if mode == "none":
        return None
    name = inputs.get("storage_credential_name", default_name)
    if mode == "create":
        resource = databricks.StorageCredential(
            resource_name,
            name=name,
            aws_iam_role=databricks.StorageCredentialAwsIamRoleArgs(role_arn=role_arn),
            comment=inputs.get("storage_credential_comment"),
            owner=inputs.get("storage_credential_owner"),
            read_only=inputs.get("storage_credential_read_only"),
            isolation_mode=inputs.get("isolation_mode"),
            force_destroy=inputs.get("force_destroy"),
            # The role is made after its credential, because its trust policy needs the external ID.
            skip_validation=True,
            # A role that is replaced changes the ARN here; external locations must not block that.
            force_update=True,
            opts=pulumi.ResourceOptions(parent=component),
        )
        iam_role: pulumi.Output[Any] = resource.aws_iam_role
        name = resource.name
    else:
        resource = None
        found = databricks.get_storage_credential_output(
            name=name, opts=pulumi.InvokeOutputOptions(parent=component)
        )
        iam_role = pulumi.Output.all(
            name=name,
            role_arn=role_arn,
            found=found.apply(lambda result: result.storage_credential_info.aws_iam_role),
        ).apply(_of_this_role)
        name = as_output(name)
    return StagingCredential(
        name,
        iam_role.apply(lambda role: _answer(role, "external_id", resource_name)),
        iam_role.apply(lambda role: _answer(role, "unity_catalog_iam_arn", resource_name)),
        resource,
    )


def _of_this_role(values: Mapping[str, Any]) -> Any:
    iam_role, role_arn = values["found"], values["role_arn"]
    named = _attribute(iam_role, "role_arn")
    if named != role_arn:
        raise DeploymentError(
            f"storage_credential_name: storage credential '{values['name']}' "
            f"{f'names role {named}' if named else 'names no AWS IAM role'}, and the role made "
            f"here is {role_arn}. Point the credential to this role, or set role_name, role_path "
            "and account_id to those of the role that it names."
        )
    return iam_role


def _answer(iam_role: Any, attribute: str, resource_name: str) -> str:
    value = _attribute(iam_role, attribute)
    if not value:
        # A null in the trust policy would let Unity Catalog in with no external ID at all.
        raise DeploymentError(
            f"Databricks returned no {attribute} for the storage credential of {resource_name}. "
            "Without it the role's trust policy cannot be written. Check in Catalog Explorer that "
            "the credential is of type AWS IAM Role, then run pulumi refresh."
        )
    return str(value)


def _attribute(iam_role: Any, name: str) -> Any:
    value = getattr(iam_role, name, None)
    # Pulumi hands a nested output over as a plain mapping once Output.all has gathered it.
    return iam_role.get(name) if value is None and isinstance(iam_role, Mapping) else value
