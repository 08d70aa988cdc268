"""Idempotency keys: a create that is sent again makes nothing new."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from polytomic import Polytomic
from polytomic.errors import UnprocessableEntityError

from tests.unit.sandbox.polytomic.support import CONFIGURATION
from tests.unit.sandbox.world import World


def create(client: Polytomic, key: str | None, name: str = "warehouse", **changes: Any) -> Any:
    return client.connections.create(
        name=name,
        type="databricks",
        configuration=CONFIGURATION | changes,
        validate=False,
        idempotency_key=key,
    ).data


def test_a_key_with_another_body_is_refused(client: Polytomic) -> None:
    create(client, "key")
    with pytest.raises(UnprocessableEntityError, match="idempotency key"):
        create(client, "key", port=8443)
    with pytest.raises(UnprocessableEntityError, match="already exists"):
        create(client, None)


def test_the_same_request_gives_the_same_connection(client: Polytomic) -> None:
    assert create(client, "key") == create(client, "key")
    assert len(client.connections.list().data or []) == 1


def test_at_the_same_time_too(client: Polytomic) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: create(client, "key"), range(8)))
    assert len({item.id for item in made}) == 1


def test_a_failed_request_can_be_sent_again(client: Polytomic) -> None:
    create(client, None)
    with pytest.raises(UnprocessableEntityError):
        create(client, "key")
    (first,) = client.connections.list().data or []
    assert first.id
    client.connections.delete(first.id)
    assert create(client, "key").id != first.id


def test_a_lost_answer_costs_no_second_connection(world: World, client: Polytomic) -> None:
    world.fault(service="polytomic", operation="connections.create", action="lose-answer")
    create(client, "key")
    statuses = [call["status"] for call in world.book.calls()]
    assert statuses == [200, 200]
    assert len(client.connections.list().data or []) == 1
