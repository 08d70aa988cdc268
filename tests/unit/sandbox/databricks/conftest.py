import pytest
from databricks.sdk import WorkspaceClient

from tests.unit.sandbox.world import World


@pytest.fixture
def workspace(world: World) -> WorkspaceClient:
    return world.workspace
