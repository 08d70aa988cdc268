"""The proof that the staging role works, after all of it was made."""

import hashlib

import pulumi
import pulumi_aws as aws

from .checking import CheckedInputs
from .connection import StagingConnection
from .credential import StagingCredential


def access_check(
    component: pulumi.ComponentResource,
    resource_name: str,
    inputs: CheckedInputs,
    role_arn: pulumi.Input[str],
    credential: StagingCredential | None,
    connection: StagingConnection | None,
    trust_policy: pulumi.Output[str],
    policy: aws.iam.RolePolicy,
) -> pulumi.CustomResource | None:
    """Makes the check of ``role_arn``; None where none is asked for.

    It runs again when the content of either policy changes, and so when an external ID does.
    """
    mode = inputs.plain("check_access", "no")
    if mode == "no":
        return None
    # Here, because whoever wants no proof needs nothing of the plugin.
    from .access_check import StagingAccessCheck

    return StagingAccessCheck(
        resource_name,
        {
            "role_arn": role_arn,
            "bucket_name": inputs.get("bucket_name"),
            "bucket_prefix": inputs.get("bucket_prefix"),
            "kms_key_arn": inputs.get("kms_key_arn"),
            "polytomic_principal": inputs.get("polytomic_principal"),
            "storage_credential_name": credential and credential.name,
            "connection_id": connection and connection.connection_id,
            "mode": mode,
            "triggers": {
                "trustPolicy": _digest(trust_policy),
                "permissionsPolicy": _digest(policy.policy),
            },
        },
        opts=pulumi.ResourceOptions(parent=component, depends_on=[policy]),
    )


def _digest(document: pulumi.Output[str]) -> pulumi.Output[str]:
    """Tells one content from another and nothing else, so it need not be secret."""
    return pulumi.Output.unsecret(
        document.apply(lambda text: hashlib.sha256(text.encode()).hexdigest())
    )
