from collections.abc import Iterator

import pytest
from polytomic import Polytomic

from tests.unit.sandbox.databricks.support import World, serve_world


@pytest.fixture(scope="module")
def servers() -> Iterator[World]:
    with serve_world() as world:
        yield world


@pytest.fixture
def world(servers: World) -> World:
    servers.reset()
    return servers


@pytest.fixture
def client(world: World) -> Polytomic:
    return world.polytomic
