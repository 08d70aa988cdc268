"""Authorization of S3 requests: bucket policies, listing by prefix, keys of SSE-KMS."""

from collections.abc import Mapping
from typing import Any, Final

from moto.s3.models import FakeBucket, S3Backend, s3_backends

from sandbox.aws.authorization import Permissions
from sandbox.aws.kms_access import require_key
from sandbox.aws.request import AwsRequest
from sandbox.aws.s3_operations import required_permissions, split_path

_CONDITION_QUERIES: Final = {
    "prefix": "s3:prefix",
    "delimiter": "s3:delimiter",
    "max-keys": "s3:max-keys",
    "versionId": "s3:VersionId",
}
_CONDITION_HEADERS: Final = {
    "x-amz-acl": "s3:x-amz-acl",
    "x-amz-server-side-encryption": "s3:x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id": "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-storage-class": "s3:x-amz-storage-class",
}
_WRITES: Final = ("PutObject", "CopyObject", "CreateMultipartUpload", "UploadPart")
_READS: Final = ("GetObject", "HeadObject")


def authorize_s3(request: AwsRequest, permissions: Permissions) -> None:
    """Raises AwsError where the caller may not make the request."""
    name, _ = split_path(request.path)
    bucket = _bucket(request, permissions, name)
    if name and bucket is None and request.operation != "CreateBucket":
        # Nobody's permissions count for a bucket that is not there: moto says NoSuchBucket.
        return
    for permission in required_permissions(
        request.partition,
        request.method,
        request.path,
        request.query,
        request.headers,
        request.body,
    ):
        name = permission.resource.split(":::")[-1].partition("/")[0]
        owner = _bucket(request, permissions, name)
        policy = owner.policy.decode() if owner and owner.policy else None
        permissions.require(
            permission.action,
            permission.resource,
            resource_policy=policy,
            context=_conditions(request, permissions.account_id),
        )
    if bucket is not None:
        _require_encryption_key(request, permissions, bucket)


def hide_missing_key(request: AwsRequest, permissions: Permissions, status: int) -> None:
    """Raises AwsError (403) for a missing object where the caller may not list the bucket: S3
    does not tell it whether the object is there."""
    if status != 404 or request.operation not in _READS:
        return
    name, _ = split_path(request.path)
    bucket = _bucket(request, permissions, name)
    if bucket is None:
        return
    policy = bucket.policy.decode() if bucket.policy else None
    resource = f"arn:{request.partition}:s3:::{name}"
    permissions.require("s3:ListBucket", resource, resource_policy=policy)


def _bucket(request: AwsRequest, permissions: Permissions, name: str) -> FakeBucket | None:
    backend: S3Backend = s3_backends[permissions.account_id][request.partition]
    return backend.buckets.get(name)


def _conditions(request: AwsRequest, account_id: str) -> dict[str, str]:
    found = {"s3:ResourceAccount": account_id, "aws:ResourceAccount": account_id}
    sources: tuple[tuple[Mapping[str, str], Mapping[str, str]], ...] = (
        (_CONDITION_QUERIES, request.query),
        (_CONDITION_HEADERS, request.headers),
    )
    for keys, values in sources:
        found.update((key, values[name]) for name, key in keys.items() if name in values)
    return found


def _require_encryption_key(
    request: AwsRequest, permissions: Permissions, bucket: FakeBucket
) -> None:
    """S3 calls KMS in the caller's name: to make a data key, or to open one."""
    if request.operation in _WRITES:
        key = _key_for_write(request, bucket)
        if key:
            require_key(request, permissions, "kms:GenerateDataKey", key)
        if key and request.operation in ("CreateMultipartUpload", "UploadPart"):
            require_key(request, permissions, "kms:Decrypt", key)
    elif request.operation in _READS:
        _, path = split_path(request.path)
        stored: Any = bucket.keys.get(path)
        if stored is not None and stored.encryption == "aws:kms" and stored.kms_key_id:
            require_key(request, permissions, "kms:Decrypt", stored.kms_key_id)


def _key_for_write(request: AwsRequest, bucket: FakeBucket) -> str | None:
    if (asked := request.headers.get("x-amz-server-side-encryption")) is not None:
        key = request.headers.get("x-amz-server-side-encryption-aws-kms-key-id")
        return key if asked == "aws:kms" else None
    default = ((bucket.encryption or {}).get("Rule") or {}).get(
        "ApplyServerSideEncryptionByDefault", {}
    )
    # Without a key of the customer's it is AWS's own, which any user of the account may use.
    key = default.get("KMSMasterKeyID") if default.get("SSEAlgorithm") == "aws:kms" else None
    return str(key) if key else None
