"""The custom resources of the plugin."""

from collections.abc import Mapping
from typing import Final

from .access_check import StagingAccessCheck
from .connection import DatabricksConnection
from .custom import CustomResource

RESOURCES: Final[Mapping[str, CustomResource]] = {
    resource.token: resource for resource in (DatabricksConnection(), StagingAccessCheck())
}
"""By token."""
