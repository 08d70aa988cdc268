"""Runs the programs in turn, so that noise of the machine hits all alike."""

import itertools
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from bench.figures import Sample
from bench.measure import run_measured
from bench.projects import OPERATIONS, VARIANTS, ExternalId, make_project
from bench.sameness import require_same
from sandbox.client import Sandbox

ORDERS: Final = tuple(itertools.permutations(VARIANTS))
"""Taken one after the other, because who runs first finds other caches."""


def samples(
    sandbox: Sandbox,
    parent: Path,
    plan: Mapping[int, int],
    external_id: ExternalId = "secret",
) -> Iterator[Sample]:
    """Measures each size as often as ``plan`` says: rounds by size. Prints what it does.

    The sandbox is empty before and after each round. After the first ``up`` of each size the
    programs are compared, and DifferenceError is raised where they did not make the same.
    """
    environment = sandbox.process_environment()
    for size, rounds in plan.items():
        projects = {
            variant: make_project(parent, variant, size, environment, external_id=external_id)
            for variant in VARIANTS
        }
        if size == min(plan):
            # Once unmeasured: writes byte code, fills the page cache.
            for project in projects.values():
                project.run(*OPERATIONS["preview"])
        for number in range(rounds):
            for step, (operation, arguments) in enumerate(OPERATIONS.items()):
                print(f"{_clock()} N={size} round {number + 1}/{rounds} {operation}:", end="")
                for variant in ORDERS[(number + step) % len(ORDERS)]:
                    project = projects[variant]
                    log = project.folder / "output.log"
                    command = project.command(*arguments)
                    cost = run_measured(command, project.folder, project.environment, log)
                    print(f" {variant} {cost.wall_seconds:.2f} s", end="", flush=True)
                    yield Sample(variant, size, operation, number, cost)
                print(flush=True)
                if operation == "up" and number == 0:
                    things = require_same(sandbox, list(projects.values()))
                    print(f"{_clock()} N={size}: the same in all three, {things} things compared")
            sandbox.reset()


def _clock() -> str:
    return time.strftime("%H:%M:%S")
