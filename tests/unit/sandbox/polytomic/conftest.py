import pytest
from polytomic import Polytomic

from tests.unit.sandbox.world import World


@pytest.fixture
def client(world: World) -> Polytomic:
    return world.polytomic
