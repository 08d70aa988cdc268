"""Pulumi components for running Polytomic with Databricks on AWS.

Importing this package loads no provider SDK: the components are imported when they are first used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .access_check import StagingAccessCheck, StagingAccessCheckArgs
    from .databricks_connection import DatabricksConnection, DatabricksConnectionArgs
    from .errors import ArgumentError, DeploymentError
    from .provider_resource import Provider, ProviderArgs
    from .role_trust_policy import RoleTrustPolicy, RoleTrustPolicyArgs
    from .staging_access import DatabricksStagingAccess, DatabricksStagingAccessArgs

__all__ = [
    "ArgumentError",
    "DatabricksConnection",
    "DatabricksConnectionArgs",
    "DatabricksStagingAccess",
    "DatabricksStagingAccessArgs",
    "DeploymentError",
    "Provider",
    "ProviderArgs",
    "RoleTrustPolicy",
    "RoleTrustPolicyArgs",
    "StagingAccessCheck",
    "StagingAccessCheckArgs",
]

_HOMES = {
    "ArgumentError": "errors",
    "DatabricksConnection": "databricks_connection",
    "DatabricksConnectionArgs": "databricks_connection",
    "DatabricksStagingAccess": "staging_access",
    "DatabricksStagingAccessArgs": "staging_access",
    "DeploymentError": "errors",
    "Provider": "provider_resource",
    "ProviderArgs": "provider_resource",
    "RoleTrustPolicy": "role_trust_policy",
    "RoleTrustPolicyArgs": "role_trust_policy",
    "StagingAccessCheck": "access_check",
    "StagingAccessCheckArgs": "access_check",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{home}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
