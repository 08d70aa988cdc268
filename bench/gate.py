"""What the policy pack costs: its start, a resource, and a preview of a fleet."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from pulumi.runtime.proto import analyzer_pb2

from bench.measure import run_measured
from bench.projects import ROOT, Project, make_project
from policypack.pack import policies
from policypack.rules import RULES
from sandbox.client import Sandbox

FLEET: Final = 300
PACK: Final = ROOT / "policypack"
_CALLS: Final = 500
_NO_CACHE: Final = ("PYTHONDONTWRITEBYTECODE",)
_EMPTY_PACK: Final = """\
from pulumi_policy import PolicyPack, ResourceValidationPolicy

nothing = ResourceValidationPolicy("none", "Refuses nothing.", lambda args, report: None)
PolicyPack("empty", [nothing])
"""
_TRUST: Final = """\
{{"Version": "2012-10-17", "Statement": [
{{"Effect": "Allow", "Action": "sts:AssumeRole",
 "Principal": {{"AWS": "arn:aws:iam::568237466542:root"}},
 "Condition": {{"StringEquals": {{"sts:ExternalId": "8a7b6c5d-4e3f-4210-9f8e-7d6c5b4a3928"}}}}}},
{{"Effect": "Allow", "Action": "sts:AssumeRole",
 "Principal": {{"AWS": "{unity_catalog}"}},
 "Condition": {{"StringEquals": {{"sts:ExternalId": "1f2e3d4c-5b6a-4978-8877-665544332211"}}}}}},
{{"Effect": "Allow", "Action": "sts:AssumeRole",
 "Principal": {{"AWS": "arn:aws:iam::123456789012:root"}},
 "Condition": {{"StringEquals": {{"sts:ExternalId": "1f2e3d4c-5b6a-4978-8877-665544332211"}},
  "ArnEquals": {{"aws:PrincipalArn": "arn:aws:iam::123456789012:role/staging"}}}}}}]}}
""".format(
    unity_catalog="arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"
)


@dataclass(frozen=True)
class GateCost:
    """Medians."""

    start: float
    """Seconds from the start of the pack's process until it serves."""
    empty_start: float
    """The same for a pack with one policy that refuses nothing."""
    other_resource: float
    """Seconds to judge a resource of a type that the pack does not read."""
    role: float
    """Seconds to judge a role in scope."""
    fleet: int
    """Instances in the previews."""
    preview_ratios: tuple[float, ...]
    """Wall time of a preview of the fleet with the pack over one without, by round."""


def measure_gate(scratch: Path, sandbox: Sandbox, rounds: int, fleet: int = FLEET) -> GateCost:
    """Takes the figures, ``rounds`` times what starts a process."""
    empty = scratch / "empty-pack"
    empty.mkdir(parents=True)
    (empty / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (empty / "__main__.py").write_text(_EMPTY_PACK)
    cache = scratch / "byte-code"
    starts = [
        (_start_seconds(PACK, cache), _start_seconds(empty, cache)) for _ in range(rounds + 1)
    ]
    return GateCost(
        start=median(own for own, _ in starts[1:]),
        empty_start=median(other for _, other in starts[1:]),
        other_resource=_judging_seconds("aws:s3/bucket:Bucket", {"bucket": "any"}),
        role=_judging_seconds(
            "aws:iam/role:Role", {"name": "staging", "path": "/", "assumeRolePolicy": _TRUST}
        ),
        fleet=fleet,
        preview_ratios=_preview_ratios(scratch / "gated", sandbox, rounds, fleet),
    )


def _start_seconds(pack: Path, cache: Path) -> float:
    environment = _caching(os.environ, cache) | {"PYTHONPATH": str(ROOT)}
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(pack)],
        stdout=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout is not None
        port = process.stdout.readline()
        seconds = time.perf_counter() - started
        process.kill()
    if not port.strip().isdigit():
        raise ValueError(f"the policy pack {pack.name} did not start")
    return seconds


def _caching(environment: Mapping[str, str], cache: Path) -> dict[str, str]:
    # Byte code is kept, as on a user's machine, whatever this shell says.
    kept = {key: value for key, value in environment.items() if key not in _NO_CACHE}
    return kept | {"PYTHONPYCACHEPREFIX": str(cache)}


def _judging_seconds(resource_type: str, properties: dict[str, Any]) -> float:
    """Median seconds of one request through the gate, reading of the message included."""
    gate, _ = policies(RULES)
    name = f"urn:pulumi:dev::proj::{resource_type}::staging"
    request = analyzer_pb2.AnalyzeRequest(type=resource_type, urn=name, name="staging")
    request.properties.update(properties)
    # What tells the account of a role that is not made yet.
    request.provider.properties.update({"allowedAccountIds": '["123456789012"]'})

    def judge() -> None:
        gate.begin(preview=False)
        gate.analyze(request, _nothing_to_say)

    return median(_timed(judge) for _ in range(_CALLS))


def _nothing_to_say(_: Any) -> Any:
    raise AssertionError("the good role of the bench was refused")


def _timed(function: Callable[[], None]) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def _preview_ratios(parent: Path, sandbox: Sandbox, rounds: int, fleet: int) -> tuple[float, ...]:
    environment = _caching(sandbox.process_environment(), parent / "byte-code")
    project = make_project(parent, "ours", fleet, environment)
    # Unmeasured, so that each has its byte code.
    _preview_seconds(project, with_pack=True)
    found = []
    for number in range(rounds):
        # In turn, because who runs first finds other caches.
        with_pack: Sequence[bool] = (True, False) if number % 2 else (False, True)
        seconds = {each: _preview_seconds(project, with_pack=each) for each in with_pack}
        found.append(seconds[True] / seconds[False])
    return tuple(found)


def _preview_seconds(project: Project, *, with_pack: bool) -> float:
    arguments = ["preview", *(["--policy-pack", str(PACK)] if with_pack else [])]
    log = project.folder / "output.log"
    cost = run_measured(project.command(*arguments), project.folder, project.environment, log)
    return cost.wall_seconds
