"""From single measurements to medians, ratios, spreads and growth."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from bench.measure import Cost

METRICS: Final[dict[str, Callable[[Cost], float | None]]] = {
    "wall s": lambda cost: cost.wall_seconds,
    "CPU s": lambda cost: cost.cpu_seconds,
    "CLI MiB": lambda cost: cost.cli_mib,
    "program MiB": lambda cost: cost.program_mib,
    "all MiB": lambda cost: cost.tree_mib,
}


@dataclass(frozen=True)
class Sample:
    """One measurement."""

    variant: str
    size: int
    operation: str
    round: int
    cost: Cost


@dataclass(frozen=True)
class Ratio:
    """How much one program takes of another's figure."""

    of_medians: float
    lowest: float
    """Of the ratios within each round, where both ran one after the other."""
    highest: float


def series(
    samples: Iterable[Sample], variant: str, size: int, operation: str, metric: str
) -> dict[int, float]:
    """Figures by round; a round without this figure is absent."""
    read = METRICS[metric]
    return {
        sample.round: value
        for sample in samples
        if (sample.variant, sample.size, sample.operation) == (variant, size, operation)
        and (value := read(sample.cost)) is not None
    }


def middle(figures: dict[int, float]) -> float | None:
    """The median over the rounds; None where there is none."""
    return median(figures.values()) if figures else None


def ratio(ours: dict[int, float], theirs: dict[int, float]) -> Ratio | None:
    """Over the rounds that have both; None where none has."""
    rounds = sorted(ours.keys() & theirs.keys())
    if not rounds:
        return None
    paired = [ours[number] / theirs[number] for number in rounds]
    of_medians = median(ours[n] for n in rounds) / median(theirs[n] for n in rounds)
    return Ratio(of_medians, min(paired), max(paired))


def spread(figures: dict[int, float]) -> float | None:
    """Range of the rounds over their median; None for fewer than two rounds."""
    if len(figures) < 2:
        return None
    return (max(figures.values()) - min(figures.values())) / median(figures.values())


def exponent(sizes: Sequence[int], figures: Sequence[float]) -> float | None:
    """Slope of the line fitted through log size and log figure: 1 is linear, 2 is square.

    None where fewer than two points are above 0.
    """
    points = [
        (math.log(size), math.log(figure))
        for size, figure in zip(sizes, figures, strict=True)
        if size > 0 and figure > 0
    ]
    if len({x for x, _ in points}) < 2:
        return None
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    covariance = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return covariance / sum((x - mean_x) ** 2 for x, _ in points)
