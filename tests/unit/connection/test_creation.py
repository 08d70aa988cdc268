"""A connection is made once, and as often as it was deleted, against the sandbox over HTTP."""

import time
from collections.abc import Iterator
from unittest import mock

import pytest

from pulumi_polytomic.connection.lifecycle import DatabricksConnection
from pulumi_polytomic.custom_resource.plugin_side import Made, ProviderError
from pulumi_polytomic.custom_resource.settings import Settings
from sandbox.client import Sandbox

from .test_lifecycle import URN, connections, inputs

RESOURCE = DatabricksConnection()
HOUR_S = 3600


@pytest.fixture
def clock() -> Iterator[mock.Mock]:
    """The plugin's clock; ``side_effect`` is the time."""
    with mock.patch("pulumi_polytomic.connection.creation.time") as module:
        module.time.side_effect = time.time
        yield module.time


def make_and_delete(settings: Settings) -> Made:
    made = RESOURCE.create(settings, URN, inputs())
    RESOURCE.delete(settings, made.resource_id, made.state)
    return made


@pytest.mark.waits
def test_it_is_made_the_hundredth_time(sandbox: Sandbox, settings: Settings) -> None:
    made = {make_and_delete(settings).resource_id for _ in range(99)}
    last = RESOURCE.create(settings, URN, inputs())
    assert len(made) == 99 and last.resource_id not in made
    assert [each.id for each in connections(sandbox)] == [last.resource_id]


def test_what_was_deleted_in_earlier_hours_costs_no_calls(
    sandbox: Sandbox, settings: Settings, clock: mock.Mock
) -> None:
    for hours in range(30, 0, -1):
        clock.side_effect = [time.time() - hours * HOUR_S]
        make_and_delete(settings)
    sandbox.clear_calls()
    clock.side_effect = time.time
    RESOURCE.create(settings, URN, inputs())
    operations = [call["operation"] for call in sandbox.calls("polytomic")]
    assert operations == ["connections.create", "connections.get"]


@pytest.mark.parametrize("hours", [0, 1, -1], ids=["this", "one slow", "one fast"])
@pytest.mark.parametrize("deleted", [0, 1, 3])
def test_one_whose_answer_got_lost_is_found(
    sandbox: Sandbox, settings: Settings, clock: mock.Mock, deleted: int, hours: int
) -> None:
    # The sandbox has the real time: this is how far the plugin's clock was off, or what passed.
    clock.side_effect = lambda: time.time() + hours * HOUR_S
    for _ in range(deleted):
        make_and_delete(settings)
    sandbox.fault(
        service="polytomic", operation="connections.create", action="lose-answer", skip=deleted
    )
    with pytest.raises(ProviderError):
        RESOURCE.create(settings, URN, inputs())
    [lost] = connections(sandbox)
    clock.side_effect = lambda: time.time() + 500 * HOUR_S
    found = RESOURCE.create(settings, URN, inputs())
    assert found.resource_id == lost.id
    assert len(connections(sandbox)) == 1


@pytest.mark.parametrize("changes", [{"httpPath": "/other"}, {}], ids=["other", "same inputs"])
def test_one_of_somebody_else_is_never_taken(
    sandbox: Sandbox, settings: Settings, clock: mock.Mock, changes: dict[str, str]
) -> None:
    RESOURCE.create(settings, URN.replace("dev", "prod"), inputs(**changes))
    [other] = connections(sandbox)
    for hours in (0, 500):
        clock.side_effect = lambda: time.time() + hours * HOUR_S  # noqa: B023
        with pytest.raises(ProviderError, match=f"pulumi import .* {other.id}"):
            RESOURCE.create(settings, URN, inputs())
    assert [each.id for each in connections(sandbox)] == [other.id]
