import pytest

from sandbox.client import Sandbox
from tests.unit.sandbox.aws.support import Aws


@pytest.fixture(scope="session")
def clients(running: Sandbox) -> Aws:
    return Aws(running)


@pytest.fixture
def aws(clients: Aws, sandbox: Sandbox) -> Aws:
    return clients
