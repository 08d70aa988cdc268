"""Every fault at every call of our three resources, on the real engine; the next run heals.

The resources stand alone here, without the component, so that the sandbox's log of calls holds
only the plugin's own. One run makes four of the kind that is struck, and each of them meets
another fault at the same call.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from sandbox.client import Sandbox
from sandbox.identities import POLYTOMIC

from ..component.deployment import Deployment, Program
from ..waiting import faults
from .support import (
    ARN,
    FOREIGN,
    ROLE,
    WHOLE,
    connections,
    document,
    make_roles,
    own_resources,
    sids,
    statements,
    trusting,
)

pytestmark = pytest.mark.engine

FAULTS: Final[Sequence[Mapping[str, Any]]] = (
    {"code": "Throttling"},
    {"code": "ServiceUnavailable"},
    {"action": "drop"},
    {"action": "lose-answer"},
)
TIMES: Final = len(FAULTS)
NEEDS: Final[Mapping[str, Sequence[str]]] = {
    "connection": (),
    "statements": ("connection",),
    "check": ("connection", "statements"),
    "policy": (),
}
"""What has to be there before a kind of resource; statements and policy: of RoleTrustPolicy."""

_WRITE: Final = ("iam:GetRole", "iam:GetRole", "iam:UpdateAssumeRolePolicy")
_PROOF: Final = (
    "Host.Metadata",
    "Host.Metadata",
    "StorageCredentials.Get",
    "connections.list",
    "StorageCredentials.Validate",
    "connections.test",
    "iam:GetRole",
    "iam:ListRolePolicies",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
)
_ALIKE: Final = {"statements": _WRITE, "check": _PROOF, "policy": _WRITE}
CALLS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "create": {"connection": ("connections.create", "connections.get"), **_ALIKE},
    "update": {
        "connection": ("connections.get", "connections.update", "connections.get"),
        **_ALIKE,
    },
    "delete": {
        "policy": ("iam:GetRole", *_WRITE),
        "check": (),
        "statements": ("iam:GetRole", *_WRITE),
        "connection": ("connections.delete",),
    },
}
"""What one resource of each kind calls, in order, when all is well; held to the log below."""
THEIRS: Final = [
    "SomebodyElse",
    "PolytomicAssumeRole",
    "UnityCatalogAssumeRole",
    "ExplicitSelfRoleAssumption",
    "Later",
]
"""Statements of others in the trust policy of ROLE; the last comes between the two runs."""


class Struck(NamedTuple):
    """The n-th call of an operation by each resource of a kind."""

    phase: str
    kind: str
    operation: str
    nth: int

    def __str__(self) -> str:
        return f"{self.phase}-{self.kind}-{self.operation}-{self.nth}"

    @property
    def fails(self) -> bool:
        """Whether it fails the run: a check tries again, or does without what it cannot read."""
        return self.kind != "check"

    def fault(self, number: int) -> dict[str, Any]:
        """The ``number``-th of the four that are to strike."""
        services = {"iam": "aws", "connections": "polytomic"}
        service = services.get(re.split("[:.]", self.operation)[0], "databricks")
        throttled = 400 if service == "aws" else 429
        # Who fails makes no further call before the next one's turn; checks run side by side.
        turns = number + 1 if self.fails else TIMES
        return {
            "service": service,
            "operation": self.operation,
            "status": throttled if number == 0 else 503,
            "skip": (self.nth - 1) * turns,
            **FAULTS[number],
        }


WALK: Final = [
    Struck(phase, kind, operation, calls[: place + 1].count(operation))
    for phase, kinds in CALLS.items()
    for kind, calls in kinds.items()
    for place, operation in enumerate(calls)
]


@pytest.fixture
def stack(sandbox: Sandbox, shell: dict[str, str], tmp_path: Path) -> Deployment:
    """A stack whose plugin makes each call once; Databricks' SDK alone tries again, for 20 s."""
    sandbox.reset()
    make_roles(sandbox)
    sandbox.clear_calls()
    return Deployment(
        sandbox,
        tmp_path,
        environment={"AWS_MAX_ATTEMPTS": "1"},
        config={"polytomic-databricks:maxRetries": "0"},
    )


