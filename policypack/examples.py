"""Statements that the rules show as examples, as JSON."""

import json
from typing import Any, Final

from pulumi_polytomic.principals import DATABRICKS_ENVIRONMENTS, POLYTOMIC_PRINCIPALS

POLYTOMIC: Final = POLYTOMIC_PRINCIPALS["account"]
UNITY_CATALOG: Final = DATABRICKS_ENVIRONMENTS["aws"].unity_catalog_principal
ROOT: Final = "arn:aws:iam::123456789012:root"
ROLE: Final = "arn:aws:iam::123456789012:role/staging"
OF_CONNECTION: Final = "<external ID of the connection>"
OF_CREDENTIAL: Final = "<external ID of the storage credential>"


def trust(principal: str | list[str], external_id: str | list[str], **further: Any) -> Any:
    """Write a statement of a trust policy."""
    return {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": external_id}, **further},
    }


def permit(action: str | list[str], resource: str | list[str]) -> Any:
    """Write a statement of a permissions policy."""
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def shown(*statements: Any) -> str:
    """Give one statement, or a list of them, as JSON."""
    return json.dumps(statements[0] if len(statements) == 1 else statements, indent=2)
