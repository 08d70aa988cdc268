"""The custom resources of the plugin."""

from collections.abc import Mapping
from typing import Final

from .access_check import StagingAccessCheck
from .connection import DatabricksConnection
from .custom import CustomResource
from .trust_policy import RoleTrustPolicy

RESOURCES: Final[Mapping[str, CustomResource]] = {
    resource.token: resource
    for resource in (DatabricksConnection(), RoleTrustPolicy(), StagingAccessCheck())
}
"""By token."""
