"""What the stack's AWS and Databricks providers are configured with, lent to our own resources.

The engine tells a plugin the configuration of its own package alone.
"""

from typing import Final

import pulumi

_DATABRICKS: Final = ("host", "token", "profile", "clientId", "clientSecret", "configFile")
_AWS: Final = ("profile", "region", "accessKey", "secretKey", "token")
_SECRETS: Final = frozenset({"token", "clientSecret", "accessKey", "secretKey"})


def databricks_configuration() -> dict[str, pulumi.Input[str]] | None:
    """Gives what reaches Databricks; None where nothing is configured."""
    return _configured("databricks", _DATABRICKS)


def aws_configuration() -> dict[str, pulumi.Input[str]] | None:
    """Gives what reaches AWS; None where nothing is configured."""
    return _configured("aws", _AWS)


def _configured(namespace: str, keys: tuple[str, ...]) -> dict[str, pulumi.Input[str]] | None:
    config = pulumi.Config(namespace)
    found: dict[str, pulumi.Input[str]] = {}
    for key in keys:
        value = config.get_secret(key) if key in _SECRETS else config.get(key)
        if value is not None:
            found[key] = value
    return found or None
