"""Holds the figures against what the project promises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from bench.counts import LOOKED_UP, Counts
from bench.figures import Sample, ratio, series
from bench.gate import GateCost
from bench.plugin import PluginCost
from bench.projects import OPERATIONS
from bench.warm import Warm

RATIO: Final = 1.05
SIZE: Final = 100


@dataclass(frozen=True)
class Verdict:
    """One promise and what was measured."""

    promise: str
    measured: str
    kept: bool


def cost_verdicts(samples: Sequence[Sample]) -> list[Verdict]:
    """Wall time of each operation against the bare component's; none where N = 100 was not run."""
    found = []
    for operation in OPERATIONS:
        ours, bare = (series(samples, v, SIZE, operation, "wall s") for v in ("ours", "bare"))
        if (measured := ratio(ours, bare)) is not None:
            promise = f"{operation} at N = {SIZE}: at most {RATIO} times the bare component"
            value = f"{measured.of_medians:.3f} (median of {len(ours)})"
            found.append(Verdict(promise, value, measured.of_medians <= RATIO))
    return found


def count_verdicts(counts: Mapping[str, Counts]) -> list[Verdict]:
    """Registrations and invokes."""
    ours, bare, looked_up = counts["ours"], counts["bare"], counts[LOOKED_UP]
    return [
        Verdict(
            "no more registrations than the bare component's",
            f"{ours.registrations} and {bare.registrations}",
            ours.registrations <= bare.registrations
            and ours.output_registrations <= bare.output_registrations,
        ),
        Verdict(
            "no invoke where account and partition are given",
            str(len(ours.invokes)),
            not ours.invokes,
        ),
        Verdict(
            "at most one invoke where they are looked up",
            str(len(looked_up.invokes)),
            len(looked_up.invokes) <= 1,
        ),
    ]


def import_verdicts(seconds: Mapping[str, float]) -> list[Verdict]:
    """The package's import, alone and on top of Pulumi's."""
    base = seconds["import pulumi"]
    return [
        Verdict(
            f"`{statement}`: at most {RATIO} times `import pulumi`",
            f"{seconds[name] / base:.3f}",
            seconds[name] <= RATIO * base,
        )
        for name, statement in (
            ("import pulumi_polytomic", "import pulumi_polytomic"),
            ("both", "import pulumi, pulumi_polytomic"),
        )
    ]


def warm_verdicts(warm: Warm) -> list[Verdict]:
    """The sandbox and ``make up``."""
    megabytes = warm.sandbox_mib * 2**20 / 1e6
    return [
        Verdict("sandbox healthy under 5 s", f"{warm.sandbox_start:.2f} s", warm.sandbox_start < 5),
        Verdict("sandbox under 300 MB", f"{megabytes:.0f} MB", 0 < megabytes < 300),
        Verdict("make up, warm, under 30 s", f"{warm.make_up:.1f} s", warm.make_up < 30),
    ]


def plugin_verdicts(plugin: PluginCost) -> list[Verdict]:
    """The plugin's check; for its route no ratio is promised."""
    promise = "check of a healthy, spread role under 2 s"
    return [Verdict(promise, f"{plugin.check:.2f} s", plugin.check < 2)]


def gate_verdicts(gate: GateCost) -> list[Verdict]:
    """The policy pack."""
    start = gate.start / gate.empty_start
    preview = median(gate.preview_ratios)
    return [
        Verdict("policy pack starts in 1.15 times an empty one", f"{start:.3f}", start <= 1.15),
        Verdict(
            "policy pack: a resource out of scope under 1 µs",
            f"{gate.other_resource * 1e6:.1f} µs",
            gate.other_resource < 1e-6,
        ),
        Verdict(
            "policy pack: a role in scope under 0.5 ms",
            f"{gate.role * 1e3:.2f} ms",
            gate.role < 0.5e-3,
        ),
        Verdict(
            f"preview of {gate.fleet} with the policy pack: at most 1.15 times without",
            f"{preview:.3f} (median of {len(gate.preview_ratios)})",
            preview <= 1.15,
        ),
    ]
