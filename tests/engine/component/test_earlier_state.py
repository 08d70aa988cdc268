"""A stack that an earlier version deployed is, to this one, as it should be.

``earlier_state.json`` is what ``pulumi stack export --show-secrets`` printed after ``program`` was
deployed into the sandbox with the package as it was before its modules moved into a folder a type.
"""

import json
import os
import subprocess
from pathlib import Path

import pulumi
import pulumi_aws as aws
import pytest

from pulumi_polytomic import (
    DatabricksConnection,
    DatabricksStagingAccess,
    Provider,
    RoleTrustPolicy,
    StagingAccessCheck,
)

from .conftest import NewStack
from .deployment import Deployment

pytestmark = pytest.mark.engine

STATE = Path(__file__).with_name("earlier_state.json")
API_KEY = "polytomic-sandbox-key"
"""What it was deployed with; a sandbox of today takes another."""
OURS = "polytomic-databricks:index:"
CONNECTION = {
    "server_hostname": "dbc-1.cloud.databricks.com",
    "http_path": "/sql/1.0/warehouses/1",
    "access_token": "dapi-of-the-sandbox",
}


def program() -> None:
    """Every resource type of the package, and the component in each of its modes."""
    minimal = DatabricksStagingAccess(
        "minimal",
        {
            "bucket_name": "my-staging-bucket",
            "polytomic_external_id": pulumi.Output.secret("8c2f4a1e-6b7d-4e0f-a1b2-c3d4e5f60718"),
            "check_access": False,
        },
    )
    DatabricksStagingAccess(
        "whole",
        {
            "bucket_name": "my-staging-bucket",
            "bucket_prefix": "polytomic/staging",
            "polytomic_connection_name": "Databricks (whole)",
            "polytomic_connection_config": CONNECTION,
            "polytomic_principal": "service-role",
            "role_path": "/data/",
            "role_description": "Staging",
            "max_session_duration": 7200,
            "tags": {"team": "data"},
            "storage_credential_comment": "Staging",
            "isolation_mode": "ISOLATION_MODE_OPEN",
            "self_trust": "principal",
        },
    )
    DatabricksStagingAccess(
        "existing",
        {
            "bucket_name": "my-staging-bucket",
            "polytomic_external_ids": ["first-external-id", "second-external-id"],
            "role_name": "minimal-polytomic-databricks-2",
            "storage_credential": "none",
            "check_access": "warn",
            "check_access_deadline": 1,
        },
    )
    provider = Provider("polytomic", {"polytomic_api_key": API_KEY, "timeout": 30})
    connection = DatabricksConnection(
        "connection",
        {
            "server_hostname": "dbc-1.cloud.databricks.com",
            "http_path": "/sql/1.0/warehouses/1",
            "service_principal_id": "0f1e2d3c-4b5a-4978-8877-665544332211",
            "service_principal_secret": "dose-of-the-sandbox",
            "role_arn": minimal.role_arn,
            "bucket_name": "my-staging-bucket",
            "bucket_region": "us-east-1",
            "configuration": {"concurrent_queries": 5},
        },
        pulumi.ResourceOptions(provider=provider),
    )
    trusted = {
        "Sid": "Ours",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::568237466542:root"},
        "Action": "sts:AssumeRole",
    }
    statements = connection.external_id.apply(
        lambda value: json.dumps(
            [{**trusted, "Condition": {"StringEquals": {"sts:ExternalId": value}}}]
        )
    )
    role = aws.iam.Role(
        "theirs",
        name="theirs",
        assume_role_policy=json.dumps(
            {"Version": "2012-10-17", "Statement": {**trusted, "Sid": "Theirs"}}
        ),
        opts=pulumi.ResourceOptions(ignore_changes=["assumeRolePolicy"]),
    )
    trust = RoleTrustPolicy("trust", {"role_name": role.name, "statements": statements})
    StagingAccessCheck(
        "check",
        {
            "role_arn": minimal.role_arn,
            "bucket_name": "my-staging-bucket",
            "polytomic_external_ids": ["8c2f4a1e-6b7d-4e0f-a1b2-c3d4e5f60718"],
            "storage_credential_name": "minimal-polytomic-databricks",
            "deadline": 20,
            "triggers": {"trust": trust.id},
        },
    )


def test_nothing_changes(new_stack: NewStack) -> None:
    stack = new_stack("earlier")
    _import(stack)
    run = stack.preview(program)
    kinds = {types.split("$")[-1] for types in run.registered}
    assert {kind.removeprefix(OURS) for kind in kinds if kind.startswith(OURS)} == {
        "DatabricksConnection",
        "DatabricksStagingAccess",
        "RoleTrustPolicy",
        "StagingAccessCheck",
    }
    assert run.steps == []
    assert set(run.summary) == {"same"}


def _import(stack: Deployment) -> None:
    subprocess.run(
        ["pulumi", "stack", "import", "--stack", stack.stack.name, "--file", str(STATE)],
        cwd=stack.folder,
        env={**os.environ, **stack.stack.workspace.env_vars},
        check=True,
        capture_output=True,
    )
