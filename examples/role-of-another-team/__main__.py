"""The role is another team's: only the statements for staging in its trust policy are ours."""

import json
from typing import Any

import pulumi
import pulumi_databricks as databricks

from pulumi_polytomic import DatabricksConnection, RoleTrustPolicy, StagingAccessCheck, iam
from pulumi_polytomic.principals import POLYTOMIC_PRINCIPALS

config = pulumi.Config()
role_arn = config.require("roleArn")
bucket_name = config.require("bucketName")

credential = databricks.StorageCredential(
    "credential",
    name="staging",
    aws_iam_role=databricks.StorageCredentialAwsIamRoleArgs(role_arn=role_arn),
    skip_validation=True,  # its role does not trust it yet
)
connection = DatabricksConnection(
    "connection",
    {
        "name": "Databricks",
        "server_hostname": config.require("serverHostname"),
        "http_path": config.require("httpPath"),
        "access_token": config.require_secret("accessToken"),
        "role_arn": role_arn,
        "storage_credential_name": credential.name,
        "bucket_name": bucket_name,
        "bucket_region": config.require("bucketRegion"),
    },
)


def statements(found: dict[str, Any]) -> str:
    """The three statements of the guide, each with a Sid of its own."""
    document = iam.trust_policy(
        role_arn=role_arn,
        polytomic_principal=POLYTOMIC_PRINCIPALS["account"],
        polytomic_external_ids=[found["polytomic_id"]],
        unity_catalog_principal=found["principal"],
        databricks_external_id=found["databricks_id"],
    )
    return json.dumps(document["Statement"])


trust = RoleTrustPolicy(
    "trust",
    {
        "role_name": role_arn.rpartition("/")[2],
        "statements": pulumi.Output.all(
            polytomic_id=connection.external_id,
            databricks_id=credential.aws_iam_role.external_id,
            principal=credential.aws_iam_role.unity_catalog_iam_arn,
        ).apply(statements),
    },
)
check = StagingAccessCheck(
    "check",
    {
        "role_arn": role_arn,
        "bucket_name": bucket_name,
        "storage_credential_name": credential.name,
        "connection_id": connection.connection_id,
        "polytomic_external_ids": [connection.external_id],
    },
    pulumi.ResourceOptions(depends_on=[trust]),
)

pulumi.export("role_arn", role_arn)
pulumi.export("connection_id", connection.connection_id)
pulumi.export("healthy", check.healthy)
