import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import toolchain
from sandbox import lifecycle
from sandbox.client import Sandbox
from sandbox.providers import install
from sandbox.providers.retry import TIMEOUT_VARIABLE
from tests.engine.providers.support import Stack

NewStack = Callable[..., Stack]
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def pulumi() -> str:
    folder = toolchain.bin_folder()
    found = str(folder / "pulumi") if folder else shutil.which("pulumi")
    assert found
    return found


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder: Path = tmp_path_factory.mktemp("sandbox")
    lifecycle.start(folder)
    started = Sandbox.load(folder)
    install(Path(started.environment()["PULUMI_HOME"]), Path(sys.executable), ROOT)
    yield started
    lifecycle.stop(folder)


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    return running


@pytest.fixture
def new_stack(
    tmp_path: Path, sandbox: Sandbox, pulumi: str, request: pytest.FixtureRequest
) -> NewStack:
    def make(program: str, **environment: str) -> Stack:
        name = request.node.name.replace("_", "-")[:60]
        changes = {TIMEOUT_VARIABLE: "5", "AWS_MAX_ATTEMPTS": "3", **environment}
        return Stack(tmp_path / name, sandbox, pulumi, program, **changes)

    return make
