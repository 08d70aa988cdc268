"""The permissions that the builder makes, against the guide's, written out by hand."""

from typing import Any

import pytest

from pulumi_polytomic.iam import (
    S3_BUCKET_ACTIONS,
    S3_OBJECT_ACTIONS,
    permissions_policy,
)
from tests.unit.iam.support import ROLE

KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def test_the_permissions_are_the_guides() -> None:
    assert permissions_policy(role_arn=ROLE, bucket_name="your-staging-bucket") == {
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
                "Resource": [
                    "arn:aws:s3:::your-staging-bucket/*",
                    "arn:aws:s3:::your-staging-bucket",
                ],
            },
            {
                "Sid": "AllowSelfAssume",
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Resource": "arn:aws:iam::123456789012:role/staging",
            },
        ],
    }


@pytest.mark.parametrize("prefix", ["polytomic/staging", "polytomic/staging/"])
def test_a_prefix_narrows_objects_and_listing(prefix: str) -> None:
    built = permissions_policy(role_arn=None, bucket_name="lake", bucket_prefix=prefix)

    assert built["Statement"] == [
        {
            "Sid": "PolytomicAndDatabricksS3Access",
            "Effect": "Allow",
            "Action": [
                "s3:GetObject",
                "s3:PutObject",
                "s3:DeleteObject",
                "s3:ListMultipartUploadParts",
                "s3:AbortMultipartUpload",
            ],
            "Resource": "arn:aws:s3:::lake/polytomic/staging/*",
        },
        {
            "Sid": "PolytomicAndDatabricksS3AccessList",
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": "arn:aws:s3:::lake",
            "Condition": {
                "StringLike": {
                    "s3:prefix": [
                        "polytomic/staging",
                        "polytomic/staging/",
                        "polytomic/staging/*",
                    ]
                }
            },
        },
        {
            "Sid": "PolytomicAndDatabricksS3AccessBucket",
            "Effect": "Allow",
            "Action": ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"],
            "Resource": "arn:aws:s3:::lake",
        },
    ]


def test_a_key_adds_its_statement() -> None:
    built = permissions_policy(role_arn=None, bucket_name="lake", kms_key_arn=KEY)

    assert built["Statement"][1:] == [
        {
            "Sid": "AllowKms",
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*"],
            "Resource": KEY,
        }
    ]


def test_the_partition_reaches_the_bucket() -> None:
    built = permissions_policy(
        role_arn="arn:aws-us-gov:iam::123456789012:role/staging",
        bucket_name="lake",
        partition="aws-us-gov",
    )

    assert built["Statement"][0]["Resource"][1] == "arn:aws-us-gov:s3:::lake"


@pytest.mark.parametrize(
    "wrong",
    [
        {"bucket_name": "my.bucket"},
        {"bucket_prefix": "a*"},
        {"partition": "aws-moon"},
        {"role_arn": "staging"},
        {"role_arn": "arn:aws-cn:iam::123456789012:role/staging"},
        {"kms_key_arn": "alias/staging"},
        {"kms_key_arn": KEY.replace("arn:aws:", "arn:aws-cn:")},
    ],
)
def test_malformed_permissions_are_never_built(wrong: dict[str, Any]) -> None:
    arguments: dict[str, Any] = {"role_arn": ROLE, "bucket_name": "lake"} | wrong

    with pytest.raises(ValueError, match=next(iter(wrong))):
        permissions_policy(**arguments)


def test_the_guides_eight_actions_are_split_by_what_they_act_on() -> None:
    assert S3_BUCKET_ACTIONS == (
        "s3:ListBucket",
        "s3:GetBucketLocation",
        "s3:ListBucketMultipartUploads",
    )
    assert set(S3_OBJECT_ACTIONS) == {
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "s3:ListMultipartUploadParts",
        "s3:AbortMultipartUpload",
    }
