import * as pulumi from "@pulumi/pulumi";
import { DatabricksStagingAccess } from "@pulumi-polytomic/polytomic-databricks";

const config = new pulumi.Config();

const staging = new DatabricksStagingAccess("staging", {
    bucketName: config.require("bucketName"),
    polytomicExternalId: config.requireSecret("polytomicExternalId"),
});

export const role_arn = staging.roleArn;
export const storage_credential_name = staging.storageCredentialName;
export const staging_url = staging.stagingUrl;
