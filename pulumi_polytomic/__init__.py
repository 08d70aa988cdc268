"""Pulumi components for running Polytomic with Databricks on AWS.

Importing this package loads no provider SDK: the components are imported when they are first used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .access_check.arguments import StagingAccessCheckArgs
    from .access_check.resource import StagingAccessCheck
    from .connection.arguments import DatabricksConnectionArgs
    from .connection.resource import DatabricksConnection
    from .custom_resource.provider_arguments import ProviderArgs
    from .custom_resource.provider_resource import Provider
    from .errors import ArgumentError, DeploymentError
    from .staging_access.arguments import DatabricksStagingAccessArgs
    from .staging_access.component import DatabricksStagingAccess
    from .trust_policy.arguments import RoleTrustPolicyArgs
    from .trust_policy.resource import RoleTrustPolicy

    __version__: str

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
    "__version__",
]

_HOMES = {
    "ArgumentError": "errors",
    "DatabricksConnection": "connection.resource",
    "DatabricksConnectionArgs": "connection.arguments",
    "DatabricksStagingAccess": "staging_access.component",
    "DatabricksStagingAccessArgs": "staging_access.arguments",
    "DeploymentError": "errors",
    "Provider": "custom_resource.provider_resource",
    "ProviderArgs": "custom_resource.provider_arguments",
    "RoleTrustPolicy": "trust_policy.resource",
    "RoleTrustPolicyArgs": "trust_policy.arguments",
    "StagingAccessCheck": "access_check.resource",
    "StagingAccessCheckArgs": "access_check.arguments",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "__version__":
        return import_module(".naming", __name__).VERSION
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{home}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
