"""A role written by hand that passes every rule; each program beside it spoils one thing."""

import json
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_databricks as databricks

ROLE_ARN = "arn:aws:iam::123456789012:role/staging"
ROOT = "arn:aws:iam::123456789012:root"
POLYTOMIC = "arn:aws:iam::568237466542:root"
UNITY_CATALOG = "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"
POLYTOMIC_ID = "8c2f4a1e-6b7d-4e0f-a1b2-c3d4e5f60718"
DATABRICKS_ID = "51d0c9b8-7a6f-4e5d-8c4b-3a29180f7e6d"
S3_ACTIONS = [
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:GetBucketLocation",
    "s3:ListBucketMultipartUploads",
    "s3:ListMultipartUploadParts",
    "s3:AbortMultipartUpload",
]
BUCKET = ["arn:aws:s3:::my-staging-bucket/*", "arn:aws:s3:::my-staging-bucket"]

Statement = dict[str, Any]


def allow(sid: str, principal: str, external_id: str, **conditions: Any) -> Statement:
    """Lets one principal assume the role with one external ID."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": external_id}, **conditions},
    }


def trust(external_id: str = DATABRICKS_ID, **changed: Statement | None) -> list[Statement]:
    """The three statements, or what takes the place of one, by Sid; None leaves it out."""
    itself = {"aws:PrincipalArn": ROLE_ARN}
    statements: dict[str, Statement | None] = {
        "Polytomic": allow("Polytomic", POLYTOMIC, POLYTOMIC_ID),
        "UnityCatalog": allow("UnityCatalog", UNITY_CATALOG, external_id),
        "Itself": allow("Itself", ROOT, external_id, ArnEquals=itself),
        **changed,
    }
    return [each for each in statements.values() if each is not None]


def permissions(**changed: Statement | None) -> list[Statement]:
    """The guide's two statements, or what takes the place of one, by Sid; None leaves it out."""
    statements: dict[str, Statement | None] = {
        "Staging": {"Sid": "Staging", "Effect": "Allow", "Action": S3_ACTIONS, "Resource": BUCKET},
        "Itself": {
            "Sid": "Itself",
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": ROLE_ARN,
        },
        **changed,
    }
    return [each for each in statements.values() if each is not None]


def staging_role(
    trusted: pulumi.Input[list[Statement]] | None = None,
    permitted: list[Statement] | None = None,
    **properties: Any,
) -> aws.iam.Role:
    """Makes the role `staging` and its inline policy."""
    statements = pulumi.Output.from_input(trust() if trusted is None else trusted)
    role = aws.iam.Role(
        "staging",
        name="staging",
        assume_role_policy=statements.apply(_document),
        **properties,
    )
    aws.iam.RolePolicy("access", role=role.name, policy=_document(permitted or permissions()))
    return role


def storage_credential(role_arn: pulumi.Input[str] = ROLE_ARN, **properties: Any) -> Any:
    """Makes the storage credential of the role, whose external ID only Databricks knows."""
    return databricks.StorageCredential(
        "credential",
        name="staging",
        aws_iam_role={"role_arn": role_arn},
        skip_validation=True,
        **properties,
    )


def _document(statements: list[Statement]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
