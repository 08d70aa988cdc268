"""The arguments of a Databricks connection.

The keys are those of Polytomic's own JSON schema of the connection type, which its Terraform
provider ``polytomic/polytomic`` is made from (resource ``polytomic_databricks_connection``).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from .. import iam
from ..custom_resource.settings import is_one_word

Values: TypeAlias = dict[str, Any]

MASK: Final = "********"
"""What Polytomic shows in a secret's place."""


class Field(NamedTuple):
    """One argument."""

    shape: Mapping[str, Any]
    """Its type, as in Pulumi's schema."""
    description: str
    fix: str
    """How to mend a bad value, as a sentence."""
    key: str | None = None
    """The key of Polytomic's configuration; None where there is none of its own."""
    fault: Callable[[Any], str | None] = lambda _: None


def _text(fault: Callable[[str], str | None] = lambda _: None) -> Callable[[Any], str | None]:
    return lambda value: fault(value) if isinstance(value, str) else "is not a string"


def _host(value: str) -> str | None:
    if re.fullmatch(r"[A-Za-z0-9.-]+(:\d+)?", value):
        return None
    return "is not the name of a host alone"


def _http_path(value: str) -> str | None:
    return None if value.startswith("/") else "does not begin with '/'"


def _port(value: Any) -> str | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 65535
    return None if fits else "is not a port; allowed is 1 to 65535"


def _secret(value: str) -> str | None:
    if value.strip() == MASK:
        return "is the mask that Polytomic shows in place of a secret"
    return None if is_one_word(value.strip()) else "holds white space or a control character"


def _role_arn(value: str) -> str | None:
    fits = re.fullmatch(r"arn:aws[a-z-]*:iam::\d{12}:role/.+", value)
    return None if fits else "is not the ARN of an IAM role"


def _region(value: str) -> str | None:
    fits = re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", value)
    return None if fits else f"'{value}' is not the name of an AWS region"


def _strings(value: Any) -> str | None:
    fits = isinstance(value, list) and all(not isinstance(item, dict | list) for item in value)
    return None if fits else "is not a list of strings"


def _map(value: Any) -> str | None:
    return None if isinstance(value, Mapping) else "is not a map"


_STRING: Final = {"type": "string"}
_SECRET: Final = {"type": "string", "secret": True}

FIELDS: Final[Mapping[str, Field]] = {
    "name": Field(
        _STRING,
        "Name of the connection, unique in the organization. Default: the resource's name.",
        "Name the connection.",
        fault=_text(),
    ),
    "serverHostname": Field(
        _STRING,
        "Host of the Databricks workspace, such as `dbc-a1b2c3d4-e5f6.cloud.databricks.com`.",
        "Copy it from the connection details of the SQL warehouse, without https://.",
        "server_hostname",
        _text(_host),
    ),
    "httpPath": Field(
        _STRING,
        "HTTP path of the SQL warehouse, such as `/sql/1.0/warehouses/1234567890abcdef`.",
        "Copy it from the connection details of the SQL warehouse.",
        "http_path",
        _text(_http_path),
    ),
    "port": Field(
        {"type": "integer"}, "Port of the workspace. Default: 443.", "Use 443.", "port", _port
    ),
    "accessToken": Field(
        _SECRET,
        "Databricks personal access token with which Polytomic runs SQL. Give this, or a service "
        "principal.",
        "Give the token itself.",
        "access_token",
        _text(_secret),
    ),
    "servicePrincipalId": Field(
        _STRING,
        "Application ID of the Databricks service principal with which Polytomic runs SQL.",
        "Copy the service principal's application ID.",
        "service_principal_id",
        _text(),
    ),
    "servicePrincipalSecret": Field(
        _SECRET,
        "OAuth secret of the service principal.",
        "Give the secret itself.",
        "service_principal_secret",
        _text(_secret),
    ),
    "roleArn": Field(
        _STRING,
        "ARN of the IAM role with which Polytomic reaches the bucket. It need not exist yet.",
        "Give the ARN of the role.",
        "iam_role_arn",
        _text(_role_arn),
    ),
    "storageCredentialName": Field(
        _STRING,
        "Name of the storage credential with which Databricks reads the bucket. Default: none, for "
        "a bucket that is an external location of another credential.",
        "Give the credential's name.",
        "storage_credential_name",
        _text(),
    ),
    "bucketName": Field(
        _STRING,
        "Name of the S3 bucket in which Polytomic stages files.",
        "Give the staging bucket's own name.",
        fault=_text(iam.bucket_name_fault),
    ),
    "bucketPrefix": Field(
        _STRING,
        "Folder of the bucket in which Polytomic stages files. Default: the whole bucket.",
        "Give a folder such as 'polytomic/staging', or leave it out.",
        fault=_text(iam.bucket_prefix_fault),
    ),
    "bucketRegion": Field(
        _STRING,
        "AWS region of the bucket, such as `us-east-1`.",
        "Give the region's name.",
        "s3_bucket_region",
        _text(_region),
    ),
    "policies": Field(
        {"type": "array", "items": _STRING},
        "IDs of the Polytomic permission policies of the connection. Default: the organization's.",
        "Give a list of IDs.",
        fault=_strings,
    ),
    "organizationId": Field(
        _STRING,
        "Organization in Polytomic. Default: the provider's, else the API key's. Changing it makes "
        "a new connection, with a new external ID.",
        "Give the organization's ID.",
        fault=_text(),
    ),
    "configuration": Field(
        {
            "type": "object",
            "additionalProperties": {"$ref": "pulumi.json#/Any"},
            "secret": True,
        },
        "Further keys of the connection's configuration, as Polytomic's API names them, such as "
        "`concurrent_queries`.",
        "Give a map of keys of Polytomic's configuration.",
        fault=_map,
    ),
}
"""By camelCase name."""

