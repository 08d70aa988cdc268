"""A staging role as it should be, in documents that were written by hand."""

import copy
from collections.abc import Callable
from typing import Any

from pulumi_polytomic.diagnosis import Finding, Policy, Role, Subject, diagnose

ARN = "arn:aws:iam::123456789012:role/staging"
UNITY_CATALOG = "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"
POLYTOMIC_ID = "8c2f4a1e-6b7d-4e0f-a1b2-c3d4e5f60718"
DATABRICKS_ID = "1f2e3d4c-5b6a-4978-8877-665544332211"
GUIDE: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": ["arn:aws:iam::568237466542:root", UNITY_CATALOG, ARN]},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": [POLYTOMIC_ID, DATABRICKS_ID]}},
        }
    ],
}
OURS: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "PolytomicAssumeRole",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::568237466542:root"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": POLYTOMIC_ID}},
        },
        {
            "Sid": "UnityCatalogAssumeRole",
            "Effect": "Allow",
            "Principal": {"AWS": UNITY_CATALOG},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": DATABRICKS_ID}},
        },
        {
            "Sid": "ExplicitSelfRoleAssumption",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"sts:ExternalId": DATABRICKS_ID},
                "ArnEquals": {"aws:PrincipalArn": ARN},
            },
        },
    ],
}
PERMISSIONS: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "PolytomicAndDatabricksS3Access",
            "Effect": "Allow",
            "Action": [
                "s3:GetObject",
                "s3:ListBucket",
                "s3:PutObject",
                "s3:DeleteObject",
                "s3:GetBucketLocation",
                "s3:ListBucketMultipartUploads",
                "s3:ListMultipartUploadParts",
                "s3:AbortMultipartUpload",
            ],
            "Resource": ["arn:aws:s3:::my-bucket/*", "arn:aws:s3:::my-bucket"],
        },
        {
            "Sid": "AllowSelfAssume",
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": ARN,
        },
    ],
}
SUBJECT = Subject(
    bucket_name="my-bucket",
    databricks_external_id=DATABRICKS_ID,
    unity_catalog_principal=UNITY_CATALOG,
    polytomic_external_ids=(POLYTOMIC_ID,),
)
Change = Callable[[list[dict[str, Any]], list[dict[str, Any]]], Any]
"""Breaks the statements of the trust policy, or those of the permissions policy."""


def judged(
    change: Change,
    trust: dict[str, Any] = OURS,
    subject: Subject = SUBJECT,
    **role: Any,
) -> list[Finding]:
    """What is found in a role that is as it should be, but for the change."""
    trust, permissions = copy.deepcopy(trust), copy.deepcopy(PERMISSIONS)
    change(trust["Statement"], permissions["Statement"])
    findings = diagnose(Role(ARN, trust, (Policy("access", permissions),), **role), subject)
    text = " ".join(map(str, findings))
    assert POLYTOMIC_ID not in text and DATABRICKS_ID not in text
    return findings
