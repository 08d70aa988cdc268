"""Uses a storage credential that exists and names the role made here."""

import pulumi

from pulumi_polytomic import DatabricksStagingAccess

config = pulumi.Config()
access = DatabricksStagingAccess(
    "staging",
    {
        "bucket_name": config.require("bucketName"),
        "polytomic_external_id": config.require_secret("polytomicExternalId"),
        "role_name": config.require("roleName"),
        "storage_credential": "existing",
        "storage_credential_name": config.require("storageCredentialName"),
    },
)

pulumi.export("role_arn", access.role_arn)
pulumi.export("storage_credential_name", access.storage_credential_name)
pulumi.export("staging_url", access.staging_url)
