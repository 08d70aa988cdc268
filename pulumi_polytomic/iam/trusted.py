"""Who may be let into a staging role: the vendors, the role itself, and whom a team lists."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from pulumi_polytomic.principals import (
    DATABRICKS_ENVIRONMENTS,
    POLYTOMIC_ACCOUNT_ID,
    POLYTOMIC_PRINCIPALS,
)

VENDOR_ACCOUNTS: Final[Mapping[str, str]] = {
    POLYTOMIC_ACCOUNT_ID: "Polytomic",
    **{
        each.unity_catalog_principal.split(":")[4]: "Unity Catalog"
        for each in DATABRICKS_ENVIRONMENTS.values()
    },
}
"""AWS accounts of the vendors, with whose they are."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """Who may be let into a role."""

    role_arn: str
    """The role itself."""
    account_known: bool = True
    """False: the account in `role_arn` is a guess, so no principal is the role for certain."""
    unique_id: str | None = None
    """Of the role (``AROA...``); None: not known."""
    own_installations: Collection[str] = ()
    """ARNs with which the user's own Polytomic assumes roles."""
    environments: Collection[str] = ()
    """Databricks environments that are in use. Empty: those of the role's partition."""
    others: Collection[str] = ()
    """ARNs, or account numbers, that may get in besides; no external ID is asked of them."""

    @property
    def partition(self) -> str:
        """Of the role."""
        return self.role_arn.split(":")[1]

    @property
    def root(self) -> str:
        """The role's own account."""
        return f"arn:{self.partition}:iam::{self.role_arn.split(':')[4]}:root"

    def unity_catalogs(self) -> list[str]:
        """Give the Unity Catalog principals that may call."""
        return [
            each.unity_catalog_principal
            for name, each in DATABRICKS_ENVIRONMENTS.items()
            if each.partition == self.partition
            and (not self.environments or name in self.environments)
        ]

    def vendors(self) -> list[str]:
        """Give the principals with which the vendors call."""
        hosted = POLYTOMIC_PRINCIPALS.values()
        return [*hosted, *self.own_installations, *self.unity_catalogs()]

    def vendor_of(self, principal: str) -> str | None:
        """Name the vendor that a principal is, or belongs to; it must be asked for its ID."""
        if principal in self.own_installations:
            return "Polytomic"
        account = (principal.split(":") + [""] * 5)[4]
        return None if account == self.root.split(":")[4] else self.vendor_in(account)

    def vendor_in(self, account: str) -> str | None:
        """Name the vendor that calls from an account."""
        own = {each.split(":")[4] for each in self.own_installations}
        return "Polytomic" if account in own else VENDOR_ACCOUNTS.get(account)

    def lists(self, principal: str) -> bool:
        """Whether the configuration lets a principal in."""
        number = principal.split(":")[4] if principal.endswith(":root") else None
        return principal in self.others or (number is not None and number in self.others)
