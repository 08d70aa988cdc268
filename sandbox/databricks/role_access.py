"""Unity Catalog's own look at a role: may it assume it, may the role assume itself, does S3 work.

Everything goes over HTTP to the sandbox's AWS, signed as the Unity Catalog principal.
"""

import re
from typing import Final, NamedTuple

from sandbox.access_test import RefusalError, Session, assume_role, try_bucket
from sandbox.databricks.errors import NON_SELF_ASSUMING, NOT_ASSUMABLE, denied, invalid
from sandbox.databricks.state import State
from sandbox.http import Json
from sandbox.identities import UNITY_CATALOG, Identity

_ROLE_ARN: Final = re.compile(r"arn:(aws|aws-us-gov):iam::\d{12}:role/(?:[!-~]+/)?[\w+=,.@-]{1,64}")
_URL: Final = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?")
_S3_ACTIONS: Final = {
    "READ": ("s3:GetObject",),
    "LIST": ("s3:ListBucket", "s3:GetBucketLocation"),
    "WRITE": ("s3:PutObject",),
    "DELETE": ("s3:DeleteObject",),
}


class Location(NamedTuple):
    """The two parts of an S3 URL; ``prefix`` without slashes at its ends."""

    bucket: str
    prefix: str


def check_role_arn(role_arn: str) -> str:
    """The ARN again. Raises ApiError where it is no role's ARN on AWS or AWS GovCloud."""
    if not _ROLE_ARN.fullmatch(role_arn):
        raise invalid(f"Invalid AWS IAM role ARN: '{role_arn}'.")
    return role_arn


def parse_url(url: str) -> Location:
    """The bucket and the prefix. Raises ApiError for what Unity Catalog on AWS does not take."""
    found = _URL.fullmatch(url)
    if not found or not url.isascii():
        raise invalid(f"Invalid storage location '{url}': expected s3://<bucket>/<path>.")
    if "." in found[1]:
        raise invalid(f"S3 bucket names with dots are not supported: '{found[1]}'.")
    return Location(found[1], (found[2] or "").strip("/"))


def unity_catalog_identity(state: State, role_arn: str) -> Identity:
    """Whose Unity Catalog assumes this role: the set environment's, else its partition's."""
    environment = state.settings.databricks_environment or role_arn.split(":")[1]
    return UNITY_CATALOG[environment]


def open_session(state: State, aws_iam_role: Json) -> Session:
    """A session of a role that also may assume itself. Raises ApiError as a create does."""
    role_arn, external_id = aws_iam_role["role_arn"], aws_iam_role["external_id"]
    caller = unity_catalog_identity(state, role_arn)
    try:
        session = assume_role(state.aws_endpoint, caller, role_arn, external_id)
    except RefusalError:
        raise denied(NOT_ASSUMABLE) from None
    try:
        return assume_role(state.aws_endpoint, session, role_arn, external_id)
    except RefusalError:
        raise invalid(NON_SELF_ASSUMING, "UC_IAM_ROLE_NON_SELF_ASSUMING") from None


def try_location(
    state: State, session: Session, url: str, *, read_only: bool
) -> dict[str, RefusalError | None]:
    """What became of READ, LIST, WRITE, DELETE (the last two not with ``read_only``)."""
    bucket, prefix = parse_url(url)
    results = try_bucket(state.aws_endpoint, session, bucket, prefix, write=not read_only)
    return {
        operation: next((results[action] for action in actions if results[action]), None)
        for operation, actions in _S3_ACTIONS.items()
        if actions[0] in results
    }


def require_access(state: State, aws_iam_role: Json, url: str, *, read_only: bool) -> None:
    """Raises ApiError as an external location's create does."""
    session = open_session(state, aws_iam_role)
    for operation, refusal in try_location(state, session, url, read_only=read_only).items():
        if refusal:
            raise denied(describe_refusal(operation, url, refusal))


def describe_refusal(operation: str, url: str, refusal: RefusalError) -> str:
    """Databricks' sentence for an operation that S3 refused."""
    if refusal.code == "NoSuchBucket":
        return f"The path {url} does not exist: S3 knows no such bucket."
    return (
        f"AWS IAM role does not have {operation} permissions on url {url}. Please contact your "
        "account admin to update the storage credential."
    )