def test_the_walk_leaves_no_call_out(stack: Deployment, sandbox: Sandbox) -> None:
    for phase, kinds in CALLS.items():
        if phase == "delete":
            stack.destroy()
        else:
            changed = kinds if phase == "update" else ()
            stack.up(own_resources(dict.fromkeys(kinds, 1), changed))
        # Databricks and Polytomic use the role and the bucket when they try them.
        called = [call["operation"] for call in sandbox.calls()]
        ours = [each for each in called if not each.startswith(("s3:", "sts:"))]
        assert ours == [operation for calls in kinds.values() for operation in calls]
        sandbox.clear_calls()


@pytest.mark.parametrize("struck", WALK, ids=str)
def test_the_next_run_heals(stack: Deployment, sandbox: Sandbox, struck: Struck) -> None:
    needs = dict.fromkeys(NEEDS[struck.kind], TIMES if struck.fails else 1)
    made = {**needs, struck.kind: TIMES}
    changed = [struck.kind] if struck.phase == "update" else []
    before = needs if struck.phase == "create" else made
    if before:
        stack.up(own_resources(before))
    failed = strike(stack, sandbox, struck, own_resources(made, changed))
    assert failed == (
        {f"{struck.kind}-{number}" for number in range(TIMES)} if struck.fails else set()
    )

    if struck.phase == "delete":
        stack.destroy()
        assert_nothing_is_left(sandbox)
        return
    if struck.fails:
        # Polytomic is let in only where its statement is there, too.
        made |= {"statements": TIMES} if struck.kind == "connection" else {}
        stack.up(own_resources(made, changed))
    assert_as_asked(sandbox, made, changed)
    assert set(stack.preview().summary) == {"same"}


def test_a_destroy_after_a_create_that_failed_leaves_no_connection(
    stack: Deployment, sandbox: Sandbox
) -> None:
    struck = Struck("create", "connection", "connections.get", 1)
    strike(stack, sandbox, struck, own_resources({"connection": TIMES}))
    assert len(connections(sandbox)) == TIMES
    stack.destroy()
    assert_nothing_is_left(sandbox)


def test_statements_of_one_stack_in_one_role_do_not_overwrite_each_other(
    stack: Deployment, sandbox: Sandbox
) -> None:
    late = {"action": "delay", "latency_seconds": 0.5, "times": 0}
    sandbox.fault(service="aws", operation="iam:UpdateAssumeRolePolicy", **late)
    stack.up(own_resources({"connection": TIMES, "statements": TIMES}))
    assert set(sids(sandbox)) >= {f"Ours{number}" for number in range(TIMES)}


def strike(stack: Deployment, sandbox: Sandbox, struck: Struck, program: Program) -> set[str]:
    """Runs while all faults strike, then another team writes; gives who failed."""
    for number in range(TIMES):
        sandbox.fault(**struck.fault(number))
    one_by_one = {"fails": True, "parallel": 1, "continue_on_error": True}
    options: dict[str, Any] = one_by_one if struck.fails else {}
    run = stack.destroy(**options) if struck.phase == "delete" else stack.up(program, **options)
    assert faults(sandbox) == []
    theirs = document(*statements(sandbox), {**FOREIGN, "Sid": THEIRS[-1]})
    sandbox.aws_client("iam").update_assume_role_policy(RoleName=ROLE, PolicyDocument=theirs)
    return set(re.findall(r"(\w+-\d) \*\*\w+ failed", run.text))


def assert_as_asked(sandbox: Sandbox, made: Mapping[str, int], changed: Collection[str]) -> None:
    if "policy" in made:
        whole = trusting("Ours", "an-external-id", "policy" in changed)
        assert all(statements(sandbox, role) == [whole] for role in WHOLE)
        return
    every = sorted(connections(sandbox), key=lambda each: str(each.name))
    assert [each.name for each in every] == [f"connection-{n}" for n in range(made["connection"])]
    stored = {each["Sid"]: each for each in statements(sandbox)}
    for number, connection in enumerate(every):
        configuration = connection.configuration or {}
        assert configuration["http_path"][-1] == ("2" if "connection" in changed else "1")
        external_id = configuration["external_id"]
        ours = trusting(f"Ours{number}", external_id, "statements" in changed)
        assert stored.pop(f"Ours{number}") == ours
        sandbox.aws_client("sts", POLYTOMIC).assume_role(
            RoleArn=ARN, RoleSessionName="test", ExternalId=external_id
        )
    assert list(stored) == THEIRS


def assert_nothing_is_left(sandbox: Sandbox) -> None:
    assert connections(sandbox) == []
    assert sids(sandbox) == THEIRS
    assert all(statements(sandbox, role) == [FOREIGN] for role in WHOLE)
