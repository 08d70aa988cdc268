"""Taking a configuration from a client and showing it again: checks, defaults, masks."""

import re
from typing import Final, NamedTuple

from sandbox.http import Json
from sandbox.polytomic.errors import unprocessable
from sandbox.polytomic.schema import FIELDS, Field

MASK: Final = "********"
"""Stands for a secret in every answer; sent back, it means: as it was."""

_ROLE_ARN: Final = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/(?:[!-~]+/)?[\w+=,.@-]{1,64}")
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_TYPES: Final[dict[str, type]] = {"string": str, "integer": int, "boolean": bool}


class Bucket(NamedTuple):
    """The setting ``s3_bucket_name`` in its parts."""

    name: str
    prefix: str


def take(given: Json, before: Json | None = None) -> Json:
    """The configuration to keep: checked, complete with defaults, masked secrets filled in.

    ``before`` is what an update replaces. Read-only keys of the client are ignored, null counts as
    absent. Raises ApiError.
    """
    configuration: Json = {}
    for name, value in given.items():
        field = FIELDS.get(name)
        if field is None:
            raise unprocessable(f"{name}: unknown configuration field", name)
        if field.read_only or value is None:
            continue
        _check_type(name, field, value)
        if field.sensitive and value == MASK:
            if before is None or name not in before:
                raise unprocessable(f"{name}: there is no saved value behind the mask", name)
            value = before[name]
        configuration[name] = value
    for name, field in FIELDS.items():
        if field.default is not None:
            configuration.setdefault(name, field.default)
    _check_whole(configuration, given)
    return configuration


def show(configuration: Json) -> Json:
    """The configuration as every answer has it."""
    return {
        name: MASK if FIELDS[name].sensitive and value else value
        for name, value in configuration.items()
    }


def uses_role(configuration: Json) -> bool:
    """Whether Polytomic signs in to AWS with the customer's role."""
    return bool(configuration["auth_mode"] == "iam_role")


def bucket_of(configuration: Json) -> Bucket | None:
    """The bucket and the path after its name (``s3://bucket/path`` or without the scheme)."""
    text = str(configuration.get("s3_bucket_name", "")).removeprefix("s3://")
    if not text:
        return None
    name, _, path = text.partition("/")
    return Bucket(name, path.strip("/"))


def _check_type(name: str, field: Field, value: object) -> None:
    kind = _TYPES[field.type]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise unprocessable(f"{name}: expected {field.type}", name)
    if field.choices and value and value not in field.choices:
        raise unprocessable(f"{name}: must be one of {', '.join(field.choices)}", name)


def _check_whole(configuration: Json, given: Json) -> None:
    for name, field in FIELDS.items():
        if field.required and given.get(name) in (None, ""):
            raise unprocessable(f"{name}: is required", name)
    if not 1 <= configuration["port"] <= 65535:
        raise unprocessable("port: must be between 1 and 65535", "port")
    needs = {
        "access_token": ("access_token",),
        "oauth_service_principal": ("service_principal_id", "service_principal_secret"),
    }
    mode = configuration["databricks_auth_mode"]
    for name in needs[mode]:
        if not configuration.get(name):
            raise unprocessable(f"{name}: is required where databricks_auth_mode is {mode}", name)
    if uses_role(configuration):
        role_arn = configuration.get("iam_role_arn")
        if not role_arn:
            raise unprocessable(
                "iam_role_arn: is required where auth_mode is iam_role", "iam_role_arn"
            )
        if not _ROLE_ARN.fullmatch(role_arn):
            raise unprocessable("iam_role_arn: is not the ARN of an IAM role", "iam_role_arn")
    bucket = bucket_of(configuration)
    if bucket and not _BUCKET.fullmatch(bucket.name):
        raise unprocessable("s3_bucket_name: is not the name of an S3 bucket", "s3_bucket_name")
