"""The proof that the staging role works, after all of it was made."""

import hashlib
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import pulumi
import pulumi_aws as aws

from ..component.checking import CheckedInputs
from ..custom_resource.lent_provider import LentProvider
from .connection import StagingConnection
from .credential import StagingCredential

if TYPE_CHECKING:
    CheckAccess: TypeAlias = bool | Literal["warn"]
else:
    # The SDK reads no unions when it makes the schema, which is told in provider/component_schema.
    CheckAccess = Any


class MadeAccess(NamedTuple):
    """What was made, and is to be proved."""

    role_arn: pulumi.Input[str]
    credential: StagingCredential | None
    connection: StagingConnection | None
    polytomic_external_ids: pulumi.Input[list[str]]
    trust_policy: pulumi.Output[str]
    policy: aws.iam.RolePolicy


def access_check(
    component: pulumi.ComponentResource,
    resource_name: str,
    inputs: CheckedInputs,
    made: MadeAccess,
    lent: LentProvider | None,
) -> pulumi.CustomResource | None:
    """Makes the check of ``made``; None where none is asked for.

    It runs again when the content of either policy changes, and so when an external ID does.
    """
    if not is_proved(inputs):
        return None
    # Here, because whoever wants no proof needs nothing of the plugin.
    from ..access_check.resource import StagingAccessCheck

    return StagingAccessCheck(
        resource_name,
        {
            "role_arn": made.role_arn,
            "bucket_name": inputs.get("bucket_name"),
            "bucket_prefix": inputs.get("bucket_prefix"),
            "kms_key_arn": inputs.get("kms_key_arn"),
            "polytomic_principal": inputs.get("polytomic_principal"),
            "polytomic_external_ids": made.polytomic_external_ids,
            "storage_credential_name": made.credential and made.credential.name,
            "connection_id": made.connection and made.connection.connection_id,
            "mode": "warn" if inputs.plain("check_access", True) == "warn" else "fail",
            "deadline": inputs.get("check_access_deadline"),
            "triggers": {
                "trustPolicy": _digest(made.trust_policy),
                "permissionsPolicy": _digest(made.policy.policy),
            },
        },
        opts=pulumi.ResourceOptions(
            parent=component, depends_on=[made.policy], provider=lent and lent.provider
        ),
    )


def is_proved(inputs: CheckedInputs) -> bool:
    """Whether a check is asked for."""
    return inputs.plain("check_access", True) is not False


def _digest(document: pulumi.Output[str]) -> pulumi.Output[str]:
    """Tells one content from another and nothing else, so it need not be secret."""
    return pulumi.Output.unsecret(
        document.apply(lambda text: hashlib.sha256(text.encode()).hexdigest())
    )
