"""S3 and KMS: a role session may do what its policies allow, and nothing else."""

import json
from typing import Any

import pytest

from sandbox.aws.s3_operations import name_operation, required_permissions
from sandbox.identities import ADMINISTRATOR, POLYTOMIC, STRANGER
from tests.unit.sandbox.aws.support import BUCKET, Aws, allow, refusal, trust

ARN = f"arn:aws:s3:::{BUCKET}"
TRUST = trust(ADMINISTRATOR.arn)
DELETE = (
    b'<Delete xmlns="s"><Object><Key>a</Key></Object><Object><Key>b&amp;c</Key></Object></Delete>'
)


@pytest.mark.parametrize(
    ("method", "path", "query", "headers", "operation", "permissions"),
    [
        ("GET", "/", {}, {}, "ListBuckets", [("ListAllMyBuckets", "*")]),
        ("GET", "/b", {"list-type": "2"}, {}, "ListObjectsV2", [("ListBucket", "b")]),
        ("GET", "/b/", {"prefix": "x"}, {}, "ListObjects", [("ListBucket", "b")]),
        ("HEAD", "/b", {}, {}, "HeadBucket", [("ListBucket", "b")]),
        ("GET", "/b", {"location": ""}, {}, "GetBucketLocation", [("GetBucketLocation", "b")]),
        (
            "GET",
            "/b",
            {"uploads": ""},
            {},
            "ListMultipartUploads",
            [("ListBucketMultipartUploads", "b")],
        ),
        ("PUT", "/b", {}, {}, "CreateBucket", [("CreateBucket", "b")]),
        ("PUT", "/b", {"policy": ""}, {}, "PutBucketPolicy", [("PutBucketPolicy", "b")]),
        ("DELETE", "/b", {"policy": ""}, {}, "DeleteBucketPolicy", [("DeleteBucketPolicy", "b")]),
        (
            "PUT",
            "/b",
            {"encryption": ""},
            {},
            "PutBucketEncryption",
            [("PutEncryptionConfiguration", "b")],
        ),
        (
            "DELETE",
            "/b",
            {"lifecycle": ""},
            {},
            "DeleteBucketLifecycleConfiguration",
            [("PutLifecycleConfiguration", "b")],
        ),
        (
            "PUT",
            "/b",
            {"publicAccessBlock": ""},
            {},
            "PutPublicAccessBlock",
            [("PutBucketPublicAccessBlock", "b")],
        ),
        (
            "POST",
            "/b",
            {"delete": ""},
            {},
            "DeleteObjects",
            [("DeleteObject", "b/a"), ("DeleteObject", "b/b&c")],
        ),
        ("GET", "/b/k/l", {}, {}, "GetObject", [("GetObject", "b/k/l")]),
        ("GET", "/b/k", {"versionId": "1"}, {}, "GetObject", [("GetObjectVersion", "b/k")]),
        ("HEAD", "/b/k", {}, {}, "HeadObject", [("GetObject", "b/k")]),
        ("PUT", "/b/k", {}, {}, "PutObject", [("PutObject", "b/k")]),
        (
            "PUT",
            "/b/k",
            {},
            {"x-amz-copy-source": "/c/s%20t"},
            "CopyObject",
            [("PutObject", "b/k"), ("GetObject", "c/s t")],
        ),
        ("POST", "/b/k", {"uploads": ""}, {}, "CreateMultipartUpload", [("PutObject", "b/k")]),
        (
            "PUT",
            "/b/k",
            {"partNumber": "1", "uploadId": "u"},
            {},
            "UploadPart",
            [("PutObject", "b/k")],
        ),
        (
            "POST",
            "/b/k",
            {"uploadId": "u"},
            {},
            "CompleteMultipartUpload",
            [("PutObject", "b/k")],
        ),
        (
            "GET",
            "/b/k",
            {"uploadId": "u"},
            {},
            "ListParts",
            [("ListMultipartUploadParts", "b/k")],
        ),
        (
            "DELETE",
            "/b/k",
            {"uploadId": "u"},
            {},
            "AbortMultipartUpload",
            [("AbortMultipartUpload", "b/k")],
        ),
        ("DELETE", "/b/k", {}, {}, "DeleteObject", [("DeleteObject", "b/k")]),
    ],
)
def test_each_request_takes_its_permissions(
    method: str,
    path: str,
    query: dict[str, str],
    headers: dict[str, str],
    operation: str,
    permissions: list[tuple[str, str]],
) -> None:
    assert name_operation(method, path, query, headers) == operation
    found = required_permissions("aws", method, path, query, headers, DELETE)
    assert found == [(f"s3:{action}", f"arn:aws:s3:::{name}") for action, name in permissions]


