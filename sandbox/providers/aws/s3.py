"""aws:s3/bucket:Bucket, the plain kind: name, forceDestroy and tags."""

from typing import Any, Final

from sandbox.providers.aws.failures import AwsError, doing
from sandbox.providers.aws.tags import TAGS, plan_tags, tag_list, tag_outputs
from sandbox.providers.errors import PartlyCreatedError, ProviderError, none_if_gone
from sandbox.providers.resource import Property, ResourceType, State

_OWN_RESOURCE: Final = "it has a resource of its own, which the sandbox does not have"
_NOT_HERE: Final = {
    "accelerationStatus": "string",
    "acl": "string",
    "bucketNamespace": "string",
    "bucketPrefix": "string",
    "corsRules": "list",
    "grants": "list",
    "lifecycleRules": "list",
    "logging": "object",
    "objectLockConfiguration": "object",
    "objectLockEnabled": "boolean",
    "policy": "policy",
    "replicationConfiguration": "object",
    "requestPayer": "string",
    "serverSideEncryptionConfiguration": "object",
    "versioning": "object",
    "website": "object",
}


def _bucket_fault(name: str) -> str | None:
    return None if len(name) <= 63 else "has more than 63 characters"


def _create(cloud: Any, inputs: State) -> str:
    name = inputs["bucket"]
    region = inputs.get("region") or cloud.region
    request: dict[str, Any] = {"Bucket": name}
    if region != "us-east-1":
        request["CreateBucketConfiguration"] = {"LocationConstraint": region}
    with doing(f"creating S3 Bucket ({name})"):
        cloud.client("s3", region).create_bucket(**request)
    if inputs.get("tags"):
        try:
            _put_tags(cloud, region, name, inputs)
        except ProviderError as error:
            raise PartlyCreatedError(name, str(error)) from error
    return str(name)


@none_if_gone
def _read(cloud: Any, resource_id: str, old: State) -> State | None:
    client = cloud.client("s3", old.get("region"))
    with doing(f"reading S3 Bucket ({resource_id})"):
        headers = client.head_bucket(Bucket=resource_id)["ResponseMetadata"]["HTTPHeaders"]
        region = headers.get("x-amz-bucket-region") or cloud.region
    tags = _tags(client, resource_id)
    partition = client.meta.partition
    return {
        "arn": f"arn:{partition}:s3:::{resource_id}",
        "bucket": resource_id,
        "bucketDomainName": f"{resource_id}.s3.amazonaws.com",
        "bucketRegion": region,
        "bucketRegionalDomainName": f"{resource_id}.s3.{region}.amazonaws.com",
        "region": old.get("region") or region,
        **tag_outputs(tags),
    }


def _update(cloud: Any, resource_id: str, old: State, inputs: State) -> None:
    if (inputs.get("tags") or {}) != (old.get("tagsAll") or {}):
        _put_tags(cloud, old.get("region"), resource_id, inputs)


@none_if_gone
def _delete(cloud: Any, resource_id: str, state: State) -> None:
    client = cloud.client("s3", state.get("region"))
    if state.get("forceDestroy"):
        _empty(client, resource_id)
    with doing(f"deleting S3 Bucket ({resource_id})"):
        client.delete_bucket(Bucket=resource_id)


def _put_tags(cloud: Any, region: str | None, name: str, inputs: State) -> None:
    client = cloud.client("s3", region)
    with doing(f"updating S3 Bucket ({name}) tags"):
        if tags := tag_list(inputs.get("tags")):
            client.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
        else:
            client.delete_bucket_tagging(Bucket=name)


def _tags(client: Any, name: str) -> list[Any]:
    try:
        with doing(f"reading tags of S3 Bucket ({name})"):
            return list(client.get_bucket_tagging(Bucket=name)["TagSet"])
    except AwsError as error:
        if error.code == "NoSuchTagSet":
            return []
        raise


def _empty(client: Any, name: str) -> None:
    with doing(f"emptying S3 Bucket ({name})"):
        for page in client.get_paginator("list_object_versions").paginate(Bucket=name):
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            objects = [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]
            if objects:
                client.delete_objects(Bucket=name, Delete={"Objects": objects, "Quiet": True})


_OUTPUTS: Final = (
    "arn",
    "bucketDomainName",
    "bucketRegion",
    "bucketRegionalDomainName",
)

BUCKET: Final = ResourceType(
    token="aws:s3/bucket:Bucket",
    properties={
        "bucket": Property(computed=True, force_new=True, auto_name=63, fault=_bucket_fault),
        "forceDestroy": Property("boolean", default=False, local=True),
        "region": Property(computed=True, force_new=True),
        **{key: Property(kind, refused=_OWN_RESOURCE) for key, kind in _NOT_HERE.items()},  # type: ignore[arg-type]
        **{key: Property(output_only=True) for key in _OUTPUTS},
        **TAGS,
    },
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    plan=plan_tags,
    unique_name="bucket",
)
