"""Both sides in one run: the Polytomic connection is made here, and its external ID is trusted."""

import pulumi

from pulumi_polytomic import DatabricksStagingAccess

config = pulumi.Config()
access = DatabricksStagingAccess(
    "staging",
    {
        "bucket_name": config.require("bucketName"),
        "polytomic_connection_name": "Databricks",
        "polytomic_connection_config": {
            "server_hostname": config.require("serverHostname"),
            "http_path": config.require("httpPath"),
            "access_token": config.require_secret("accessToken"),
        },
    },
)

pulumi.export("role_arn", access.role_arn)
pulumi.export("storage_credential_name", access.storage_credential_name)
pulumi.export("staging_url", access.staging_url)
pulumi.export("connection_id", access.connection_id)
