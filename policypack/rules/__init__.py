"""The rules, one file each."""

import importlib
from typing import Final

from ..rule import Rule

_MODULES: Final = (
    "trust_allows_self_assume",
    "permissions_allow_self_assume",
    "trusted_principals",
    "external_id_required",
    "external_id_real",
    "external_id_per_vendor",
    "external_id_matches_credential",
    "unity_catalog_principal_matches",
    "s3_least_privilege",
    "no_foreign_permissions",
    "role_limits",
    "storage_credential_hygiene",
    "undecided",
)

RULES: Final[tuple[Rule, ...]] = tuple(
    importlib.import_module(f".{name}", __name__).RULE for name in _MODULES
)
"""All rules, in the order in which the documentation lists them."""
