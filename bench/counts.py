"""Counts what each program asks of the engine, from the CLI's own log of its gRPC calls."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.projects import OPERATIONS, VARIANTS, Project, make_project

LOOKED_UP: Final = "ours, account looked up"
_MONITOR: Final = "/pulumirpc.ResourceMonitor/"


@dataclass(frozen=True)
class Counts:
    """Calls to the engine during one ``up``."""

    registrations: int
    """``RegisterResource``: the stack, components and resources."""
    output_registrations: int
    """``RegisterResourceOutputs``: the stack and components."""
    invokes: tuple[str, ...]
    """Tokens of the functions called."""


def count_calls(parent: Path, size: int, environment: Mapping[str, str]) -> dict[str, Counts]:
    """Counts for each program, and for ours where account and partition are looked up."""
    found = {name: _count(make_project(parent, name, size, environment)) for name in VARIANTS}
    looked_up = make_project(parent, "ours", size, environment, account="looked-up")
    return {**found, LOOKED_UP: _count(looked_up)}


def read_counts(lines: Iterable[str]) -> Counts:
    """Counts the calls in a log that PULUMI_DEBUG_GRPC wrote."""
    calls: Counter[str] = Counter()
    invokes = []
    for entry in map(json.loads, lines):
        if not _is_call(entry):
            continue
        method = str(entry["method"]).removeprefix(_MONITOR)
        calls[method] += 1
        if method in ("Invoke", "StreamInvoke", "Call"):
            invokes.append(str(entry["request"].get("tok", method)))
    return Counts(
        calls["RegisterResource"], calls["RegisterResourceOutputs"], tuple(sorted(invokes))
    )


def _count(project: Project) -> Counts:
    log = project.folder / "grpc.json"
    logged = {**project.environment, "PULUMI_DEBUG_GRPC": str(log)}
    Project(project.variant, project.size, project.folder, logged).run(*OPERATIONS["up"])
    project.run(*OPERATIONS["destroy"])
    with log.open() as lines:
        return read_counts(lines)


def _is_call(entry: Mapping[str, Any]) -> bool:
    """Each call to the resource monitor is logged when it begins and when it has ended."""
    begins = entry.get("progress", "request_started") == "request_started"
    return begins and str(entry["method"]).startswith(_MONITOR)
