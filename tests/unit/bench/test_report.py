from collections.abc import Callable

import pytest

from bench import report, targets
from bench.counts import LOOKED_UP, Counts
from bench.figures import Sample
from bench.warm import Warm


def test_a_table_is_aligned_markdown() -> None:
    assert report.table(["name", "s"], [["a", "1.00"], ["longer", "12.50"]]) == [
        "| name   |     s |",
        "| ------ | ----: |",
        "| a      |  1.00 |",
        "| longer | 12.50 |",
    ]


def test_costs_stand_beside_their_ratios(sample: Callable[..., Sample]) -> None:
    samples = [
        sample("ours", 3.0),
        sample("bare", 2.0),
        sample("flat", 1.5),
        sample("ours", 5.0, number=1),
        sample("bare", 2.0, number=1),
        sample("flat", 1.0, number=1),
    ]
    row = next(line for line in report.cost_section(samples) if line.startswith("| 100 up"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells == [
        "100 up",
        "2",
        "4.00",
        "2.00",
        "1.25",
        "2.000 (1.50-2.50)",
        "3.200 (2.00-5.00)",
        "1.600 (1.33-2.00)",
        "50 %",
    ]


def test_a_metric_that_was_never_seen_has_no_table(sample: Callable[..., Sample]) -> None:
    lines = report.cost_section([sample("ours", 3.0)])
    assert [line for line in lines if line.startswith("###")] == [
        "### wall s",
        "### CPU s",
        "### CLI MiB",
        "### all MiB",
    ]


def test_an_interrupted_round_is_shown_with_gaps(sample: Callable[..., Sample]) -> None:
    lines = report.cost_section([sample("ours", 3.0)])
    row = next(line for line in lines if line.startswith("| 100 up"))
    assert [cell.strip() for cell in row.strip("|").split("|")][2:] == ["3.00", *"------"]


def test_nothing_measured_gives_no_section() -> None:
    assert report.cost_section([]) == [] and report.growth_section([]) == []


def test_growth_is_fitted_between_the_two_largest_sizes(sample: Callable[..., Sample]) -> None:
    # 4 s of start and a square: 100 takes 1 s more, 300 takes 9 s more.
    walls = {1: 4.0, 100: 5.0, 300: 13.0}
    samples = [sample("ours", wall, size=size) for size, wall in walls.items()]
    row = next(line for line in report.growth_section(samples) if line.startswith("| up, ours"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells == ["up, ours", "4000", "50", "43", "0.87", "2.00"]


def test_one_size_shows_no_growth(sample: Callable[..., Sample]) -> None:
    assert report.growth_section([sample("ours", 1.0)]) == []


@pytest.mark.parametrize(("ours", "kept"), [(10.5, True), (10.6, False)])
def test_the_bare_component_may_be_passed_by_a_twentieth(
    sample: Callable[..., Sample], ours: float, kept: bool
) -> None:
    verdicts = targets.cost_verdicts([sample("ours", ours), sample("bare", 10.0)])
    assert [verdict.kept for verdict in verdicts] == [kept]
    assert verdicts[0].measured == f"{ours / 10:.3f} (median of 1)"


def test_no_verdict_on_a_size_that_was_not_run(sample: Callable[..., Sample]) -> None:
    samples = [sample("ours", 1.0, size=10), sample("bare", 1.0, size=10)]
    assert targets.cost_verdicts(samples) == []


def test_calls_are_held_against_the_bare_component() -> None:
    good = Counts(41, 11, ())
    looked_up = Counts(41, 11, ("aws:index/getCallerIdentity:getCallerIdentity",))
    bad = {"ours": Counts(42, 11, ("a:b:c",)), "bare": good, LOOKED_UP: Counts(41, 11, ("a", "b"))}
    kept = targets.count_verdicts({"ours": good, "bare": good, LOOKED_UP: looked_up})
    assert [verdict.kept for verdict in kept] == [True, True, True]
    assert [verdict.kept for verdict in targets.count_verdicts(bad)] == [False, False, False]


def test_imports_are_held_against_pulumis() -> None:
    seconds = {"import pulumi": 0.100, "import pulumi_polytomic": 0.004, "both": 0.106}
    assert [verdict.kept for verdict in targets.import_verdicts(seconds)] == [True, False]


def test_a_sandbox_whose_memory_is_unknown_keeps_no_promise() -> None:
    verdicts = targets.warm_verdicts(Warm(1.0, 0.0, 31.0, 4.0, 2.0))
    assert [verdict.kept for verdict in verdicts] == [True, False, False]
