"""What the plugin costs: the component by it against in the program, and the check of a role."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from bench.measure import run_measured
from bench.programs.fleet import BUCKET
from bench.projects import OPERATIONS, Project, make_project
from sandbox.client import Sandbox

FLEET: Final = 10


@dataclass(frozen=True)
class PluginCost:
    """Medians over the rounds."""

    fleet: int
    """Instances of the component."""
    seconds: Mapping[str, tuple[float, float]]
    """Wall seconds by the plugin and in the program, by operation."""
    check: float
    """Seconds that the check adds to the first update of one healthy, spread role."""
    rounds: int


def measure_plugin(scratch: Path, sandbox: Sandbox, rounds: int, fleet: int = FLEET) -> PluginCost:
    """Takes the figures; the programs run in turn, in changing order."""
    environment = sandbox.process_environment()
    buckets = sandbox.aws_client("s3").list_buckets()["Buckets"]
    if not any(bucket["Name"] == BUCKET for bucket in buckets):
        sandbox.aws_client("s3").create_bucket(Bucket=BUCKET)
    fleets = [make_project(scratch, each, fleet, environment) for each in ("plugin", "ours")]
    single = [make_project(scratch, each, 1, environment) for each in ("checked", "ours")]
    found: dict[str, tuple[list[float], list[float]]] = {}
    checks = []
    for number in range(rounds):
        turn = slice(None, None, -1 if number % 2 else 1)
        for project in fleets[turn]:
            for operation in OPERATIONS:
                seconds = _seconds(project, operation)
                both = found.setdefault(operation, ([], []))
                both[0 if project.variant == "plugin" else 1].append(seconds)
        ups = {}
        for project in single[turn]:
            ups[project.variant] = _seconds(project, "up")
            _seconds(project, "destroy")
        checks.append(ups["checked"] - ups["ours"])
    medians = {name: (median(ours), median(other)) for name, (ours, other) in found.items()}
    return PluginCost(fleet, medians, median(checks), rounds)


def _seconds(project: Project, operation: str) -> float:
    command = project.command(*OPERATIONS[operation])
    log = project.folder / "output.log"
    return run_measured(command, project.folder, project.environment, log).wall_seconds
