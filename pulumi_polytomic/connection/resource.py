"""A Polytomic connection to Databricks, as a resource of this package's plugin."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypedDict

import pulumi

from ..custom_resource.program_side import OwnResource

TOKEN: Final = "polytomic-databricks:index:DatabricksConnection"


class _RequiredArgs(TypedDict):
    server_hostname: pulumi.Input[str]
    """Host of the Databricks workspace, without ``https://``."""
    http_path: pulumi.Input[str]
    """HTTP path of the SQL warehouse, such as ``/sql/1.0/warehouses/1234567890abcdef``."""
    role_arn: pulumi.Input[str]
    """ARN of the IAM role with which Polytomic reaches the bucket. It need not exist yet."""
    bucket_name: pulumi.Input[str]
    """Name of the S3 bucket in which Polytomic stages files."""
    bucket_region: pulumi.Input[str]
    """AWS region of the bucket."""


class DatabricksConnectionArgs(_RequiredArgs, total=False):
    """Arguments of ``DatabricksConnection``; one that is absent or None takes its default."""

    name: pulumi.Input[str] | None
    """Name in Polytomic, unique in the organization. Default: the resource's name."""
    port: pulumi.Input[int] | None
    """Port of the workspace. Default: 443."""
    access_token: pulumi.Input[str] | None
    """Databricks token with which Polytomic runs SQL; this, or a service principal. Secret."""
    service_principal_id: pulumi.Input[str] | None
    """Application ID of the Databricks service principal with which Polytomic runs SQL."""
    service_principal_secret: pulumi.Input[str] | None
    """OAuth secret of the service principal. Secret."""
    storage_credential_name: pulumi.Input[str] | None
    """Name of the storage credential with which Databricks reads the bucket. Default: none."""
    bucket_prefix: pulumi.Input[str] | None
    """Folder of the bucket in which Polytomic stages files. Default: the whole bucket."""
    policies: pulumi.Input[Sequence[pulumi.Input[str]]] | None
    """IDs of the connection's permission policies. Default: the organization's."""
    organization_id: pulumi.Input[str] | None
    """Organization in Polytomic. Default: the provider's, else the API key's."""
    configuration: pulumi.Input[Mapping[str, Any]] | None
    """Further keys of the configuration, as Polytomic's API names them. Secret."""


class DatabricksConnection(OwnResource):
    """A Polytomic connection to Databricks that signs in to AWS with an IAM role.

    It is made untested, because its role needs the external ID that it returns. Needs the extra
    ``pulumi-polytomic[connection]``, and Polytomic's API key as ``POLYTOMIC_API_KEY`` or as the
    secret ``polytomic-databricks:polytomicApiKey`` of the stack's configuration.
    """

    external_id: pulumi.Output[str]
    """External ID that Polytomic sends when it assumes the role; for the role's trust policy.
    Secret."""
    connection_id: pulumi.Output[str]
    """ID of the connection in Polytomic."""
    name: pulumi.Output[str]
    """Name of the connection in Polytomic."""

    def __init__(
        self,
        resource_name: str,
        args: DatabricksConnectionArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Makes the connection ``resource_name``.

        Raises:
            DeploymentError: the plugin is not there and may not be put there.
        """
        super().__init__(
            TOKEN,
            resource_name,
            args,
            opts,
            outputs=("name", "external_id", "connection_id"),
            secrets=("access_token", "service_principal_secret", "configuration", "external_id"),
        )
