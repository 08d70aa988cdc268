"""Default providers are off; the component gets its providers explicitly."""

import pulumi
import pulumi_aws as aws
import pulumi_databricks as databricks

from pulumi_polytomic import DatabricksStagingAccess

config = pulumi.Config()
account_id = config.require("accountId")

aws_provider = aws.Provider(
    "aws", region=config.get("region") or "us-east-1", allowed_account_ids=[account_id]
)
databricks_provider = databricks.Provider("databricks", host=config.get("databricksHost"))

access = DatabricksStagingAccess(
    "staging",
    {
        "bucket_name": config.require("bucketName"),
        "polytomic_external_id": config.require_secret("polytomicExternalId"),
        "account_id": account_id,
        "partition": "aws",
        "tags": {"team": "data"},
    },
    # The access check uses the settings of these two as well.
    pulumi.ResourceOptions(providers=[aws_provider, databricks_provider]),
)

pulumi.export("role_arn", access.role_arn)
pulumi.export("storage_credential_name", access.storage_credential_name)
pulumi.export("staging_url", access.staging_url)
