"""Who can call the sandbox: each identity is an access key that stands for one AWS principal."""

from typing import Final, NamedTuple

from pulumi_polytomic.principals import DATABRICKS_ENVIRONMENTS, POLYTOMIC_PRINCIPALS

DEFAULT_ACCOUNT_ID: Final = "123456789012"
DEFAULT_REGION: Final = "us-east-1"


class Identity(NamedTuple):
    """A principal and the access key that it signs with. The keys open nothing but the sandbox."""

    arn: str
    access_key_id: str
    secret_access_key: str


ADMINISTRATOR: Final = Identity(
    f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:user/administrator",
    "AKIASANDBOXADMIN0000",
    "sandbox-administrator-secret",
)
"""May do anything in the sandbox's own account."""

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

ALL: Final = (ADMINISTRATOR, POLYTOMIC, *UNITY_CATALOG.values(), STRANGER)
