"""What the three programs are given: size, names and values. No work that one could borrow."""

import os
from typing import Final

import pulumi

BARE_TOKEN: Final = "polytomic-databricks:index:BareStagingAccessBundle"
"""As long as our component's type: it is in every URN of the state, which the engine writes whole
at each step, so the length of a name would weigh more than anything that a component does."""
ACCOUNT_ID: Final = "123456789012"
PARTITION: Final = "aws"
BUCKET: Final = "acme-staging"
DESCRIPTION: Final = "Lets Polytomic stage files in S3 and Databricks Unity Catalog read them"
POLICY_NAME: Final = "polytomic-databricks-staging-access"
POLYTOMIC_EXTERNAL_ID: Final = "8c2f4a1e-6b7d-4e0f-a1b2-c3d4e5f60718"


def names() -> list[str]:
    """One name for each instance; BENCH_PREFIX keeps the programs apart in one account."""
    prefix, size = os.environ["BENCH_PREFIX"], int(os.environ["BENCH_INSTANCES"])
    return [f"{prefix}-{number:03}" for number in range(size)]


def is_account_given() -> bool:
    """Whether account and partition are given; else they are looked up."""
    return os.environ.get("BENCH_ACCOUNT", "given") == "given"


def external_id() -> pulumi.Input[str]:
    """Polytomic's external ID: a secret, as README tells users to configure it, or plain."""
    if os.environ.get("BENCH_EXTERNAL_ID", "secret") == "plain":
        return POLYTOMIC_EXTERNAL_ID
    return pulumi.Output.secret(POLYTOMIC_EXTERNAL_ID)


# Templates of Output.format, so braces that stand for themselves are doubled.
TRUST_POLICY: Final = (
    '{{"Version": "2012-10-17", "Statement": ['
    '{{"Sid": "PolytomicAssumeRole", "Effect": "Allow", '
    '"Principal": {{"AWS": "arn:aws:iam::568237466542:root"}}, "Action": "sts:AssumeRole", '
    '"Condition": {{"StringEquals": {{"sts:ExternalId": "{polytomic_external_id}"}}}}}}, '
    '{{"Sid": "UnityCatalogAssumeRole", "Effect": "Allow", '
    '"Principal": {{"AWS": "{unity_catalog_principal}"}}, "Action": "sts:AssumeRole", '
    '"Condition": {{"StringEquals": {{"sts:ExternalId": "{databricks_external_id}"}}}}}}, '
    '{{"Sid": "ExplicitSelfRoleAssumption", "Effect": "Allow", '
    '"Principal": {{"AWS": "arn:aws:iam::123456789012:root"}}, "Action": "sts:AssumeRole", '
    '"Condition": {{"StringEquals": {{"sts:ExternalId": "{databricks_external_id}"}}, '
    '"ArnEquals": {{"aws:PrincipalArn": "{role_arn}"}}}}}}]}}'
)
PERMISSIONS_POLICY: Final = (
    '{{"Version": "2012-10-17", "Statement": ['
    '{{"Sid": "PolytomicAndDatabricksS3Access", "Effect": "Allow", "Action": ["s3:GetObject", '
    '"s3:ListBucket", "s3:PutObject", "s3:DeleteObject", "s3:GetBucketLocation", '
    '"s3:ListBucketMultipartUploads", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"], '
    '"Resource": ["arn:aws:s3:::acme-staging/*", "arn:aws:s3:::acme-staging"]}}, '
    '{{"Sid": "AllowSelfAssume", "Effect": "Allow", "Action": "sts:AssumeRole", '
    '"Resource": "{role_arn}"}}]}}'
)
