"""A sandbox as users start it, a process of its own."""

from collections.abc import Iterator

import pytest

from sandbox import lifecycle
from sandbox.client import Sandbox


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder = tmp_path_factory.mktemp("sandbox")
    lifecycle.start(folder)
    yield Sandbox.load(folder)
    lifecycle.stop(folder)


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    return running
