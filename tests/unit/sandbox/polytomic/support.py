"""A connection as tests make it."""

from typing import Any

from polytomic import Polytomic

from tests.unit.sandbox.world import BUCKET, ROLE_ARN

CONFIGURATION: dict[str, Any] = {
    "databricks_auth_mode": "access_token",
    "access_token": "dapi-secret",
    "server_hostname": "dbc-1234.cloud.databricks.com",
    "port": 443,
    "http_path": "/sql/1.0/warehouses/1",
    "auth_mode": "iam_role",
    "iam_role_arn": ROLE_ARN,
    "storage_credential_name": "lake",
    "s3_bucket_name": BUCKET,
    "s3_bucket_region": "us-east-1",
}


def make(client: Polytomic, name: str = "warehouse", **changes: Any) -> Any:
    """A connection that nobody tried yet."""
    created = client.connections.create(
        name=name, type="databricks", configuration=CONFIGURATION | changes, validate=False
    )
    assert created.data
    return created.data
