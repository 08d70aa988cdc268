"""The arguments of ``DatabricksConnection``.

The keys of a connection's configuration are those of Polytomic's own JSON schema of the connection
type, from which its Terraform provider ``polytomic/polytomic`` is made (resource
``polytomic_databricks_connection``).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias, TypedDict

import pulumi

from .. import iam
from ..arguments import Argument, Arguments
from ..naming import snake_case
from ..text_faults import cut, object_name_fault, one_word_fault, text_fault

Values: TypeAlias = dict[str, Any]

MASK: Final = "********"
"""What Polytomic shows in a secret's place."""


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


def _host(value: str) -> str | None:
    if re.fullmatch(r"[A-Za-z0-9.-]+(:\d+)?", value):
        return None
    return "is not the name of a host alone"


def _http_path(value: str) -> str | None:
    return None if value.startswith("/") else "does not begin with '/'"


def _port(value: float) -> str | None:
    fits = value == int(value) and 1 <= value <= 65535
    return None if fits else "is not a port; allowed is 1 to 65535"


def _secret(value: str) -> str | None:
    if value.strip() == MASK:
        return "is the mask that Polytomic shows in place of a secret"
    return one_word_fault(value)


def _region(value: str) -> str | None:
    fits = re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", value)
    return None if fits else f"'{cut(value)}' is not the name of an AWS region"


ARGUMENTS: Final = Arguments(
    "DatabricksConnection",
    DatabricksConnectionArgs,
    {
        "server_hostname": Argument(
            "Copy it from the connection details of the SQL warehouse, without https://.", _host
        ),
        "http_path": Argument(
            "Copy it from the connection details of the SQL warehouse.", _http_path
        ),
        "role_arn": Argument("Give the ARN of the role.", iam.role_arn_fault),
        "bucket_name": Argument("Give the staging bucket's own name.", iam.bucket_name_fault),
        "bucket_region": Argument("Give the region's name.", _region),
        "name": Argument("Name the connection.", text_fault),
        "port": Argument("Use 443.", _port, default=443),
        "access_token": Argument("Give the token itself.", _secret, secret=True),
        "service_principal_id": Argument(
            "Copy the service principal's application ID.", text_fault
        ),
        "service_principal_secret": Argument("Give the secret itself.", _secret, secret=True),
        "storage_credential_name": Argument("Give the credential's name.", object_name_fault),
        "bucket_prefix": Argument(
            "Give a folder such as 'polytomic/staging', or leave it out.", iam.bucket_prefix_fault
        ),
        "policies": Argument("Give a list of IDs."),
        "organization_id": Argument("Give the organization's ID.", text_fault),
        "configuration": Argument("Give a map of keys of Polytomic's configuration.", secret=True),
    },
)

KEYS: Final[Mapping[str, str]] = {
    "serverHostname": "server_hostname",
    "httpPath": "http_path",
    "port": "port",
    "accessToken": "access_token",
    "servicePrincipalId": "service_principal_id",
    "servicePrincipalSecret": "service_principal_secret",
    "roleArn": "iam_role_arn",
    "storageCredentialName": "storage_credential_name",
    "bucketRegion": "s3_bucket_region",
}
"""Polytomic's keys of the arguments that have one of their own, by camelCase name."""
OWN_KEYS: Final = frozenset(
    {
        *KEYS.values(),
        *("auth_mode", "cloud_provider", "databricks_auth_mode", "s3_bucket_name"),
        # Read-only in Polytomic.
        *("external_id", "aws_user"),
    }
)
"""Keys of the configuration that follow from the arguments, or that Polytomic sets."""


def config_fault(config: Mapping[str, Any]) -> str | None:
    """Says what is wrong with the configuration of a connection whose role and bucket are made
    elsewhere; names keys, and no value."""
    by_key = {key: snake_case(name) for name, key in KEYS.items()}
    for key, value in config.items():
        if key in _FROM_ELSEWHERE or (key in OWN_KEYS and key not in by_key):
            return f"holds {key}, which follows from the other arguments"
        if key in by_key:
            for fault in ARGUMENTS.faults({by_key[key]: value}):
                return f"has a {key} that {_without_value(fault.problem, value)}"
    missing = [key for key in ("server_hostname", "http_path") if config.get(key) in (None, "")]
    if missing:
        return f"lacks {' and '.join(missing)}"
    sign_in = {key for key in _SIGN_IN if config.get(key) not in (None, "")}
    if sign_in not in ({"access_token"}, {"service_principal_id", "service_principal_secret"}):
        return (
            "does not say how to sign in to Databricks: it needs access_token, or "
            "service_principal_id and service_principal_secret"
        )
    return None


def _without_value(problem: str, value: Any) -> str:
    return problem.replace(f"'{cut(value)}' ", "")


_FROM_ELSEWHERE: Final = ("iam_role_arn", "storage_credential_name")
_SIGN_IN: Final = ("access_token", "service_principal_id", "service_principal_secret")
