"""Pulumi components for running Polytomic with Databricks on AWS.

Importing this package loads no provider SDK: the components are imported when they are first used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .access_check.resource import StagingAccessCheck, StagingAccessCheckArgs
    from .connection.resource import DatabricksConnection, DatabricksConnectionArgs
    from .custom_resource.provider_resource import Provider, ProviderArgs
    from .errors import ArgumentError, DeploymentError
    from .staging_access.component import DatabricksStagingAccess, DatabricksStagingAccessArgs
    from .trust_policy.resource import RoleTrustPolicy, RoleTrustPolicyArgs

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
    "DatabricksConnection": "connection.resource",
    "DatabricksConnectionArgs": "connection.resource",
    "DatabricksStagingAccess": "staging_access.component",
    "DatabricksStagingAccessArgs": "staging_access.component",
    "DeploymentError": "errors",
    "Provider": "custom_resource.provider_resource",
    "ProviderArgs": "custom_resource.provider_resource",
    "RoleTrustPolicy": "trust_policy.resource",
    "RoleTrustPolicyArgs": "trust_policy.resource",
    "StagingAccessCheck": "access_check.resource",
    "StagingAccessCheckArgs": "access_check.resource",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{home}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