@pytest.fixture
def bucket(aws: Aws) -> Any:
    s3 = aws("s3")
    s3.create_bucket(Bucket=BUCKET)
    for key in ("staging/a", "staging-two/b", "other"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"content")
    return s3


def session(aws: Aws, *policies: Any) -> Any:
    return aws.session("s3", aws.assume(aws.role("reader", TRUST, *policies)))


def test_a_role_without_policies_can_do_nothing(aws: Aws, bucket: Any) -> None:
    s3 = session(aws)
    for call, arguments in (
        (s3.get_object, {"Key": "other"}),
        (s3.put_object, {"Key": "other"}),
        (s3.delete_object, {"Key": "other"}),
        (s3.list_objects_v2, {}),
        (s3.get_bucket_location, {}),
        (s3.delete_objects, {"Delete": {"Objects": [{"Key": "other"}]}}),
        (s3.create_multipart_upload, {"Key": "other"}),
    ):
        assert refusal(call, Bucket=BUCKET, **arguments)[::2] == ("AccessDenied", 403)
    assert refusal(s3.list_buckets)[0] == "AccessDenied"
    assert bucket.get_object(Bucket=BUCKET, Key="other")["Body"].read() == b"content"


def test_a_prefix_limits_objects_and_listings(aws: Aws, bucket: Any) -> None:
    s3 = session(
        aws,
        allow("s3:GetObject", "s3:PutObject", resource=f"{ARN}/staging/*"),
        allow(
            "s3:ListBucket",
            resource=ARN,
            StringLike={"s3:prefix": ["staging", "staging/", "staging/*"]},
        ),
    )
    assert s3.get_object(Bucket=BUCKET, Key="staging/a")["Body"].read() == b"content"
    for prefix in ("staging", "staging/", "staging/a"):
        assert s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)["KeyCount"]
    assert refusal(s3.get_object, Bucket=BUCKET, Key="staging-two/b")[0] == "AccessDenied"
    assert refusal(s3.put_object, Bucket=BUCKET, Key="other")[0] == "AccessDenied"
    for arguments in ({}, {"Prefix": ""}, {"Prefix": "staging-two"}):
        assert refusal(s3.list_objects_v2, Bucket=BUCKET, **arguments)[0] == "AccessDenied"


def test_a_missing_object_is_told_only_to_whom_may_list(aws: Aws, bucket: Any) -> None:
    s3 = session(aws, allow("s3:GetObject", resource=f"{ARN}/*"))
    assert refusal(s3.get_object, Bucket=BUCKET, Key="absent")[::2] == ("AccessDenied", 403)
    assert refusal(s3.head_object, Bucket=BUCKET, Key="absent")[2] == 403
    policy = json.dumps(allow("s3:ListBucket", resource=ARN))
    aws("iam").put_role_policy(RoleName="reader", PolicyName="list", PolicyDocument=policy)
    assert refusal(s3.get_object, Bucket=BUCKET, Key="absent")[::2] == ("NoSuchKey", 404)


def test_a_missing_bucket_is_told_to_everybody(aws: Aws) -> None:
    s3 = session(aws)
    code, _, status = refusal(s3.list_objects_v2, Bucket="absent-bucket")
    assert (code, status) == ("NoSuchBucket", 404)


def test_a_session_ends_with_its_role(aws: Aws, bucket: Any) -> None:
    s3 = session(aws, allow("s3:*"))
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 3
    aws("iam").delete_role_policy(RoleName="reader", PolicyName="p0")
    aws("iam").delete_role(RoleName="reader")
    aws.role("reader", TRUST, allow("s3:*"))
    assert refusal(s3.list_objects_v2, Bucket=BUCKET)[0] == "AccessDenied"


def test_a_boundary_limits_what_policies_allow(aws: Aws, bucket: Any) -> None:
    boundary = aws("iam").create_policy(
        PolicyName="b", PolicyDocument=json.dumps(allow("s3:GetObject"))
    )["Policy"]["Arn"]
    arn = aws.role("limited", TRUST, allow("s3:*"), PermissionsBoundary=boundary)
    s3 = aws.session("s3", aws.assume(arn))
    assert s3.get_object(Bucket=BUCKET, Key="other")["ContentLength"] == 7
    assert refusal(s3.put_object, Bucket=BUCKET, Key="other")[0] == "AccessDenied"


def test_a_bucket_policy_denies_even_the_administrator(aws: Aws, bucket: Any) -> None:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"{ARN}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    bucket.put_bucket_policy(Bucket=BUCKET, Policy=policy)
    code, message, _ = refusal(bucket.get_object, Bucket=BUCKET, Key="other")
    assert code == "AccessDenied"
    assert "explicit deny" in message


