"""The configuration of a ``databricks`` connection, as Polytomic's own JSON schema describes it.

Source: ``provider/gen/connections/connectiontypes/databricks.json`` of
polytomic/terraform-provider-polytomic, which is made from Polytomic's API.
"""

from typing import Final, NamedTuple

from sandbox.http import Json


class Field(NamedTuple):
    """One key of the configuration."""

    type: str
    """JSON schema's word: string, integer, boolean."""
    title: str
    default: object = None
    choices: tuple[str, ...] = ()
    required: bool = False
    sensitive: bool = False
    read_only: bool = False


FIELDS: Final = {
    "databricks_auth_mode": Field(
        "string",
        "Authentication Method",
        default="access_token",
        choices=("access_token", "oauth_service_principal"),
        required=True,
    ),
    "access_token": Field("string", "Access Token", sensitive=True),
    "service_principal_id": Field("string", "Service Principal ID"),
    "service_principal_secret": Field("string", "Service Principal Secret", sensitive=True),
    "server_hostname": Field("string", "Server Hostname", required=True),
    "port": Field("integer", "Port", default=443, required=True),
    "http_path": Field("string", "HTTP Path", default="/sql", required=True),
    "cloud_provider": Field("string", "Cloud Provider", choices=("aws", "azure")),
    "auth_mode": Field(
        "string",
        "AWS Authentication Method",
        default="access_key_and_secret",
        choices=("access_key_and_secret", "iam_role"),
    ),
    "iam_role_arn": Field("string", "IAM Role ARN"),
    "storage_credential_name": Field("string", "Storage credential name"),
    "external_id": Field("string", "External ID", read_only=True),
    "aws_access_key_id": Field("string", "AWS Access Key ID"),
    "aws_secret_access_key": Field("string", "AWS Secret Access Key", sensitive=True),
    "aws_user": Field("string", "User ARN", read_only=True),
    "s3_bucket_name": Field("string", "S3 Bucket Name"),
    "s3_bucket_region": Field("string", "S3 Bucket Region"),
    "azure_account_name": Field("string", "Storage Account Name"),
    "azure_access_key": Field("string", "Storage Account Access Key", sensitive=True),
    "container_name": Field("string", "Storage Container Name"),
    "unity_catalog_enabled": Field("boolean", "Unity Catalog enabled", default=True),
    "enable_delta_uniform": Field("boolean", "Enable Delta UniForm tables", default=False),
    "enforce_query_limit": Field("boolean", "Limit concurrent queries", default=False),
    "concurrent_queries": Field("integer", "Concurrent query limit"),
    "set_retention_properties": Field("boolean", "Configure data retention for tables"),
    "log_file_retention_days": Field("integer", "Log retention"),
    "deleted_file_retention_days": Field("integer", "Deleted file retention"),
    "ssh": Field("boolean", "Connect over SSH tunnel"),
    "ssh_user": Field("string", "SSH user", default="root"),
    "ssh_host": Field("string", "SSH host"),
    "ssh_port": Field("integer", "SSH port", default=22),
    "ssh_private_key": Field("string", "Private key", sensitive=True),
    "ssh_blob_storage": Field("boolean", "Use SSH for cloud storage bucket", default=False),
    "use_bulk_sync_staging_schema": Field(
        "boolean", "Use custom bulk sync staging schema", default=False
    ),
    "bulk_sync_staging_schema": Field("string", "Staging schema name"),
}
"""In the order of Polytomic's form."""


def json_schema() -> Json:
    """What ``GET /api/connection_types/databricks`` answers."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {name: _property(field) for name, field in FIELDS.items()},
        "required": [name for name, field in FIELDS.items() if field.required],
    }


def _property(field: Field) -> Json:
    shown: Json = {"type": field.type, "title": field.title}
    if field.choices:
        shown["enum"] = list(field.choices)
    if field.default is not None:
        shown["default"] = field.default
    if field.read_only:
        shown["readOnly"] = True
    if field.sensitive:
        shown["sensitive"] = True
    return shown
