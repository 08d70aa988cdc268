"""Try a role as a vendor does: assume it, then use the bucket, over HTTP on the sandbox's AWS."""

import os
import threading
import uuid
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from sandbox.identities import DEFAULT_REGION, Identity

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

S3_ACTIONS: Final = (
    "s3:GetBucketLocation",
    "s3:ListBucket",
    "s3:PutObject",
    "s3:GetObject",
    "s3:DeleteObject",
)
"""In the order in which they are tried."""


class Session(NamedTuple):
    """Temporary credentials of an assumed role."""

    access_key_id: str
    secret_access_key: str
    session_token: str


class RefusalError(Exception):
    """AWS refused, or did not answer. ``code`` is its error code, the text its message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def assume_role(
    aws_endpoint: str, caller: Identity | Session, role_arn: str, external_id: str | None
) -> Session:
    """Assume a role as a vendor, or as a session of the role itself. Raises RefusalError."""
    parameters = {"RoleArn": role_arn, "RoleSessionName": f"sandbox-{uuid.uuid4().hex[:12]}"}
    if external_id is not None:
        parameters["ExternalId"] = external_id
    client = _client(aws_endpoint, "sts", caller, DEFAULT_REGION)
    answer = _tried(partial(client.assume_role, **parameters))
    credentials = answer["Credentials"]
    return Session(
        credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"]
    )


def try_bucket(
    aws_endpoint: str,
    session: Session,
    bucket: str,
    prefix: str = "",
    *,
    write: bool = True,
    region: str = DEFAULT_REGION,
) -> dict[str, RefusalError | None]:
    """What became of each of ``S3_ACTIONS`` below a prefix; without ``write``, of the first two
    and ``s3:GetObject``. An object that it writes is deleted again."""
    s3: S3Client = _client(aws_endpoint, "s3", session, region)
    folder = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
    key = f"{folder}sandbox-access-test-{uuid.uuid4().hex}"
    attempts: dict[str, Callable[[], object]] = {
        "s3:GetBucketLocation": partial(s3.get_bucket_location, Bucket=bucket),
        "s3:ListBucket": partial(s3.list_objects_v2, Bucket=bucket, Prefix=folder, MaxKeys=1),
    }
    if write:
        attempts["s3:PutObject"] = partial(
            s3.put_object, Bucket=bucket, Key=key, Body=b"access test"
        )
    attempts["s3:GetObject"] = partial(s3.get_object, Bucket=bucket, Key=key)
    if write:
        attempts["s3:DeleteObject"] = partial(s3.delete_object, Bucket=bucket, Key=key)
    results = {action: _refusal(attempt) for action, attempt in attempts.items()}
    unread = results["s3:GetObject"]
    if unread and unread.code == "NoSuchKey":
        # Nothing was written there; who may not read is told AccessDenied instead.
        results["s3:GetObject"] = None
    return results


def _client(aws_endpoint: str, service: str, caller: Identity | Session, region: str) -> Any:
    token = caller.session_token if isinstance(caller, Session) else None
    with _sessions:
        # One botocore session for all: it keeps the services' large descriptions in memory.
        return _BOTOCORE.create_client(
            service,
            region_name=region,
            endpoint_url=aws_endpoint,
            aws_access_key_id=caller.access_key_id,
            aws_secret_access_key=caller.secret_access_key,
            aws_session_token=token,
            config=_CONFIG,
        )


def _refusal(attempt: Callable[[], object]) -> RefusalError | None:
    try:
        _tried(attempt)
    except RefusalError as refusal:
        return refusal
    return None


def _tried(attempt: Callable[[], Any]) -> Any:
    try:
        return attempt()
    except ClientError as error:
        details = error.response["Error"]
        raise RefusalError(details.get("Code", "Unknown"), details.get("Message", "")) from None
    except BotoCoreError as error:
        raise RefusalError(type(error).__name__, str(error)) from None


_sessions = threading.Lock()

_BOTOCORE: Final = botocore.session.Session(
    # Neither the user's profile nor the user's files: a vendor has its own keys only.
    session_vars={
        "profile": (None, None, None, None),
        "config_file": (None, None, os.devnull, None),
        "credentials_file": (None, None, os.devnull, None),
    }
)

_CONFIG: Final = Config(
    proxies={},
    retries={"mode": "standard", "total_max_attempts": 2},
    s3={"addressing_style": "path"},
    connect_timeout=5,
    read_timeout=30,
)
