"""``python -m bench``: measures, prints tables, and keeps them in bench/RESULTS.md."""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from bench import machine, report, targets
from bench.counts import count_calls
from bench.figures import Sample
from bench.gate import FLEET, measure_gate
from bench.imports import import_seconds
from bench.measure import MeasureError
from bench.plugin import FLEET as PLUGIN_FLEET
from bench.plugin import measure_plugin
from bench.projects import ROOT, ExternalId
from bench.rounds import samples
from bench.sameness import DifferenceError
from bench.targets import Verdict
from bench.warm import WarmError, measure_warm, resident_mib
from sandbox import lifecycle
from sandbox.client import Sandbox
from toolchain import bin_folder

RESULTS: Final = ROOT / "bench" / "RESULTS.md"
SIZES: Final = (1, 10, 100, 300)
LARGE: Final = 300
IMPORT_ROUNDS: Final = 15


def main() -> int:
    """Measures what the options ask for. Exit code 1 where something failed, 130 interrupted.

    A promise that is not kept is shown, and is no failure: figures depend on the machine.
    """
    options = _parser().parse_args()
    sizes = sorted(set(options.sizes or ((1, 3) if options.quick else SIZES)))
    rounds = options.rounds or (2 if options.quick else 5)
    plan = {s: options.large_rounds if s >= LARGE else rounds for s in sizes}
    output = options.output or (None if options.quick or options.sizes else RESULTS)
    with tempfile.TemporaryDirectory(prefix="polytomic-bench-") as scratch:
        bench = _Bench(Path(scratch), plan, options.external_id, options.quick)
        code = bench.run()
    text = bench.text()
    print(f"\n{text}")
    if code != 0:
        print("Not complete, so not kept.", file=sys.stderr)
    elif output is not None:
        output.write_text(text)
        print(f"Kept in {output}.")
    return code


class _Bench:
    """One run of everything; what it has found so far can be shown at any time."""

    def __init__(
        self, scratch: Path, plan: dict[int, int], external_id: ExternalId, quick: bool
    ) -> None:
        self._scratch = scratch
        self._plan = plan
        self._external_id = external_id
        self._import_rounds = 3 if quick else IMPORT_ROUNDS
        self._gate_rounds = 2 if quick else 5
        self._samples: list[Sample] = []
        self._sections: list[str] = []
        self._verdicts: list[Verdict] = []
        self._machine: list[tuple[str, str]] = []
        self._started = time.monotonic()

    def run(self) -> int:
        """Gives the exit code; interrupted or failed, it stops what it started."""
        folder = self._scratch / "sandbox"
        try:
            toolchain = bin_folder()
            lifecycle.start(folder, toolchain=toolchain)
            self._measure(Sandbox.load(folder), toolchain)
        except KeyboardInterrupt:
            print("\nInterrupted.", file=sys.stderr)
            return 130
        except (
            MeasureError,
            DifferenceError,
            WarmError,
            lifecycle.SandboxError,
            subprocess.CalledProcessError,
        ) as error:
            print(f"\nerror: {error}", file=sys.stderr)
            return 1
        finally:
            lifecycle.stop(folder)
        return 0

    def text(self) -> str:
        """The report of what is measured so far."""
        lines = ["# Bench", "", *_INTRODUCTION, ""]
        if self._machine:
            lines += [*report.table(["machine", ""], self._machine), ""]
        verdicts = [*targets.cost_verdicts(self._samples), *self._verdicts]
        rows = [[v.promise, v.measured, "yes" if v.kept else "NO"] for v in verdicts]
        if rows:
            lines += ["## Promises", "", *report.table(["promise", "measured", "kept"], rows), ""]
        lines += report.cost_section(self._samples) + report.growth_section(self._samples)
        lines += self._sections
        lines.append(f"The run took {(time.monotonic() - self._started) / 60:.0f} minutes.")
        return "\n".join(lines) + "\n"

    def _measure(self, sandbox: Sandbox, toolchain: Path | None) -> None:
        self._machine = machine.describe(sandbox.process_environment())
        self._machine.append(("External ID of the programs", self._external_id))
        empty = self._scratch / "empty"
        empty.mkdir()

        self._say("import times")
        imports = import_seconds(self._import_rounds, empty)
        self._verdicts += targets.import_verdicts(imports)
        self._sections += report.import_section(imports, self._import_rounds)

        self._say("calls to the engine")
        size = min(10, max(self._plan))
        counts = count_calls(self._scratch / "counts", size, sandbox.process_environment())
        sandbox.reset()
        self._verdicts += targets.count_verdicts(counts)
        self._sections += report.counts_section(counts, size)

        projects = self._scratch / "projects"
        for sample in samples(sandbox, projects, self._plan, self._external_id):
            self._samples.append(sample)
        after = resident_mib(sandbox.folder)

        self._say("the policy pack")
        fleet = FLEET if max(self._plan) >= LARGE else max(self._plan)
        gate = measure_gate(self._scratch / "gate", sandbox, self._gate_rounds, fleet)
        self._verdicts += targets.gate_verdicts(gate)
        self._sections += report.gate_section(gate)

        self._say("the plugin")
        sandbox.reset()
        size = min(PLUGIN_FLEET, max(self._plan))
        plugin = measure_plugin(self._scratch / "plugin", sandbox, self._gate_rounds, size)
        self._verdicts += targets.plugin_verdicts(plugin)
        self._sections += report.plugin_section(plugin)

        self._say("the sandbox and make up")
        (self._scratch / "warm").mkdir()
        warm = measure_warm(self._scratch / "warm", toolchain)
        self._verdicts += targets.warm_verdicts(warm)
        self._sections += report.warm_section(warm, after)

    def _say(self, what: str) -> None:
        print(f"{time.strftime('%H:%M:%S')} {what} ...", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--sizes", type=_positive, nargs="+", help=f"instances per program (default: {SIZES})"
    )
    parser.add_argument("--rounds", type=_positive, help="rounds below N = 300 (default: 5)")
    parser.add_argument(
        "--large-rounds", type=_positive, default=1, help="rounds from N = 300 on (default: 1)"
    )
    parser.add_argument("--quick", action="store_true", help="N = 1 and 3, twice, nothing kept")
    parser.add_argument(
        "--external-id",
        choices=("secret", "plain"),
        default="secret",
        help="how the programs are given Polytomic's external ID (default: secret, as in README)",
    )
    parser.add_argument(
        "--output", type=Path, help="file of the report (default: bench/RESULTS.md for a full run)"
    )
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


_INTRODUCTION: Final = (
    "Three programs make the same cloud resources (checked in AWS, in Unity Catalog and in the",
    "state of the stack after the first `up` of each size): N times **ours**,",
    "`DatabricksStagingAccess`; N times a **bare** component that only wraps a storage credential,",
    "a role and its policy, under a type name of the same length; and a **flat** program that",
    "writes them by hand. Real engine, sandbox providers, one run, the three in turn in changing",
    "order. Wall and CPU are of the CLI with all its children (CPU of the sandbox's servers is not",
    "in it); CLI and program MiB are peak resident memory of the CLI's own process and of the",
    "program's Python process, all MiB the largest sum over the whole process tree.",
)


if __name__ == "__main__":
    sys.exit(main())
