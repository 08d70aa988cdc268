"""The trust policy of Polytomic's guide to the letter, with the role as its own principal.

AWS refuses it in the call that makes the role, because the role does not exist yet. The role is
made with the conditional form, and the guide's is written then.
"""

from collections.abc import Mapping
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from ..component.checking import CheckedInputs
from ..component.outputs import combined
from ..custom_resource.lent_provider import LentProvider
from ..trust_policy.resource import RoleTrustPolicy
from . import policies as documents

_PRINCIPAL: Final = "principal"


def role_options(inputs: CheckedInputs) -> pulumi.ResourceOptions:
    """Gives what the role must leave to the resource that writes the guide's trust policy."""
    if not is_guides(inputs):
        return pulumi.ResourceOptions()
    return pulumi.ResourceOptions(ignore_changes=["assumeRolePolicy"])


def guides_trust_policy(
    component: pulumi.ComponentResource,
    resource_name: str,
    inputs: CheckedInputs,
    role: aws.iam.Role,
    role_arn: pulumi.Input[str],
    lent: LentProvider | None,
    conditional: pulumi.Input[str],
    parts: Mapping[str, Any],
) -> RoleTrustPolicy | None:
    """Writes the guide's statement; None where it is not asked for, and the role's own stays."""
    if not is_guides(inputs):
        return None
    return RoleTrustPolicy(
        resource_name,
        {
            "role_name": role.name,
            "role_arn": role_arn,
            "policy": combined(documents.trust_policy, **parts, self_trust=_PRINCIPAL),
            # Where the other form is chosen later, the role has it already in its state.
            "policy_on_delete": conditional,
        },
        opts=pulumi.ResourceOptions(
            parent=component, depends_on=[role], provider=lent and lent.provider
        ),
    )


def is_guides(inputs: CheckedInputs) -> bool:
    """Whether the guide's form is asked for."""
    return bool(inputs.plain("self_trust") == _PRINCIPAL)
