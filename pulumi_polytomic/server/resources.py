"""The custom resources of the plugin."""

from collections.abc import Mapping
from typing import Final

from ..access_check.lifecycle import StagingAccessCheck
from ..connection.lifecycle import DatabricksConnection
from ..custom_resource.plugin_side import CustomResource
from ..trust_policy.lifecycle import RoleTrustPolicy

RESOURCES: Final[Mapping[str, CustomResource]] = {
    resource.token: resource
    for resource in (DatabricksConnection(), RoleTrustPolicy(), StagingAccessCheck())
}
"""By token."""
