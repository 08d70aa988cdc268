"""The proof that the staging role works, after all of it was made."""

import hashlib
from typing import NamedTuple

import pulumi
import pulumi_aws as aws

from ..access_check.resource import StagingAccessCheck
from ..component.checking import CheckedInputs
from ..custom_resource.lent_provider import LentProvider
from .connection import StagingConnection
from .credential import StagingCredential


class MadeAccess(NamedTuple):
    """What was made, and is to be proved."""

    role_arn: pulumi.Input[str]
    credential: StagingCredential | None
    connection: StagingConnection | None
    polytomic_external_ids: pulumi.Input[list[str]]
    trust_policy: pulumi.Output[str]
    policy: aws.iam.RolePolicy
    role_id: pulumi.Output[str]
    """Unique ID of the role; another one is another role, whatever its name."""


def access_check(
    component: pulumi.ComponentResource,
    resource_name: str,
    inputs: CheckedInputs,
    made: MadeAccess,
    lent: LentProvider | None,
) -> StagingAccessCheck | None:
    """Makes the check of ``made``; None where none is asked for.

    It runs again when the content of either policy changes, and so when an external ID does, and
    when the role was deleted and made again: AWS then trusts the old one where it trusted a role.
    """
    if not is_proved(inputs):
        return None
    return StagingAccessCheck(
        resource_name,
        {
            "role_arn": made.role_arn,
            "bucket_name": inputs.get("bucket_name"),
            "bucket_prefix": inputs.get("bucket_prefix"),
            "kms_key_arn": inputs.get("kms_key_arn"),
            "polytomic_principal": inputs.if_given("polytomic_principal"),
            "polytomic_external_ids": made.polytomic_external_ids,
            "storage_credential_name": made.credential and made.credential.name,
            "connection_id": made.connection and made.connection.connection_id,
            "mode": "warn" if inputs.plain("check_access") == "warn" else "fail",
            "deadline": inputs.get("check_access_deadline"),
            "triggers": {
                "trustPolicy": _digest(made.trust_policy),
                "permissionsPolicy": _digest(made.policy.policy),
                "role": made.role_id,
            },
        },
        opts=pulumi.ResourceOptions(
            parent=component, depends_on=[made.policy], provider=lent and lent.provider
        ),
    )


def is_proved(inputs: CheckedInputs) -> bool:
    """Whether a check is asked for."""
    return inputs.plain("check_access") is not False


def _digest(document: pulumi.Output[str]) -> pulumi.Output[str]:
    """Tells one content from another and nothing else, so it need not be secret."""
    return pulumi.Output.unsecret(
        document.apply(lambda text: hashlib.sha256(text.encode()).hexdigest())
    )
