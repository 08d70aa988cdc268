from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import lifecycle
from sandbox.client import Sandbox
from tests.unit.sandbox.aws.support import Aws


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder: Path = tmp_path_factory.mktemp("sandbox")
    lifecycle.start(folder)
    yield Sandbox.load(folder)
    lifecycle.stop(folder)


@pytest.fixture(scope="module")
def clients(running: Sandbox) -> Aws:
    return Aws(running)


@pytest.fixture
def aws(clients: Aws) -> Aws:
    clients.sandbox.reset()
    return clients
