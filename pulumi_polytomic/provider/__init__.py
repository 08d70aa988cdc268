"""The plugin ``polytomic-databricks``: component and resources for every Pulumi language."""

from importlib.metadata import version
from typing import Final

PACKAGE: Final = "polytomic-databricks"
"""Name of the plugin, and what every type token of ours begins with."""
VERSION: Final = version("pulumi-polytomic")
"""Version of the plugin: the distribution's."""
