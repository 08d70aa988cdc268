"""What every test on the real engine needs: a Pulumi CLI, and a sandbox of the process's own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pulumi.runtime import _grpc_settings

from sandbox import lifecycle
from sandbox.client import Sandbox
from sandbox.environment import UNSET
from toolchain import bin_folder

# Inline programs of one process share gRPC's connections by address. One left behind by an engine
# that ended goes on knocking; where a later engine is given the same port by chance, its program
# is told "connection refused" at once. So each channel here has connections of its own.
_grpc_settings._GRPC_CHANNEL_OPTIONS.append(("grpc.use_local_subchannel_pool", 1))


@pytest.fixture(scope="session")
def cli_folder() -> Path | None:
    """The folder to put first on PATH; None where the ``pulumi`` on PATH will do."""
    return bin_folder()


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory, cli_folder: Path | None) -> Iterator[Sandbox]:
    """A sandbox for this test process: workers of pytest-xdist each have their own."""
    folder = tmp_path_factory.mktemp("sandbox")
    lifecycle.start(folder, toolchain=cli_folder)
    yield Sandbox.load(folder)
    lifecycle.stop(folder)


@pytest.fixture(scope="module")
def shell(sandbox: Sandbox) -> Iterator[dict[str, str]]:
    """The environment of a shell after ``. <folder>/env``; until the module's last test this
    process has its PATH, and no variable that would lead to a developer's own accounts."""
    with pytest.MonkeyPatch.context() as patch:
        for name in UNSET:
            patch.delenv(name, raising=False)
        environment = sandbox.environment()
        patch.setenv("PATH", environment["PATH"])
        yield {**os.environ, **environment}
