"""The configuration of this package's plugin, as a resource that programs hand to others."""

from typing import Final, TypedDict

import pulumi

from ..naming import PACKAGE, VERSION, camel_case
from . import launcher as plugin

SECRETS: Final = (
    "polytomic_api_key",
    "databricks_token",
    "databricks_client_secret",
    "aws_access_key",
    "aws_secret_key",
    "aws_token",
    "aws_assume_role_external_id",
)


class ProviderArgs(TypedDict, total=False):
    """Arguments of ``Provider``; one that is absent or None takes its default.

    The stack's configuration has the same ones as ``polytomic-databricks:polytomicApiKey`` and so
    on; its other providers' settings are what is used where none of either is given.
    """

    polytomic_api_key: pulumi.Input[str] | None
    """API key of Polytomic. Default: ``POLYTOMIC_API_KEY`` of the environment. Secret."""
    polytomic_url: pulumi.Input[str] | None
    """Address of Polytomic. Default: ``POLYTOMIC_DEPLOYMENT_URL`` of the environment, else that of
    hosted Polytomic."""
    organization_id: pulumi.Input[str] | None
    """Organization in Polytomic of new connections. Default: the API key's."""
    databricks_host: pulumi.Input[str] | None
    """Address of the Databricks workspace, for checks of the access. Default: what the stack's
    Databricks provider is configured with, else as Databricks' own tools find it."""
    databricks_token: pulumi.Input[str] | None
    """Token for that workspace. Default: as for the host. Secret."""
    databricks_profile: pulumi.Input[str] | None
    """Profile of the Databricks configuration file. Default: as for the host."""
    databricks_config_file: pulumi.Input[str] | None
    """Path of that file. Default: as for the host."""
    databricks_client_id: pulumi.Input[str] | None
    """Application ID of a service principal. Default: as for the host."""
    databricks_client_secret: pulumi.Input[str] | None
    """OAuth secret of that service principal. Default: as for the host. Secret."""
    aws_profile: pulumi.Input[str] | None
    """Profile with which AWS is reached, to read a role and to write its trust policy. Default:
    what the stack's AWS provider is configured with, else AWS' own chain."""
    aws_region: pulumi.Input[str] | None
    """Region of AWS for that. Default: as for the profile."""
    aws_access_key: pulumi.Input[str] | None
    """ID of an access key for that. Default: as for the profile. Secret."""
    aws_secret_key: pulumi.Input[str] | None
    """Secret of that access key. Default: as for the profile. Secret."""
    aws_token: pulumi.Input[str] | None
    """Session token of a temporary access key. Default: as for the profile. Secret."""
    aws_endpoint: pulumi.Input[str] | None
    """Address of IAM and STS, where it is not AWS' own. Default: AWS' own chain."""
    aws_assume_role_arn: pulumi.Input[str] | None
    """ARN of a role to assume for that. Default: none."""
    aws_assume_role_external_id: pulumi.Input[str] | None
    """External ID with which that role is assumed. Default: none. Secret."""
    timeout: pulumi.Input[float] | None
    """Longest wait for one answer of Polytomic, in seconds. Default: 60."""
    max_retries: pulumi.Input[int] | None
    """How often a call that was throttled or got lost is made again. Default: 5."""


class Provider(pulumi.ProviderResource):
    """How to reach Polytomic, Databricks and AWS, for a program that has several of them."""

    def __init__(
        self,
        resource_name: str,
        args: ProviderArgs | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Makes the provider ``resource_name``.

        Raises:
            DeploymentError: the plugin is not there and may not be put there.
        """
        plugin.ensure()
        properties = {
            camel_case(name): pulumi.Output.secret(value) if name in SECRETS else _text(value)
            for name, value in (args or {}).items()
            if value is not None
        }
        own = pulumi.ResourceOptions(version=VERSION)
        merged = pulumi.ResourceOptions.merge(own, opts)
        super().__init__(PACKAGE, resource_name, properties, merged)


def _text(value: pulumi.Input[object]) -> pulumi.Output[object]:
    """Gives the value as Pulumi has it in a provider's configuration: numbers as JSON text."""
    return pulumi.Output.from_input(value).apply(
        lambda found: found if found is None or isinstance(found, str) else f"{found:g}"
    )
