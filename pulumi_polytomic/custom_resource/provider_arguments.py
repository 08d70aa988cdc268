"""The arguments of ``Provider``, and the keys of the plugin's configuration."""

from collections.abc import Callable
from typing import Final, TypedDict

import pulumi

from .. import iam
from ..arguments import Argument, Arguments
from ..naming import camel_case
from ..text_faults import cut, one_word_fault

DEFAULT_URL: Final = "https://app.polytomic.com"


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


def _address(value: str) -> str | None:
    if value.startswith(("https://", "http://")):
        return None
    return f"'{cut(value)}' does not begin with https://"


def _from(low: int) -> Callable[[float], str | None]:
    return lambda value: None if value >= low else f"is {value:g}; allowed is {low} and more"


_COPY: Final = "Copy it anew, for example with pulumi config set --secret < file."

ARGUMENTS: Final = Arguments(
    "Provider",
    ProviderArgs,
    {
        "polytomic_api_key": Argument(_COPY, one_word_fault, secret=True),
        "polytomic_url": Argument(f"Give the whole address, such as {DEFAULT_URL}.", _address),
        "organization_id": Argument("Give the organization's ID."),
        "databricks_host": Argument("Give the workspace's address."),
        "databricks_token": Argument(_COPY, one_word_fault, secret=True),
        "databricks_profile": Argument("Give the profile's name."),
        "databricks_config_file": Argument("Give the path of the file."),
        "databricks_client_id": Argument("Copy the service principal's application ID."),
        "databricks_client_secret": Argument(_COPY, one_word_fault, secret=True),
        "aws_profile": Argument("Give the profile's name."),
        "aws_region": Argument("Give the region's name."),
        "aws_access_key": Argument(_COPY, one_word_fault, secret=True),
        "aws_secret_key": Argument(_COPY, one_word_fault, secret=True),
        "aws_token": Argument(_COPY, one_word_fault, secret=True),
        "aws_endpoint": Argument("Give the whole address, or leave it out.", _address),
        "aws_assume_role_arn": Argument("Give the ARN of the role to assume.", iam.role_arn_fault),
        "aws_assume_role_external_id": Argument(_COPY, one_word_fault, secret=True),
        "timeout": Argument("Give seconds, for example 60.", _from(1)),
        "max_retries": Argument("Give a whole number.", _from(0)),
    },
)

SETTINGS: Final = tuple(camel_case(name) for name in ARGUMENTS.checks)
"""The keys of the plugin's configuration."""
