"""The same resources with no component, as a user writes them by hand."""

import pulumi
import pulumi_aws as aws
import pulumi_databricks as databricks

from bench.programs import fleet

arns = []
for name in fleet.names():
    role_name = f"{name}-polytomic-databricks"
    role_arn = f"arn:aws:iam::{fleet.ACCOUNT_ID}:role/{role_name}"
    credential = databricks.StorageCredential(
        f"{name}-credential",
        name=role_name,
        aws_iam_role=databricks.StorageCredentialAwsIamRoleArgs(role_arn=role_arn),
        skip_validation=True,
        force_update=True,
    )
    role = aws.iam.Role(
        f"{name}-role",
        name=role_name,
        description=fleet.DESCRIPTION,
        assume_role_policy=pulumi.Output.format(
            fleet.TRUST_POLICY,
            polytomic_external_id=fleet.external_id(),
            databricks_external_id=credential.aws_iam_role.external_id,
            unity_catalog_principal=credential.aws_iam_role.unity_catalog_iam_arn,
            role_arn=role_arn,
        ),
    )
    policy = aws.iam.RolePolicy(
        f"{name}-policy",
        name=fleet.POLICY_NAME,
        role=role.name,
        policy=fleet.PERMISSIONS_POLICY.format(role_arn=role_arn),
    )
    arns.append(role.arn)

pulumi.export("role_arns", arns)
