"""The same resources in a component that does nothing but wrap them: no checks, no building."""

from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_databricks as databricks

from bench.programs import fleet


class BareStagingAccess(pulumi.ComponentResource):
    """Has the inputs, children and outputs of ``DatabricksStagingAccess``."""

    def __init__(self, name: str, args: dict[str, Any]) -> None:
        super().__init__(fleet.BARE_TOKEN, name, args)
        child = pulumi.ResourceOptions(parent=self)
        role_name = args["roleName"]
        role_arn = f"arn:{args['partition']}:iam::{args['accountId']}:role/{role_name}"
        credential = databricks.StorageCredential(
            f"{name}-credential",
            name=role_name,
            aws_iam_role=databricks.StorageCredentialAwsIamRoleArgs(role_arn=role_arn),
            skip_validation=True,
            force_update=True,
            opts=child,
        )
        external_id: Any = credential.aws_iam_role.external_id
        principal: Any = credential.aws_iam_role.unity_catalog_iam_arn
        role = aws.iam.Role(
            f"{name}-role",
            name=role_name,
            description=fleet.DESCRIPTION,
            assume_role_policy=pulumi.Output.format(
                fleet.TRUST_POLICY,
                polytomic_external_id=args["polytomicExternalId"],
                databricks_external_id=external_id,
                unity_catalog_principal=principal,
                role_arn=role_arn,
            ),
            opts=child,
        )
        policy = aws.iam.RolePolicy(
            f"{name}-policy",
            name=fleet.POLICY_NAME,
            role=role.name,
            policy=fleet.PERMISSIONS_POLICY.format(role_arn=role_arn),
            opts=child,
        )
        self.role_arn = role.arn
        self.register_outputs(
            {
                "roleArn": role.arn,
                "roleName": role.name,
                "polytomicExternalId": args["polytomicExternalId"],
                "databricksExternalId": external_id,
                "unityCatalogPrincipal": principal,
                "storageCredentialName": credential.name,
                "stagingUrl": f"s3://{args['bucketName']}",
                "trustPolicy": role.assume_role_policy,
                "permissionsPolicy": policy.policy,
            }
        )


arns = []
for name in fleet.names():
    access = BareStagingAccess(
        name,
        {
            "roleName": f"{name}-polytomic-databricks",
            "bucketName": fleet.BUCKET,
            "polytomicExternalId": fleet.external_id(),
            "accountId": fleet.ACCOUNT_ID,
            "partition": fleet.PARTITION,
            "checkAccess": False,
        },
    )
    arns.append(access.role_arn)

pulumi.export("role_arns", arns)
