"""In GovCloud: the trust policy names Unity Catalog of the DoD, the credential is not of it."""

import sys

sys.path.append("..")

from typing import Any

from hand_written import BUCKET, S3_ACTIONS, allow, staging_role, storage_credential

ACCOUNT = "arn:aws-us-gov:iam::123456789012"
ROLE = f"{ACCOUNT}:role/staging"
DOD = "arn:aws-us-gov:iam::170661010020:role/unity-catalog-prod-UCMasterRole-1DI6DL6ZP26AS"


def trusted(external_id: str) -> list[dict[str, Any]]:
    """The right external ID, and the wrong Unity Catalog."""
    itself = {"aws:PrincipalArn": ROLE}
    return [
        allow("UnityCatalog", DOD, external_id),
        allow("Itself", f"{ACCOUNT}:root", external_id, ArnEquals=itself),
    ]


bucket = [arn.replace("arn:aws:", "arn:aws-us-gov:") for arn in BUCKET]
credential = storage_credential(ROLE)
staging_role(
    credential.aws_iam_role.external_id.apply(trusted),
    [
        {"Sid": "Staging", "Effect": "Allow", "Action": S3_ACTIONS, "Resource": bucket},
        {"Sid": "Itself", "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": ROLE},
    ],
)
