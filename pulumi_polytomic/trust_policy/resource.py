"""The trust policy of a role that exists, as a resource of this package's plugin."""

from typing import TYPE_CHECKING, Any, overload

import pulumi

from ..custom_resource.program_side import OwnResource
from .arguments import ARGUMENTS, RoleTrustPolicyArgs

if TYPE_CHECKING:
    from typing_extensions import Unpack


class RoleTrustPolicy(OwnResource):
    """Owns the trust policy of a role that somebody else made, or statements of it.

    With ``statements`` it leaves those of others untouched, and takes its own away when it is
    deleted. An edit of somebody else since the last run is never overwritten blindly. Needs AWS
    credentials where Pulumi runs: the standard chain, or the provider's configuration::

        RoleTrustPolicy(
            "trust",
            role_name="role-of-another-team",
            statements=connection.external_id.apply(statements_for_staging),
        )
    """

    token = "polytomic-databricks:index:RoleTrustPolicy"
    arguments = ARGUMENTS
    secret_outputs = ("trust_policy",)

    role_arn: pulumi.Output[str]
    """ARN of the role, as AWS gives it."""
    trust_policy: pulumi.Output[str]
    """The whole trust policy after the last write, as JSON. Secret."""

    @overload
    def __init__(
        self,
        resource_name: str,
        args: RoleTrustPolicyArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self,
        resource_name: str,
        *,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: "Unpack[RoleTrustPolicyArgs]",
    ) -> None: ...
    def __init__(
        self,
        resource_name: str,
        args: RoleTrustPolicyArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Any,
    ) -> None:
        """Makes the resource ``resource_name``.

        Raises:
            ArgumentError: arguments are given both in ``args`` and as keywords.
            DeploymentError: the plugin is not there and may not be put there.
        """
        super().__init__(resource_name, args, opts, arguments)
