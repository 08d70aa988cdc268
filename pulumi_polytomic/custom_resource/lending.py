"""What the stack's AWS and Databricks providers are configured with, lent to our own resources.

The engine tells a plugin the configuration of its own package alone.
"""

from collections.abc import Iterable
from typing import Final

import pulumi

from .settings import AWS_KEYS, DATABRICKS_KEYS

_SECRETS: Final = frozenset({"token", "clientSecret", "accessKey", "secretKey"})


def databricks_configuration() -> dict[str, pulumi.Input[str]] | None:
    """Gives what reaches Databricks; None where nothing is configured."""
    return _configured("databricks", DATABRICKS_KEYS)


def aws_configuration() -> dict[str, pulumi.Input[str]] | None:
    """Gives what reaches AWS; None where nothing is configured."""
    return _configured("aws", AWS_KEYS)


def _configured(namespace: str, keys: Iterable[str]) -> dict[str, pulumi.Input[str]] | None:
    config = pulumi.Config(namespace)
    found: dict[str, pulumi.Input[str]] = {}
    for key in keys:
        value = config.get_secret(key) if key in _SECRETS else config.get(key)
        if value is not None:
            found[key] = value
    return found or None
