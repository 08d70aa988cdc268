"""Reads the arguments of ``DatabricksStagingAccess`` from the stack's configuration."""

from typing import Any, cast

import pulumi

from pulumi_polytomic import ArgumentError, DatabricksStagingAccess, DatabricksStagingAccessArgs
from pulumi_polytomic.errors import Fault
from pulumi_polytomic.naming import camel_case

_ARGUMENTS = DatabricksStagingAccess.arguments
_EXTERNAL_IDS = (
    "polytomic_external_id",
    "polytomic_external_ids",
    "polytomic_connection_name",
)


def staging_access_args(config: pulumi.Config) -> DatabricksStagingAccessArgs:
    """Gives the arguments that are configured; each has its camelCase name as key.

    An empty value counts as not given: Pulumi.yaml gives every key a default, because Pulumi
    demands a value for each declared key that has none.

    Raises:
        ArgumentError: what a stack cannot do without is not configured.
    """
    found = {name: _configured(config, name) for name in _ARGUMENTS.shapes}
    # A default of false or {} says nothing either, and some modes refuse settings they do not use.
    given = {name: value for name, value in found.items() if value is not None}
    _require(given)
    return cast(DatabricksStagingAccessArgs, given)


def _configured(config: pulumi.Config, name: str) -> Any:
    """Gives the value of one argument, None for an empty one."""
    key, kinds = camel_case(name), _ARGUMENTS.shapes[name].kinds
    text = config.get(key)
    if text in (None, "", "[]", "{}"):
        return None
    if name in _ARGUMENTS.sensitive:
        return config.get_secret(key) if kinds == ("string",) else config.get_secret_object(key)
    if kinds == ("boolean",):
        return config.get_bool(key) or None
    if "boolean" in kinds:
        return {"true": True, "false": False}.get(str(text), text)
    if kinds == ("integer",):
        return config.get_int(key)
    return text if kinds == ("string",) else config.get_object(key)


def _require(given: dict[str, Any]) -> None:
    faults = []
    if "bucket_name" not in given:
        fix = "Run: pulumi config set bucketName <your staging bucket>"
        faults.append(Fault("bucketName", "is not configured", fix))
    if not any(name in given for name in _EXTERNAL_IDS):
        fix = (
            "Copy it from the connection in Polytomic and run: "
            "pulumi config set --secret polytomicExternalId; or have the connection made: "
            "pulumi config set polytomicConnectionName <its name>"
        )
        faults.append(Fault("polytomicExternalId", "is not configured", fix))
    if faults:
        raise ArgumentError(f"Stack '{pulumi.get_stack()}'", faults)
