"""One sandbox process, and one set of servers inside this process, for a whole test run."""

from collections.abc import Iterator

import pytest

from tests.unit.sandbox.world import World, serve_world


@pytest.fixture(scope="session")
def servers() -> Iterator[World]:
    """The stand-ins served by threads of this process, with their insides at hand."""
    with serve_world() as world:
        yield world


@pytest.fixture
def world(servers: World) -> World:
    servers.reset()
    return servers
