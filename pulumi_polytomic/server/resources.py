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


def resource_of(urn: str) -> CustomResource:
    """Gives the resource type of a URN; a child's carries its parents' types before its own."""
    return RESOURCES[urn.split("::")[2].rsplit("$", 1)[-1]]
