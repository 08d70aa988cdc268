"""A Polytomic connection to Databricks, as a resource of this package's plugin."""

from typing import TYPE_CHECKING, Any, overload

import pulumi

from ..custom_resource.program_side import OwnResource
from .arguments import ARGUMENTS, DatabricksConnectionArgs

if TYPE_CHECKING:
    from typing_extensions import Unpack


class DatabricksConnection(OwnResource):
    """A Polytomic connection to Databricks that signs in to AWS with an IAM role.

    It is made untested, because its role needs the external ID that it returns. Needs the extra
    ``pulumi-polytomic[connection]``, and Polytomic's API key as ``POLYTOMIC_API_KEY`` or as the
    secret ``polytomic-databricks:polytomicApiKey`` of the stack's configuration::

        connection = DatabricksConnection(
            "connection",
            server_hostname="dbc-a1b2c3d4-e5f6.cloud.databricks.com",
            http_path="/sql/1.0/warehouses/1234567890abcdef",
            access_token=config.require_secret("databricksToken"),
            role_arn=role_arn, bucket_name="acme-staging", bucket_region="us-east-1",
        )
    """

    token = "polytomic-databricks:index:DatabricksConnection"
    arguments = ARGUMENTS
    secret_outputs = ("external_id",)

    external_id: pulumi.Output[str]
    """External ID that Polytomic sends when it assumes the role; for the role's trust policy.
    Secret."""
    connection_id: pulumi.Output[str]
    """ID of the connection in Polytomic."""
    name: pulumi.Output[str]
    """Name of the connection in Polytomic."""

    @overload
    def __init__(
        self,
        resource_name: str,
        args: DatabricksConnectionArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None: ...
    @overload
    def __init__(
        self,
        resource_name: str,
        *,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: "Unpack[DatabricksConnectionArgs]",
    ) -> None: ...
    def __init__(
        self,
        resource_name: str,
        args: DatabricksConnectionArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **arguments: Any,
    ) -> None:
        """Makes the connection ``resource_name``.

        Raises:
            ArgumentError: arguments are given both in ``args`` and as keywords.
            DeploymentError: the plugin is not there and may not be put there.
        """
        super().__init__(resource_name, args, opts, arguments)
