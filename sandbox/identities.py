"""Who can call the sandbox: each identity is an access key that stands for one AWS principal."""

from typing import Final, NamedTuple

from pulumi_polytomic.principals import DATABRICKS_ENVIRONMENTS, POLYTOMIC_PRINCIPALS

DEFAULT_ACCOUNT_ID: Final = "123456789012"
"""The account that a sandbox stands for, where it is started with no other."""

DEFAULT_REGION: Final = "us-east-1"


class Identity(NamedTuple):
    """A principal and the access key that it signs with. The keys open nothing but the sandbox."""

    arn: str
    access_key_id: str
    secret_access_key: str


def administrator(account_id: str) -> Identity:
    """Who may do anything in a sandbox's own account. Each account's has keys of its own."""
    return Identity(
        f"arn:aws:iam::{account_id}:user/administrator",
        f"AKIA{account_id}ADMN",
        f"sandbox-administrator-secret-{account_id}",
    )


ADMINISTRATOR: Final = administrator(DEFAULT_ACCOUNT_ID)
"""Of a sandbox that is started with no other account."""

POLYTOMIC: Final = Identity(
    POLYTOMIC_PRINCIPALS["service-role"],
    "AKIASANDBOXPOLYTOMIC",
    "sandbox-polytomic-secret",
)
"""Hosted Polytomic: its service role, which is also covered by a trust in its account."""

UNITY_CATALOG: Final = {
    name: Identity(
        environment.unity_catalog_principal,
        f"AKIASANDBOXUNITYCAT{number}",
        f"sandbox-unity-catalog-secret-{number}",
    )
    for number, (name, environment) in enumerate(DATABRICKS_ENVIRONMENTS.items())
}
"""Unity Catalog's role, by Databricks environment."""

STRANGER: Final = Identity(
    "arn:aws:iam::999999999999:user/stranger",
    "AKIASANDBOXSTRANGER0",
    "sandbox-stranger-secret",
)
"""Somebody in another account whom nobody should trust."""

OUTSIDERS: Final = (POLYTOMIC, *UNITY_CATALOG.values(), STRANGER)
"""Those who call from accounts of their own, the same ones for every sandbox."""