def test_other_accounts_need_the_bucket_policy(aws: Aws, bucket: Any) -> None:
    read = {"Bucket": BUCKET, "Key": "other"}
    assert refusal(aws("s3", POLYTOMIC).get_object, **read)[0] == "AccessDenied"
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::568237466542:root"},
        "Action": "s3:GetObject",
        "Resource": f"{ARN}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    bucket.put_bucket_policy(Bucket=BUCKET, Policy=policy)
    assert aws("s3", POLYTOMIC).get_object(**read)["ContentLength"] == 7
    assert refusal(aws("s3", STRANGER).get_object, **read)[0] == "AccessDenied"
    assert refusal(aws("s3", POLYTOMIC).put_object, **read)[0] == "AccessDenied"


def test_a_bucket_belongs_to_the_account_that_made_it(aws: Aws, bucket: Any) -> None:
    theirs, ours = aws("s3", STRANGER), aws("s3")
    assert refusal(theirs.create_bucket, Bucket=BUCKET)[0] == "BucketAlreadyExists"
    theirs.create_bucket(Bucket="of-a-stranger")
    assert refusal(ours.head_bucket, Bucket="of-a-stranger")[0] == "403"
    policy = allow("s3:ListBucket", resource="arn:aws:s3:::of-a-stranger")
    policy["Statement"][0]["Principal"] = "*"
    theirs.put_bucket_policy(Bucket="of-a-stranger", Policy=json.dumps(policy))
    ours.head_bucket(Bucket="of-a-stranger")
    own = {"Bucket": "of-a-stranger", "ExpectedBucketOwner": "123456789012"}
    assert refusal(ours.head_bucket, **own)[0] == "403"
    ours.head_bucket(Bucket=BUCKET, ExpectedBucketOwner="123456789012")


def test_an_encrypted_bucket_takes_permissions_on_its_key(aws: Aws, bucket: Any) -> None:
    key = aws("kms").create_key()["KeyMetadata"]["Arn"]
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    }
    bucket.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3 = session(aws, allow("s3:*"))
    code, message, _ = refusal(s3.put_object, Bucket=BUCKET, Key="secret", Body=b"x")
    assert code == "AccessDenied"
    assert f"kms:GenerateDataKey on resource: {key}" in message
    bucket.put_object(Bucket=BUCKET, Key="secret", Body=b"x")
    assert "kms:Decrypt" in refusal(s3.get_object, Bucket=BUCKET, Key="secret")[1]
    policy = allow("kms:Decrypt", "kms:GenerateDataKey*", resource=key)
    aws("iam").put_role_policy(
        RoleName="reader", PolicyName="kms", PolicyDocument=json.dumps(policy)
    )
    s3.put_object(Bucket=BUCKET, Key="secret", Body=b"y")
    assert s3.get_object(Bucket=BUCKET, Key="secret")["Body"].read() == b"y"


def test_a_multipart_upload_works_for_a_role(aws: Aws, bucket: Any) -> None:
    s3 = session(aws, allow("s3:PutObject", "s3:AbortMultipartUpload", resource=f"{ARN}/*"))
    where = {"Bucket": BUCKET, "Key": "large"}
    upload = s3.create_multipart_upload(**where)["UploadId"]
    part = s3.upload_part(**where, UploadId=upload, PartNumber=1, Body=b"part")["ETag"]
    assert refusal(s3.list_parts, **where, UploadId=upload)[0] == "AccessDenied"
    s3.complete_multipart_upload(
        **where, UploadId=upload, MultipartUpload={"Parts": [{"ETag": part, "PartNumber": 1}]}
    )
    assert bucket.get_object(**where)["Body"].read() == b"part"


def test_a_presigned_url_counts_as_its_signer(aws: Aws, bucket: Any) -> None:
    from urllib.error import HTTPError
    from urllib.request import urlopen

    url = bucket.generate_presigned_url("get_object", {"Bucket": BUCKET, "Key": "other"})
    assert urlopen(url).read() == b"content"
    url = session(aws).generate_presigned_url("get_object", {"Bucket": BUCKET, "Key": "other"})
    with pytest.raises(HTTPError) as caught:
        urlopen(url)
    assert caught.value.code == 403


def test_reset_forgets_everything(aws: Aws, bucket: Any) -> None:
    s3 = session(aws, allow("s3:*"))
    for _ in range(2):
        aws.sandbox.reset()
        assert aws("iam").list_roles()["Roles"] == []
        assert bucket.list_buckets()["Buckets"] == []
        assert refusal(s3.list_buckets)[0] == "InvalidAccessKeyId"
        bucket.create_bucket(Bucket=BUCKET)