REQUIRED: Final = ("bucketName", "bucketRegion", "httpPath", "roleArn", "serverHostname")
SECRETS: Final = ("accessToken", "servicePrincipalSecret", "configuration")
OWN_KEYS: Final = frozenset(
    {
        *(field.key for field in FIELDS.values() if field.key),
        *("auth_mode", "cloud_provider", "databricks_auth_mode", "s3_bucket_name"),
        # Read-only in Polytomic.
        *("external_id", "aws_user"),
    }
)
"""Keys of the configuration that follow from the arguments, or that Polytomic sets."""

_OUTPUTS: Final = {
    "externalId": {
        "type": "string",
        "secret": True,
        "description": "External ID that Polytomic sends when it assumes the role; for the role's "
        "trust policy. It stays for as long as the connection lives.",
    },
    "connectionId": {"type": "string", "description": "ID of the connection in Polytomic."},
}
_INPUTS: Final = {
    name: {**field.shape, "description": field.description} for name, field in FIELDS.items()
}
SCHEMA: Final[Mapping[str, Any]] = {
    "description": "A Polytomic connection to Databricks that signs in to AWS with an IAM role.\n\n"
    "It is made untested, because its role needs the external ID that it returns.",
    "inputProperties": _INPUTS,
    "requiredInputs": list(REQUIRED),
    "properties": {**_INPUTS, **_OUTPUTS},
    "required": sorted([*REQUIRED, *_OUTPUTS, "name", "port"]),
}
"""Its part of the plugin's schema."""


def config_fault(config: Mapping[str, Any]) -> str | None:
    """Says what is wrong with the configuration of a connection whose role and bucket are made
    elsewhere; names keys, and no value."""
    by_key = {field.key: (name, field) for name, field in FIELDS.items() if field.key}
    for key, value in config.items():
        if key in _FROM_ELSEWHERE or (key in OWN_KEYS and key not in by_key):
            return f"holds {key}, which follows from the other arguments"
        if key in by_key and value is not None:
            problem = by_key[key][1].fault(value)
            if problem is not None:
                return f"has a {key} that {_without_value(problem, value)}"
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
    return problem.replace(f"'{value}' ", "")


_FROM_ELSEWHERE: Final = ("iam_role_arn", "storage_credential_name")
_SIGN_IN: Final = ("access_token", "service_principal_id", "service_principal_secret")
