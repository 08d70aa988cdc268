"""A sandbox as users start it, and settings with which resources reach it over real HTTP."""

from collections.abc import Iterator

import pytest

from pulumi_polytomic.custom_resource.progress import CANCELLED
from pulumi_polytomic.custom_resource.settings import Settings, settings_from
from sandbox import lifecycle
from sandbox.client import Sandbox
from sandbox.tokens import POLYTOMIC_API_KEY


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


@pytest.fixture(autouse=True)
def nothing_cancelled() -> Iterator[None]:
    """A test that cancels, as the engine does, leaves the next one in this process its patience."""
    yield
    CANCELLED.clear()


@pytest.fixture
def settings(sandbox: Sandbox) -> Settings:
    """Settings that give up at the first failure, so that a test sees each one."""
    return settings_from(
        {
            "polytomicUrl": sandbox.polytomic_url,
            "polytomicApiKey": POLYTOMIC_API_KEY,
            "maxRetries": "0",
        }
    )
