"""The trust policy of a role that exists, as a resource of this package's plugin."""

from typing import Final, TypedDict

import pulumi

from ..custom_resource.program_side import OwnResource

TOKEN: Final = "polytomic-databricks:index:RoleTrustPolicy"


class _RequiredArgs(TypedDict):
    role_name: pulumi.Input[str]
    """Name of the role. It must exist; another name makes another resource."""


class RoleTrustPolicyArgs(_RequiredArgs, total=False):
    """Arguments of ``RoleTrustPolicy``: either ``statements`` or ``policy``."""

    role_arn: pulumi.Input[str] | None
    """ARN of the role. Credentials of another account than its own are refused. Default: the role
    of that name in the account of the credentials that make this resource, which is kept from then
    on."""
    statements: pulumi.Input[str] | None
    """Statements to add and to keep, as a JSON list, each with a Sid of its own. Statements of
    other Sids are left alone."""
    policy: pulumi.Input[str] | None
    """The whole trust policy, as JSON. It may name the role itself as a principal."""
    policy_on_delete: pulumi.Input[str] | None
    """With ``policy``: the trust policy to leave behind, as JSON. Default: nothing is restored."""


class RoleTrustPolicy(OwnResource):
    """Owns the trust policy of a role that somebody else made, or statements of it.

    With ``statements`` it leaves those of others untouched, and takes its own away when it is
    deleted. An edit of somebody else since the last run is never overwritten blindly. Needs AWS
    credentials where Pulumi runs: the standard chain, or the provider's configuration.
    """

    role_arn: pulumi.Output[str]
    """ARN of the role, as AWS gives it."""
    trust_policy: pulumi.Output[str]
    """The whole trust policy after the last write, as JSON. Secret."""

    def __init__(
        self,
        resource_name: str,
        args: RoleTrustPolicyArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Makes the resource ``resource_name``.

        Raises:
            DeploymentError: the plugin is not there and may not be put there.
        """
        outputs = ("role_arn", "trust_policy")
        super().__init__(TOKEN, resource_name, args, opts, outputs=outputs)
