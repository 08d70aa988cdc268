"""Polytomic really tries a role: through STS and S3 of the sandbox's AWS."""

from typing import Any

import pytest
from polytomic import Polytomic
from polytomic.errors import BadRequestError, NotFoundError, UnprocessableEntityError

from tests.unit.sandbox.polytomic.support import CONFIGURATION, make
from tests.unit.sandbox.world import (
    BUCKET,
    S3_ACCESS,
    World,
    allow,
    trust,
    trusting_polytomic,
)


def try_connection(client: Polytomic, connection_id: str, **changes: Any) -> None:
    client.connections.test_connection(
        type="databricks", configuration=changes, connection_id=connection_id
    )


def test_a_create_is_tried_unless_told_not_to(client: Polytomic) -> None:
    with pytest.raises(UnprocessableEntityError) as caught:
        client.connections.create(name="a", type="databricks", configuration=CONFIGURATION)
    assert caught.value.body.key == "connection_test_failed"
    assert "unable to assume role" in str(caught.value.body.message)
    assert client.connections.list().data == []


def test_a_missing_role_fails_the_test(client: Polytomic) -> None:
    made = make(client)
    with pytest.raises(BadRequestError) as caught:
        try_connection(client, made.id)
    message = str(caught.value.body.message)
    assert "unable to assume role" in message and "external ID" in message
    assert made.configuration["external_id"] not in message


def test_a_wrong_external_id_fails_the_test(world: World, client: Polytomic) -> None:
    made = make(client)
    world.make_bucket()
    world.make_role(trust(trusting_polytomic("of-another-connection")), S3_ACCESS)
    with pytest.raises(BadRequestError, match="unable to assume role"):
        try_connection(client, made.id)


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("s3:ListBucket", "list objects in"),
        ("s3:PutObject", "write an object to"),
        ("s3:GetObject", "read an object from"),
        ("s3:DeleteObject", "delete an object from"),
        ("s3:GetBucketLocation", "get the location of"),
    ],
)
def test_a_missing_action_is_named(
    world: World, client: Polytomic, action: str, words: str
) -> None:
    made = make(client)
    world.make_bucket()
    statement = S3_ACCESS["Statement"][0]
    rest = [item for item in statement["Action"] if item != action]
    world.make_role(
        trust(trusting_polytomic(made.configuration["external_id"])),
        allow(*rest, resource=statement["Resource"]),
    )
    with pytest.raises(BadRequestError, match=f"unable to {words} s3://{BUCKET} .*{action}"):
        try_connection(client, made.id)


def test_a_test_passes_with_both_policies_and_leaves_nothing(
    world: World, client: Polytomic
) -> None:
    made = make(client)
    world.make_bucket()
    world.make_role(trust(trusting_polytomic(made.configuration["external_id"])), S3_ACCESS)
    try_connection(client, made.id)
    assert world.s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_a_test_keeps_no_change(world: World, client: Polytomic) -> None:
    made = make(client)
    world.make_bucket()
    world.make_role(trust(trusting_polytomic(made.configuration["external_id"])), S3_ACCESS)
    with pytest.raises(BadRequestError, match="NoSuchBucket"):
        try_connection(client, made.id, s3_bucket_name="another-bucket")
    read = client.connections.get(made.id).data
    assert read and read.configuration and read.configuration["s3_bucket_name"] == BUCKET


@pytest.mark.parametrize("bucket", [f"{BUCKET}/exports", f"s3://{BUCKET}/exports/"])
def test_access_to_a_prefix_is_enough_for_that_prefix(
    world: World, client: Polytomic, bucket: str
) -> None:
    made = make(client, s3_bucket_name=bucket)
    world.make_bucket()
    listing: dict[str, Any] = allow("s3:ListBucket", resource=f"arn:aws:s3:::{BUCKET}")
    listing["Statement"][0]["Condition"] = {"StringLike": {"s3:prefix": ["exports", "exports/*"]}}
    world.make_role(
        trust(trusting_polytomic(made.configuration["external_id"])),
        allow(
            "s3:GetObject",
            "s3:PutObject",
            "s3:DeleteObject",
            resource=f"arn:aws:s3:::{BUCKET}/exports/*",
        ),
        listing,
        allow("s3:GetBucketLocation", resource=f"arn:aws:s3:::{BUCKET}"),
    )
    try_connection(client, made.id)
    with pytest.raises(BadRequestError, match="unable to list objects in"):
        try_connection(client, made.id, s3_bucket_name=BUCKET)


def test_an_update_that_is_tried_makes_it_healthy(world: World, client: Polytomic) -> None:
    made = make(client)
    assert made.status != "healthy"
    world.make_bucket()
    external_id = made.configuration["external_id"]
    world.make_role(trust(trusting_polytomic(external_id)), S3_ACCESS)
    updated = client.connections.update(made.id, name="a", configuration=CONFIGURATION).data
    assert updated and updated.status == "healthy"
    world.make_role(trust(trusting_polytomic("of-another-connection")), S3_ACCESS)
    with pytest.raises(UnprocessableEntityError):
        client.connections.update(made.id, name="b", configuration=CONFIGURATION)
    read = client.connections.get(made.id).data
    assert read and read.name == "a"


def test_a_configuration_without_a_connection_has_no_external_id(
    world: World, client: Polytomic
) -> None:
    world.make_bucket()
    world.make_role(trust(trusting_polytomic("some-external-id")), S3_ACCESS)
    with pytest.raises(BadRequestError, match="unable to assume role"):
        client.connections.test_connection(type="databricks", configuration=CONFIGURATION)
    with pytest.raises(NotFoundError):
        try_connection(client, "a3b1c9d4-0000-4000-8000-000000000000")


def test_access_keys_of_the_customer_are_not_tried(client: Polytomic) -> None:
    client.connections.test_connection(
        type="databricks",
        configuration=CONFIGURATION | {"auth_mode": "access_key_and_secret"},
    )
