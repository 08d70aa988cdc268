"""Polytomic's own test of a connection's AWS side, signed as Polytomic's principal."""

from typing import Final

from sandbox.access_test import RefusalError, assume_role, try_bucket
from sandbox.http import Json
from sandbox.identities import DEFAULT_REGION, POLYTOMIC
from sandbox.polytomic.configuration import bucket_of, uses_role

_DOING: Final = {
    "s3:GetBucketLocation": "get the location of",
    "s3:ListBucket": "list objects in",
    "s3:PutObject": "write an object to",
    "s3:GetObject": "read an object from",
    "s3:DeleteObject": "delete an object from",
}


def fault_of(aws_endpoint: str, configuration: Json, external_id: str | None) -> str | None:
    """Why the staging bucket cannot be used, or ``None`` where it can.

    Only a connection with ``auth_mode`` ``iam_role`` is tried: the warehouse itself and other
    people's access keys are not in the sandbox.
    """
    if not uses_role(configuration):
        return None
    role_arn = configuration["iam_role_arn"]
    try:
        session = assume_role(aws_endpoint, POLYTOMIC, role_arn, external_id)
    except RefusalError as refusal:
        return (
            f"unable to assume role {role_arn} ({refusal.code}): check that its trust policy "
            "names Polytomic's principal and this connection's external ID"
        )
    bucket = bucket_of(configuration)
    if bucket is None:
        return None
    region = configuration.get("s3_bucket_region") or DEFAULT_REGION
    results = try_bucket(aws_endpoint, session, bucket.name, bucket.prefix, region=region)
    for action, failure in results.items():
        if failure:
            place = f"{bucket.name}/{bucket.prefix}".rstrip("/")
            return f"unable to {_DOING[action]} s3://{place} ({failure.code}): {action} is needed"
    return None
