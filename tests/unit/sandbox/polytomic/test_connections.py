"""Connections, as the official SDK makes, reads, changes and deletes them."""

from typing import Any

import pytest
from polytomic import Polytomic
from polytomic.errors import NotFoundError, UnprocessableEntityError

from tests.unit.sandbox.polytomic.support import CONFIGURATION, make
from tests.unit.sandbox.world import ROLE_ARN, World

MASK = "********"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"server_hostname": ""}, "server_hostname"),
        ({"http_path": None}, "http_path"),
        ({"port": "443"}, "port"),
        ({"port": True}, "port"),
        ({"port": 0}, "port"),
        ({"databricks_auth_mode": "password"}, "databricks_auth_mode"),
        ({"access_token": None}, "access_token"),
        ({"access_token": MASK}, "access_token"),
        ({"databricks_auth_mode": "oauth_service_principal"}, "service_principal_id"),
        ({"auth_mode": "role"}, "auth_mode"),
        ({"iam_role_arn": None}, "iam_role_arn"),
        ({"iam_role_arn": "staging"}, "iam_role_arn"),
        ({"iam_role_arn": ROLE_ARN.replace(":role/", ":user/")}, "iam_role_arn"),
        ({"s3_bucket_name": "Not_A_Bucket/path"}, "s3_bucket_name"),
        ({"unity_catalog_enabled": "yes"}, "unity_catalog_enabled"),
        ({"iam_role": ROLE_ARN}, "iam_role"),
    ],
)
def test_a_wrong_configuration_is_refused(
    client: Polytomic, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(UnprocessableEntityError) as caught:
        make(client, **changes)
    assert caught.value.body.message and caught.value.body.message.startswith(f"{field}:")
    assert client.connections.list().data == []


def test_a_taken_name_is_refused(client: Polytomic) -> None:
    make(client)
    other = make(client, "other")
    with pytest.raises(UnprocessableEntityError):
        make(client)
    with pytest.raises(UnprocessableEntityError):
        client.connections.update(
            other.id, name="warehouse", configuration=CONFIGURATION, validate=False
        )


@pytest.mark.parametrize("operation", ["get", "delete"])
def test_a_missing_one_is_not_found(client: Polytomic, operation: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        getattr(client.connections, operation)("a3b1c9d4-0000-4000-8000-000000000000")
    assert caught.value.body.message == "connection not found"


def test_what_is_read_back_is_whole(client: Polytomic) -> None:
    made = make(client)
    (listed,) = client.connections.list().data or []
    read = client.connections.get(made.id).data
    assert read == listed and read
    assert read.configuration == made.configuration
    given = CONFIGURATION | {"access_token": MASK}
    assert {key: made.configuration[key] for key in given} == given
    assert made.configuration["unity_catalog_enabled"] is True
    assert (read.name, read.saved, read.policies) == ("warehouse", True, [])
    assert read.type and read.type.id == "databricks"
    assert read.organization_id and read.created_at and read.updated_at


def test_no_secret_is_ever_shown(world: World, client: Polytomic) -> None:
    secrets = {
        "access_token": "secret-1",
        "service_principal_id": "principal",
        "service_principal_secret": "secret-2",
        "aws_secret_access_key": "secret-3",
        "azure_access_key": "secret-4",
        "ssh_private_key": "secret-5",
    }
    made = make(client, **secrets)
    for path in ("/api/connections", f"/api/connections/{made.id}"):
        assert "secret-" not in world.polytomic_call("GET", path).text
    shown = {key: made.configuration[key] for key in secrets if key != "service_principal_id"}
    assert set(shown.values()) == {MASK}


def test_an_external_id_belongs_to_one_connection_and_stays(client: Polytomic) -> None:
    made, other = make(client), make(client, "other")
    external_id = made.configuration["external_id"]
    assert external_id and external_id != other.configuration["external_id"]
    for changes in (
        {"iam_role_arn": f"{ROLE_ARN}-2"},
        {"auth_mode": "access_key_and_secret"},
        {"external_id": "of-my-own-making"},
    ):
        client.connections.update(
            made.id, name="renamed", configuration=CONFIGURATION | changes, validate=False
        )
    read = client.connections.get(made.id).data
    assert read and read.configuration and read.configuration["external_id"] == external_id


def test_only_a_role_needs_an_external_id(client: Polytomic) -> None:
    made = make(client, auth_mode="access_key_and_secret")
    assert "external_id" not in made.configuration


def test_an_update_replaces_the_configuration_and_keeps_masked_secrets(
    world: World, client: Polytomic
) -> None:
    made = make(client, concurrent_queries=4)
    sent = CONFIGURATION | {"access_token": MASK, "port": 8443}
    updated = client.connections.update(
        made.id, name="warehouse", configuration=sent, validate=False
    ).data
    assert updated and updated.configuration
    assert updated.configuration["port"] == 8443
    assert "concurrent_queries" not in updated.configuration
    assert updated.configuration["access_token"] == MASK
    with pytest.raises(UnprocessableEntityError):
        # Nothing is behind the mask once the secret was left out.
        without = {key: value for key, value in sent.items() if key != "access_token"}
        client.connections.update(
            made.id,
            name="warehouse",
            configuration=without | {"service_principal_secret": MASK},
            validate=False,
        )


def test_a_deleted_one_is_gone_and_its_name_free(client: Polytomic) -> None:
    made = make(client)
    client.connections.delete(made.id, force=True)
    with pytest.raises(NotFoundError):
        client.connections.get(made.id)
    with pytest.raises(NotFoundError):
        client.connections.update(made.id, name="a", configuration=CONFIGURATION, validate=False)
    assert make(client).configuration["external_id"] != made.configuration["external_id"]
