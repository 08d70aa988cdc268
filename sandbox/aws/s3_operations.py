"""S3's REST requests by name, and the permissions that each one takes.

Source: the Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
"""

from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree


class Operation(NamedTuple):
    """One operation of S3's API."""

    name: str
    action: str
    """The IAM action that it takes, without ``s3:``."""


class Permission(NamedTuple):
    """What a request needs: an action on a resource."""

    action: str
    resource: str


_BUCKET: Final = {
    ("GET", ""): Operation("ListObjects", "ListBucket"),
    ("GET", "location"): Operation("GetBucketLocation", "GetBucketLocation"),
    ("GET", "uploads"): Operation("ListMultipartUploads", "ListBucketMultipartUploads"),
    ("GET", "versions"): Operation("ListObjectVersions", "ListBucketVersions"),
    ("HEAD", ""): Operation("HeadBucket", "ListBucket"),
    ("PUT", ""): Operation("CreateBucket", "CreateBucket"),
    ("DELETE", ""): Operation("DeleteBucket", "DeleteBucket"),
    ("POST", "delete"): Operation("DeleteObjects", "DeleteObject"),
    ("POST", ""): Operation("PostObject", "PutObject"),
}
_OBJECT: Final = {
    ("GET", ""): Operation("GetObject", "GetObject"),
    ("GET", "uploadId"): Operation("ListParts", "ListMultipartUploadParts"),
    ("GET", "acl"): Operation("GetObjectAcl", "GetObjectAcl"),
    ("GET", "tagging"): Operation("GetObjectTagging", "GetObjectTagging"),
    ("GET", "attributes"): Operation("GetObjectAttributes", "GetObjectAttributes"),
    ("HEAD", ""): Operation("HeadObject", "GetObject"),
    ("PUT", ""): Operation("PutObject", "PutObject"),
    ("PUT", "uploadId"): Operation("UploadPart", "PutObject"),
    ("PUT", "acl"): Operation("PutObjectAcl", "PutObjectAcl"),
    ("PUT", "tagging"): Operation("PutObjectTagging", "PutObjectTagging"),
    ("POST", "uploads"): Operation("CreateMultipartUpload", "PutObject"),
    ("POST", "uploadId"): Operation("CompleteMultipartUpload", "PutObject"),
    ("DELETE", ""): Operation("DeleteObject", "DeleteObject"),
    ("DELETE", "uploadId"): Operation("AbortMultipartUpload", "AbortMultipartUpload"),
    ("DELETE", "tagging"): Operation("DeleteObjectTagging", "DeleteObjectTagging"),
}
_SETTINGS: Final = {
    "accelerate": "AccelerateConfiguration",
    "acl": "BucketAcl",
    "cors": "BucketCORS",
    "encryption": "EncryptionConfiguration",
    "lifecycle": "LifecycleConfiguration",
    "logging": "BucketLogging",
    "notification": "BucketNotification",
    "object-lock": "BucketObjectLockConfiguration",
    "ownershipControls": "BucketOwnershipControls",
    "policy": "BucketPolicy",
    "policyStatus": "BucketPolicyStatus",
    "publicAccessBlock": "BucketPublicAccessBlock",
    "replication": "ReplicationConfiguration",
    "requestPayment": "BucketRequestPayment",
    "tagging": "BucketTagging",
    "versioning": "BucketVersioning",
    "website": "BucketWebsite",
}
"""Sub-resources of a bucket, by the end of the action that reads or writes them."""


def split_path(path: str) -> tuple[str, str]:
    """Bucket and key of a path-style request; empty where there is none."""
    bucket, _, key = path.lstrip("/").partition("/")
    return bucket, key


def name_operation(
    method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> str:
    """The operation's name as in the API reference."""
    name = _operation(method, path, query).name
    if name == "ListObjects" and query.get("list-type") == "2":
        return "ListObjectsV2"
    if "x-amz-copy-source" in headers:
        return {"PutObject": "CopyObject", "UploadPart": "UploadPartCopy"}.get(name, name)
    return name


def required_permissions(
    partition: str,
    method: str,
    path: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    body: bytes,
) -> list[Permission]:
    """Everything that the caller has to be allowed, with resources as ARNs."""
    start = f"arn:{partition}:s3:::"
    bucket, key = split_path(path)
    operation = _operation(method, path, query)
    if not bucket:
        return [Permission(f"s3:{operation.action}", f"{start}*")]
    if operation.name == "DeleteObjects":
        return [
            Permission("s3:DeleteObject", f"{start}{bucket}/{name}") for name in _deleted_keys(body)
        ]
    action = operation.action
    if action in ("GetObject", "DeleteObject") and "versionId" in query:
        action += "Version"
    permissions = [Permission(f"s3:{action}", f"{start}{bucket}/{key}" if key else start + bucket)]
    if source := headers.get("x-amz-copy-source"):
        source = unquote(source).lstrip("/").partition("?versionId=")[0]
        permissions.append(Permission("s3:GetObject", start + source))
    return permissions


def _operation(method: str, path: str, query: Mapping[str, str]) -> Operation:
    bucket, key = split_path(path)
    if not bucket:
        return Operation("ListBuckets", "ListAllMyBuckets")
    table = _OBJECT if key else _BUCKET
    for word in query:
        if found := table.get((method, word)):
            return found
        if not key and word in _SETTINGS:
            return _bucket_setting(method, word)
    return table.get(
        (method, ""), Operation(f"Unknown{method.title()}", f"Unknown{method.title()}")
    )


def _bucket_setting(method: str, word: str) -> Operation:
    # To delete one takes the permission to write it, but for the two that have their own.
    verb = {"GET": "Get", "PUT": "Put", "DELETE": "Delete"}.get(method, method.title())
    setting = _SETTINGS[word]
    own_delete = word in ("policy", "website")
    action = f"{'Put' if verb == 'Delete' and not own_delete else verb}{setting}"
    name = setting if setting.startswith("Bucket") else f"Bucket{setting}"
    name = {
        "BucketEncryptionConfiguration": "BucketEncryption",
        "BucketLifecycleConfiguration": "BucketLifecycleConfiguration",
        "BucketPublicAccessBlock": "PublicAccessBlock",
    }.get(name, name)
    return Operation(f"{verb}{name}", action)


def _deleted_keys(body: bytes) -> list[str]:
    try:
        tree = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return []
    return [found.text or "" for found in tree.iterfind(".//{*}Object/{*}Key")]
