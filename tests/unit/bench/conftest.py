"""Makes measurements without measuring."""

from collections.abc import Callable

import pytest

from bench.figures import Sample
from bench.measure import Cost

MakeSample = Callable[..., Sample]


@pytest.fixture
def sample() -> MakeSample:
    """One sample of a given wall time; what is not named is small and alike."""

    def make(
        variant: str, wall: float, *, size: int = 100, operation: str = "up", number: int = 0
    ) -> Sample:
        return Sample(variant, size, operation, number, Cost(wall, 1.0, 100.0, None, 300.0))

    return make
