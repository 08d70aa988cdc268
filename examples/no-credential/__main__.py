"""Polytomic only: Databricks reaches the bucket with a credential of its own."""

import pulumi

from pulumi_polytomic import DatabricksStagingAccess

config = pulumi.Config()
access = DatabricksStagingAccess(
    "staging",
    {
        "bucket_name": config.require("bucketName"),
        "polytomic_external_id": config.require_secret("polytomicExternalId"),
        "storage_credential": "none",
    },
)

pulumi.export("role_arn", access.role_arn)
pulumi.export("storage_credential_name", access.storage_credential_name)
pulumi.export("staging_url", access.staging_url)
