"""Reads the arguments of ``DatabricksStagingAccess`` from the stack's configuration."""

from typing import Any, cast

import pulumi

from pulumi_polytomic import ArgumentError, DatabricksStagingAccessArgs
from pulumi_polytomic.errors import Fault

_TEXTS = (
    "bucket_name",
    "bucket_prefix",
    "polytomic_connection_name",
    "polytomic_principal",
    "role_name",
    "role_path",
    "role_description",
    "permissions_boundary",
    "account_id",
    "partition",
    "databricks_environment",
    "unity_catalog_principal",
    "storage_credential",
    "storage_credential_name",
    "storage_credential_comment",
    "storage_credential_owner",
    "isolation_mode",
    "self_trust",
    "kms_key_arn",
)
_FLAGS = {"true": True, "false": False}
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
    args: dict[str, Any] = {name: config.get(_key(name)) for name in _TEXTS}
    args["storage_credential_read_only"] = config.get_bool("storageCredentialReadOnly")
    args["force_destroy"] = config.get_bool("forceDestroy")
    args["max_session_duration"] = config.get_int("maxSessionDuration")
    args["check_access_deadline"] = config.get_int("checkAccessDeadline")
    args["tags"] = config.get_object("tags")
    if config.get("polytomicExternalId"):
        args["polytomic_external_id"] = config.get_secret("polytomicExternalId")
    if config.get_object("polytomicExternalIds"):
        args["polytomic_external_ids"] = config.get_secret_object("polytomicExternalIds")
    if config.get_object("polytomicConnectionConfig"):
        args["polytomic_connection_config"] = config.get_secret_object("polytomicConnectionConfig")
    given = {name: value for name, value in args.items() if value is not None and value != ""}
    # A default of false or {} says nothing either, and some modes refuse settings they do not use.
    given = {name: value for name, value in given.items() if value is not False and value != {}}
    if check_access := config.get("checkAccess"):
        given["check_access"] = _FLAGS.get(check_access, check_access)
    _require(given)
    return cast(DatabricksStagingAccessArgs, given)


def _key(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


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
