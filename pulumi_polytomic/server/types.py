"""The types that the plugin serves."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

from ..access_check.lifecycle import StagingAccessCheck
from ..connection.lifecycle import DatabricksConnection
from ..custom_resource.plugin_side import CustomResource
from ..custom_resource.program_side import OwnResource
from ..trust_policy.lifecycle import RoleTrustPolicy

if TYPE_CHECKING:
    from ..staging_access.component import DatabricksStagingAccess

_LIFECYCLES: Final[tuple[CustomResource, ...]] = (
    DatabricksConnection(),
    RoleTrustPolicy(),
    StagingAccessCheck(),
)
RESOURCES: Final[Mapping[str, CustomResource]] = {
    each.program_side.token: each for each in _LIFECYCLES
}
"""What the plugin does for each custom resource, by token."""


@cache
def components() -> "Mapping[str, type[DatabricksStagingAccess]]":
    """Gives the components by token. It loads provider SDKs, which no custom resource needs."""
    from ..staging_access.component import DatabricksStagingAccess

    return {DatabricksStagingAccess.token: DatabricksStagingAccess}


def custom_resources() -> Mapping[str, type[OwnResource]]:
    """Gives what programs see of the custom resources, by token."""
    return {token: each.program_side for token, each in RESOURCES.items()}


def resource_of(urn: str) -> CustomResource:
    """Gives the resource type of a URN; a child's carries its parents' types before its own."""
    return RESOURCES[urn.split("::")[2].rsplit("$", 1)[-1]]
