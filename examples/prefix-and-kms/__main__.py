"""Limits the role to one folder of the bucket and lets it use the bucket's KMS key."""

import pulumi
import pulumi_aws as aws

from pulumi_polytomic import DatabricksStagingAccess

config = pulumi.Config()
key = aws.kms.Key("staging", description="Encrypts the staging bucket", enable_key_rotation=True)

access = DatabricksStagingAccess(
    "staging",
    {
        "bucket_name": config.require("bucketName"),
        "bucket_prefix": "polytomic/staging",
        "polytomic_external_id": config.require_secret("polytomicExternalId"),
        "kms_key_arn": key.arn,
    },
)

pulumi.export("kms_key_arn", key.arn)

pulumi.export("role_arn", access.role_arn)
pulumi.export("storage_credential_name", access.storage_credential_name)
pulumi.export("staging_url", access.staging_url)
