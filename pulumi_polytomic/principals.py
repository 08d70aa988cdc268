"""The AWS principals with which Polytomic and Unity Catalog assume a staging role.

Sources: Polytomic's guide "IAM role authentication to Databricks AWS staging buckets" and
``aws/constants.go`` of databricks/terraform-provider-databricks. A storage credential also returns
its own principal (``aws_iam_role.unity_catalog_iam_arn``); that answer outranks the table here.
"""

from typing import Final, NamedTuple

POLYTOMIC_ACCOUNT_ID: Final = "568237466542"
"""AWS account of hosted Polytomic."""

POLYTOMIC_PRINCIPALS: Final = {
    "account": f"arn:aws:iam::{POLYTOMIC_ACCOUNT_ID}:root",
    "service-role": (
        f"arn:aws:iam::{POLYTOMIC_ACCOUNT_ID}:role/convox/prod-polytomic-ServiceRole-1ELGH39L0GCHT"
    ),
}
"""Hosted Polytomic's principals by the word that chooses them; ``service-role`` is narrower."""


class DatabricksEnvironment(NamedTuple):
    """Where a Databricks workspace runs."""

    partition: str
    """AWS partition of the workspace, and so of the staging role."""
    unity_catalog_principal: str
    """ARN of the role with which Unity Catalog assumes a customer's role."""


DATABRICKS_ENVIRONMENTS: Final = {
    "aws": DatabricksEnvironment(
        "aws",
        "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL",
    ),
    "aws-us-gov": DatabricksEnvironment(
        "aws-us-gov",
        "arn:aws-us-gov:iam::044793339203:role/unity-catalog-prod-UCMasterRole-1QRFA8SGY15OJ",
    ),
    "aws-us-gov-dod": DatabricksEnvironment(
        "aws-us-gov",
        "arn:aws-us-gov:iam::170661010020:role/unity-catalog-prod-UCMasterRole-1DI6DL6ZP26AS",
    ),
}
"""Databricks environments on AWS by name."""
