import math
from collections.abc import Callable
from typing import Any

import pytest

from bench import figures
from bench.figures import Ratio, Sample


def test_a_series_holds_only_what_was_asked_for(sample: Callable[..., Sample]) -> None:
    samples = [
        sample("ours", 2.0),
        sample("ours", 3.0, number=1),
        sample("bare", 9.0),
        sample("ours", 9.0, size=10),
        sample("ours", 9.0, operation="preview"),
    ]
    assert figures.series(samples, "ours", 100, "up", "wall s") == {0: 2.0, 1: 3.0}


def test_a_figure_that_the_system_does_not_tell_is_absent(sample: Callable[..., Sample]) -> None:
    assert figures.series([sample("ours", 2.0)], "ours", 100, "up", "program MiB") == {}


@pytest.mark.parametrize(
    ("found", "expected"),
    [({}, None), ({0: 4.0}, 4.0), ({0: 9.0, 1: 1.0, 2: 2.0}, 2.0), ({0: 1.0, 3: 2.0}, 1.5)],
)
def test_the_middle_is_the_median(found: dict[int, float], expected: float | None) -> None:
    assert figures.middle(found) == expected


def test_a_ratio_is_of_medians_and_its_range_of_rounds() -> None:
    ours, theirs = {0: 2.0, 1: 3.0, 2: 10.0}, {0: 1.0, 1: 3.0, 2: 4.0}
    assert figures.ratio(ours, theirs) == Ratio(of_medians=1.0, lowest=1.0, highest=2.5)


def test_a_ratio_leaves_out_rounds_that_only_one_has() -> None:
    # An interrupt falls between two programs.
    found = figures.ratio({0: 2.0, 1: 100.0}, {0: 1.0})
    assert found == Ratio(of_medians=2.0, lowest=2.0, highest=2.0)


def test_there_is_no_ratio_without_a_common_round() -> None:
    assert figures.ratio({0: 2.0}, {1: 1.0}) is None


@pytest.mark.parametrize(
    ("found", "expected"),
    [({}, None), ({0: 4.0}, None), ({0: 2.0, 1: 2.0}, 0.0), ({0: 8.0, 1: 10.0, 2: 12.0}, 0.4)],
)
def test_spread_is_the_range_over_the_median(
    found: dict[int, float], expected: float | None
) -> None:
    assert figures.spread(found) == expected


@pytest.mark.parametrize("power", [0.0, 1.0, 1.5, 2.0])
def test_the_exponent_of_a_power_is_found(power: float) -> None:
    sizes = (10, 100, 300)
    found = figures.exponent(sizes, [7.0 * size**power for size in sizes])
    assert found is not None and math.isclose(found, power, abs_tol=1e-9)


@pytest.mark.parametrize(
    ("sizes", "found"), [((100,), (3.0,)), ((100, 300), (0.0, 3.0)), ((100, 100), (3.0, 4.0))]
)
def test_one_point_has_no_exponent(sizes: Any, found: Any) -> None:
    assert figures.exponent(sizes, found) is None
