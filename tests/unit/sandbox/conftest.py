"""One sandbox process, and one set of servers inside this process, for a whole test run."""

from collections.abc import Iterator

import pytest

from sandbox import lifecycle
from sandbox.client import Sandbox
from tests.unit.sandbox.world import World, serve_world


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox as users start it, a process of its own."""
    folder = tmp_path_factory.mktemp("sandbox")
    lifecycle.start(folder)
    yield Sandbox.load(folder)
    lifecycle.stop(folder)


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    return running


@pytest.fixture(scope="session")
def servers() -> Iterator[World]:
    """The stand-ins served by threads of this process, with their insides at hand."""
    with serve_world() as world:
        yield world


@pytest.fixture
def world(servers: World) -> World:
    servers.reset()
    return servers
