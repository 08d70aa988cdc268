from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.client import Sandbox
from sandbox.providers.retry import TIMEOUT_VARIABLE
from tests.unit.sandbox.providers.support import Plugin

NewPlugin = Callable[..., Plugin]


@pytest.fixture(scope="session")
def environment(running: Sandbox) -> dict[str, str]:
    return {
        **running.process_environment(),
        "PYTHONPATH": str(Path.cwd()),
        "AWS_MAX_ATTEMPTS": "4",
        TIMEOUT_VARIABLE: "1.5",
    }


@pytest.fixture(scope="session")
def aws_process(environment: dict[str, str]) -> Iterator[Plugin]:
    plugin = Plugin("aws", environment).configure()
    yield plugin
    plugin.stop()


@pytest.fixture(scope="session")
def databricks_process(environment: dict[str, str]) -> Iterator[Plugin]:
    plugin = Plugin("databricks", environment).configure()
    # The SDK reads the host's metadata before its first call: no test shall be the one to see it.
    plugin.invoke("databricks:index/getCurrentUser:getCurrentUser")
    yield plugin
    plugin.stop()


@pytest.fixture
def aws(aws_process: Plugin, sandbox: Sandbox) -> Plugin:
    return aws_process


@pytest.fixture
def databricks(databricks_process: Plugin, sandbox: Sandbox) -> Plugin:
    return databricks_process


@pytest.fixture
def new_plugin(environment: dict[str, str]) -> Iterator[NewPlugin]:
    """A further plugin, with changes to its environment; None takes a variable away."""
    started = []

    def start(package: str, **changes: str | None) -> Plugin:
        changed = {**environment, **changes}
        plugin = Plugin(
            package, {key: value for key, value in changed.items() if value is not None}
        )
        started.append(plugin)
        return plugin

    yield start
    for plugin in started:
        plugin.stop()
