"""Writes the figures as Markdown tables that also read well on a terminal."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bench.counts import Counts
from bench.figures import METRICS, Ratio, Sample, exponent, middle, ratio, series, spread
from bench.gate import GateCost
from bench.imports import STATEMENTS
from bench.plugin import PluginCost
from bench.projects import OPERATIONS, VARIANTS
from bench.warm import Warm

PAIRS: Final = (("ours", "bare"), ("ours", "flat"), ("bare", "flat"))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table with aligned columns, the first to the left, the others to the right."""
    cells = [list(head), *(list(row) for row in rows)]
    widths = [max(3, *(len(row[column]) for row in cells)) for column in range(len(head))]

    def line(row: Sequence[str]) -> str:
        first, *others = zip(row, widths, strict=True)
        padded = [first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return [line(cells[0]), line(rule), *(line(row) for row in cells[1:])]


def cost_section(samples: Sequence[Sample]) -> list[str]:
    """Medians, ratios and spreads of each metric, size and operation."""
    if not samples:
        return []
    lines = [
        "## Cost of the operations",
        "",
        "Medians over the rounds. In brackets behind a ratio of medians: lowest and highest ratio "
        "within one round. Spread: range of ours over its median.",
    ]
    head = ["N, operation", "rounds", *VARIANTS, *(f"{a}/{b}" for a, b in PAIRS), "spread"]
    for metric in METRICS:
        rows = []
        for size, operation in _measured(samples):
            found = {v: series(samples, v, size, operation, metric) for v in VARIANTS}
            if not any(found.values()):
                continue
            rows.append(
                [
                    f"{size} {operation}",
                    str(max(map(len, found.values()))),
                    *(_number(middle(found[variant])) for variant in VARIANTS),
                    *(_ratio(ratio(found[one], found[other])) for one, other in PAIRS),
                    _percent(spread(found["ours"])),
                ]
            )
        if rows:
            lines += ["", f"### {metric}", "", *table(head, rows)]
    return [*lines, ""]


def growth_section(samples: Sequence[Sample]) -> list[str]:
    """Seconds per instance, and how wall time grows between the largest two sizes."""
    sizes = sorted({sample.size for sample in samples})
    if len(sizes) < 2:
        return []
    lower, upper = sizes[-2:]
    rows = []
    for operation in OPERATIONS:
        for variant in VARIANTS:
            walls = {s: middle(series(samples, variant, s, operation, "wall s")) for s in sizes}
            one, low, high = walls[sizes[0]], walls[lower], walls[upper]
            if one is None or low is None or high is None:
                continue
            steep = exponent([lower, upper], [low, high])
            net = exponent([lower, upper], [low - one, high - one]) if lower > sizes[0] else None
            per_instance = [f"{1000 * walls[size] / size:.0f}" for size in sizes if walls[size]]  # type: ignore[operator]
            rows.append([f"{operation}, {variant}", *per_instance, _number(steep), _number(net)])
    head = ["", *(f"ms each, N={size}" for size in sizes), "exponent", "without start"]
    return [
        "## Growth",
        "",
        f"Wall milliseconds per instance, and the exponent between N = {lower} and {upper} "
        "(1 is linear, 2 is square): of the whole time, and of what is left after the time of "
        f"N = {sizes[0]}, most of which is the start of the CLI, the program and the providers.",
        "",
        *table(head, rows),
        "",
    ]


def counts_section(counts: Mapping[str, Counts], size: int) -> list[str]:
    """Calls to the engine."""
    rows = [
        [
            name,
            str(found.registrations),
            str(found.output_registrations),
            str(len(found.invokes)),
            ", ".join(token.rpartition(":")[2] for token in found.invokes) or "none",
        ]
        for name, found in counts.items()
    ]
    head = ["program", "RegisterResource", "RegisterResourceOutputs", "invokes", "which"]
    intro = f"Of one `up` at N = {size}, from the CLI's log of its gRPC calls (PULUMI_DEBUG_GRPC)."
    return ["## Calls to the engine", "", intro, "", *table(head, rows), ""]


def import_section(seconds: Mapping[str, float], rounds: int) -> list[str]:
    """Import times."""
    rows = [[name, f"`{STATEMENTS[name]}`", f"{1000 * s:.0f}"] for name, s in seconds.items()]
    intro = f"Medians of {rounds} fresh interpreters each, in turn."
    return ["## Import", "", intro, "", *table(["", "statement", "ms"], rows), ""]


def warm_section(warm: Warm, sandbox_mib_after: float) -> list[str]:
    """What a user of the sandbox waits for."""
    rows = [
        ["sandbox from nothing to healthy", f"{warm.sandbox_start:.2f} s", "< 5 s"],
        ["sandbox's memory when healthy", f"{warm.sandbox_mib:.0f} MiB", "< 300 MB"],
        ["sandbox's memory after the rounds above", f"{sandbox_mib_after:.0f} MiB", ""],
        ["make up, warm, nothing running", f"{warm.make_up:.1f} s", "< 30 s"],
        ["make up again, no changes", f"{warm.make_up_again:.1f} s", ""],
        ["make down", f"{warm.make_down:.1f} s", ""],
    ]
    return ["## Sandbox", "", *table(["", "measured", "target"], rows), ""]


def gate_section(gate: GateCost) -> list[str]:
    """What the policy pack costs."""
    ratios = ", ".join(f"{each:.3f}" for each in gate.preview_ratios)
    rows = [
        ["start of the pack", f"{gate.start * 1000:.0f} ms"],
        ["start of an empty pack", f"{gate.empty_start * 1000:.0f} ms"],
        ["a resource out of scope", f"{gate.other_resource * 1e6:.1f} µs"],
        ["a role in scope, all rules", f"{gate.role * 1e6:.0f} µs"],
        ["preview with the pack over without, by round", ratios],
    ]
    return ["## Policy pack", "", *table(["", "median"], rows), ""]


def plugin_section(plugin: PluginCost) -> list[str]:
    """What the plugin costs."""
    heading = [f"N = {plugin.fleet}, wall s", "by the plugin", "in the program", "ratio"]
    rows = [
        [name, f"{by:.2f}", f"{inside:.2f}", f"{by / inside:.3f}"]
        for name, (by, inside) in plugin.seconds.items()
    ]
    note = f"The check adds {plugin.check:.2f} s to the first update of one role."
    title = f"Medians over {plugin.rounds} rounds. {note}"
    return ["## Plugin", "", title, "", *table(heading, rows), ""]


def _measured(samples: Sequence[Sample]) -> list[tuple[int, str]]:
    there = {(sample.size, sample.operation) for sample in samples}
    sizes = sorted({size for size, _ in there})
    return [(size, name) for size in sizes for name in OPERATIONS if (size, name) in there]


def _number(figure: float | None) -> str:
    if figure is None:
        return "-"
    return f"{figure:.0f}" if figure >= 100 else f"{figure:.2f}"


def _ratio(found: Ratio | None) -> str:
    if found is None:
        return "-"
    return f"{found.of_medians:.3f} ({found.lowest:.2f}-{found.highest:.2f})"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"
