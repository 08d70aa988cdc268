"""Names: of the package, and of properties in Python and in Pulumi."""

from importlib.metadata import version
from typing import Final

PACKAGE: Final = "polytomic-databricks"
"""Name of the plugin, and what every type token of ours begins with."""
VERSION: Final = version("pulumi-polytomic")
"""Version of the plugin: the distribution's."""


def camel_case(name: str) -> str:
    """Gives the name that a property has in Pulumi's state and in its other languages."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def snake_case(name: str) -> str:
    """Gives the name that a property has in Python."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
