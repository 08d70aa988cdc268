"""Trusts only Polytomic's service role instead of its AWS account."""

import pulumi

from pulumi_polytomic import DatabricksStagingAccess

config = pulumi.Config()
access = DatabricksStagingAccess(
    "staging",
    {
        "bucket_name": config.require("bucketName"),
        "polytomic_external_id": config.require_secret("polytomicExternalId"),
        "polytomic_principal": "service-role",
    },
)

pulumi.export("role_arn", access.role_arn)
pulumi.export("storage_credential_name", access.storage_credential_name)
pulumi.export("staging_url", access.staging_url)
