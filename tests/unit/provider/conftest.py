"""Settings with which the plugin's resources reach the sandbox over real HTTP."""

from collections.abc import Iterator

import pytest

from pulumi_polytomic.provider.cancelling import CANCELLED
from pulumi_polytomic.provider.settings import Settings, settings_from
from sandbox.client import Sandbox
from sandbox.tokens import POLYTOMIC_API_KEY


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
