from collections.abc import Iterator

import pytest
from databricks.sdk import WorkspaceClient

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
def workspace(world: World) -> WorkspaceClient:
    return world.workspace
