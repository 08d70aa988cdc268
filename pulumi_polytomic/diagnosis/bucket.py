"""Whether the staging bucket is there, whose it is, and in which region."""

from typing import TYPE_CHECKING, NamedTuple

from ..iam import Arn
from .model import Finding, UnseenError

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_s3 import S3Client


class Bucket(NamedTuple):
    """What AWS says of a bucket."""

    region: str | None
    """None: it was not told."""
    finding: Finding | None
    """Why no role of the account could stage there. None: it is one of the account's buckets."""


def look_at_bucket(client: "S3Client", name: str, role_arn: str) -> Bucket:
    """Looks a bucket up, which has to belong to the role's account.

    Databricks asks that of a storage credential's role and bucket.

    Raises:
        UnseenError: AWS cannot be asked, or not with these credentials.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    account = Arn.parse(role_arn).account_id
    try:
        return _own_bucket(client, name, account)
    except ClientError as error:
        status = _status(error)
        if status not in (403, 404):
            raise UnseenError(
                f"AWS does not show bucket {name} (HTTP {status}, {error.operation_name}). Check "
                "the credentials, AWS_REGION and AWS_PROFILE."
            ) from None
        if status == 404:
            return Bucket(None, _missing(name, account))
        return Bucket(_told_region(error), _foreign_or_unseen(client, name, account))
    except BotoCoreError as error:
        raise UnseenError(
            f"AWS could not be asked: {error}. Check credentials and AWS_PROFILE."
        ) from None


def region_findings(
    bucket_name: str, region: str, kms_key_arn: str | None, connection_region: str | None
) -> list[Finding]:
    """Says who takes the bucket to be in another region than it is."""
    found = []
    where = f"bucket {bucket_name}"
    key_region = Arn.parse(kms_key_arn).region if kms_key_arn is not None else region
    if key_region != region:
        what = f"is in {region}, and the KMS key in {key_region}"
        fix = f"Give the key that encrypts the bucket; S3 takes only keys of {region}."
        found.append(Finding("kms-region", what, where, fix))
    if connection_region not in (None, region):
        what = f"is in {region}, and the Polytomic connection has {connection_region}"
        fix = f"Set the connection's S3 bucket region to {region}."
        found.append(Finding("connection-region", what, where, fix))
    return found


def _own_bucket(client: "S3Client", name: str, account: str) -> Bucket:
    from botocore.exceptions import ClientError

    try:
        answer = client.head_bucket(Bucket=name, ExpectedBucketOwner=account)
    except ClientError as error:
        if _status(error) != 403:
            raise
        # Somebody else's; or s3:ListBucket is missing, which the location does not take.
        try:
            place = client.get_bucket_location(Bucket=name, ExpectedBucketOwner=account)
        except ClientError:
            raise error from None
        region = str(place.get("LocationConstraint") or "us-east-1")
        return Bucket({"EU": "eu-west-1"}.get(region, region), None)
    return Bucket(answer["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region"), None)


def _foreign_or_unseen(client: "S3Client", name: str, account: str) -> Finding:
    from botocore.exceptions import ClientError

    where = f"bucket {name}"
    try:
        client.head_bucket(Bucket=name)
    except ClientError:
        return Finding(
            "bucket-unseen",
            f"is not shown to your credentials as one of account {account}",
            where,
            "Check the name: it may be somebody else's bucket. If it is yours, look again with "
            "s3:ListBucket on it.",
            certain=False,
        )
    return Finding(
        "bucket-foreign",
        f"belongs to another AWS account than the role ({account})",
        where,
        f"Stage in a bucket of account {account}: Databricks asks for role and bucket in one "
        "account.",
    )


def _missing(name: str, account: str) -> Finding:
    return Finding(
        "bucket-missing",
        "does not exist",
        f"bucket {name}",
        f"Create it in account {account}, in the region of the Databricks workspace, or give the "
        "name of the bucket that is meant.",
    )


def _status(error: "ClientError") -> int:
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"])


def _told_region(error: "ClientError") -> str | None:
    return error.response["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region")
