"""The access check, as a resource of this package's plugin."""

from typing import TYPE_CHECKING, Any, overload

import pulumi

from ..custom_resource.program_side import OwnResource
from .arguments import ARGUMENTS, StagingAccessCheckArgs

if TYPE_CHECKING:
    from typing_extensions import Unpack


class StagingAccessCheck(OwnResource):
    """Proves that a staging role works, and waits for AWS to spread it.

    Databricks validates the storage credential, Polytomic tests the connection; both write a file
    and delete it. Where AWS credentials allow it, the role's documents are judged as AWS stores
    them, so that what is wrong is said with statement and remedy. Runs again when an argument
    other than ``deadline`` changes. Needs credentials of Databricks and Polytomic where Pulumi
    runs, as its provider's configuration says::

        StagingAccessCheck(
            "check",
            role_arn=role.arn,
            bucket_name="acme-staging",
            storage_credential_name=credential.name,
        )
    """

    token = "polytomic-databricks:index:StagingAccessCheck"
    arguments = ARGUMENTS

    healthy: pulumi.Output[bool]
    """Whether the access worked; false only where ``mode`` is ``warn``."""

    @overload
    def __init__(
        self,
        resource_name: str,
        args: StagingAccessCheckArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self,
        resource_name: str,
        *,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: "Unpack[StagingAccessCheckArgs]",
    ) -> None: ...
    def __init__(
        self,
        resource_name: str,
        args: StagingAccessCheckArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Any,
    ) -> None:
        """Makes the check ``resource_name``.

        Raises:
            ArgumentError: arguments are given both in ``args`` and as keywords.
            DeploymentError: the plugin is not there and may not be put there.
        """
        super().__init__(resource_name, args, opts, arguments)
