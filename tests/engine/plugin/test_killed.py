"""The plugin or the engine is killed while a resource of ours is under way; the next run heals."""

import contextlib
import json
import os
import signal
import threading
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from sandbox.access_report import who_may_assume
from sandbox.client import Sandbox

from ..waiting import faults, wait_until
from .conftest import YamlStack
from .support import FOREIGN, connections, sids

pytestmark = pytest.mark.engine

NAME: Final = "staging-polytomic-databricks"
ARN: Final = f"arn:aws:iam::123456789012:role/{NAME}"


class Struck(NamedTuple):
    """The call that is under way when it happens, in which command."""

    command: str
    service: str
    operation: str

    def __str__(self) -> str:
        return f"{self.command} {self.operation}"


class Fault(NamedTuple):
    """What becomes of that call: ``delay`` does it in the end, ``drop`` does not."""

    action: str
    latency_s: float


STRUCK: Final = [
    Struck("up", "polytomic", "connections.create"),
    Struck("up", "aws", "iam:UpdateAssumeRolePolicy"),
    Struck("up", "polytomic", "connections.test"),
    Struck("change", "polytomic", "connections.update"),
    Struck("change", "aws", "iam:UpdateAssumeRolePolicy"),
    Struck("change", "polytomic", "connections.test"),
    Struck("destroy", "polytomic", "connections.delete"),
    Struck("destroy", "aws", "iam:UpdateAssumeRolePolicy"),
]


def program(bucket: str, statement: str) -> dict[str, Any]:
    """All three resources in one component, and statements of ours in a role of another team."""
    return {
        "staging": {
            "type": "polytomic-databricks:DatabricksStagingAccess",
            "properties": {
                "bucketName": bucket,
                "polytomicConnectionName": "Databricks",
                "polytomicConnectionConfig": {
                    "server_hostname": "dbc-1.cloud.databricks.com",
                    "http_path": "/sql/1.0/warehouses/1",
                    "access_token": "dapi-very-secret",
                },
            },
        },
        "theirs": {
            "type": "polytomic-databricks:RoleTrustPolicy",
            "properties": {
                "roleName": "by-hand",
                "statements": json.dumps(
                    [
                        {
                            "Sid": "Ours",
                            "Effect": "Allow",
                            "Principal": {"AWS": ARN},
                            "Action": "sts:AssumeRole",
                            "Condition": {"StringEquals": {"sts:ExternalId": statement}},
                        }
                    ]
                ),
            },
            # One call at a time is under way.
            "options": {"dependsOn": ["${staging}"]},
        },
    }


@pytest.fixture
def stack(yaml_stack: YamlStack, sandbox: Sandbox) -> YamlStack:
    for bucket in ("my-staging-bucket", "my-other-bucket"):
        sandbox.aws_client("s3").create_bucket(Bucket=bucket)
    document = {"Version": "2012-10-17", "Statement": [FOREIGN]}
    sandbox.aws_client("iam").create_role(
        RoleName="by-hand", AssumeRolePolicyDocument=json.dumps(document)
    )
    yaml_stack.write(program("my-staging-bucket", "first-external-id"))
    return yaml_stack


def plugins(stack: YamlStack) -> list[int]:
    """The processes of our plugin, one for each use of it; a test session has its own folder."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            folder = (entry / "cwd").readlink()
            command = (entry / "cmdline").read_bytes().decode(errors="replace")
            if str(stack.plugin) in command or folder == stack.plugin:
                found.append(int(entry.name))
    return found


def strike(stack: YamlStack, sandbox: Sandbox, struck: Struck, killed: str, fault: Fault) -> None:
    """Runs the command until the call is under way, and kills the plugin or the engine then."""
    sandbox.fault(
        service=struck.service,
        operation=struck.operation,
        action=fault.action,
        latency_seconds=fault.latency_s,
    )
    process = stack.start("destroy" if struck.command == "destroy" else "up")
    try:
        # A fault leaves the list when it strikes: from then on the call is under way.
        wait_until(lambda: not faults(sandbox))
        if killed == "engine":
            process.kill()
        else:
            running = plugins(stack)
            assert running
            for plugin in running:
                os.kill(plugin, signal.SIGKILL)
        process.communicate(timeout=240)
        assert process.returncode != 0
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    # What was under way is through.
    threading.Event().wait(fault.latency_s + 0.2)
    if killed == "engine":
        stack.run("cancel", "--yes")


def nothing_is_left(sandbox: Sandbox) -> bool:
    names = [role["RoleName"] for role in sandbox.aws_client("iam").list_roles()["Roles"]]
    return connections(sandbox) == [] and sids(sandbox) == ["SomebodyElse"] and names == ["by-hand"]


@pytest.mark.parametrize("done", [False, True], ids=["not done", "done"])
@pytest.mark.parametrize("killed", ["plugin", "engine"])
@pytest.mark.parametrize("struck", STRUCK, ids=str)
def test_the_next_run_heals(
    stack: YamlStack, sandbox: Sandbox, struck: Struck, killed: str, done: bool
) -> None:
    if struck.command != "up":
        stack.up()
    if struck.command == "change":
        stack.write(program("my-other-bucket", "second-external-id"))
    strike(stack, sandbox, struck, killed, Fault("delay" if done else "drop", 4))

    if struck.command == "destroy":
        stack.run("destroy", "--yes", "--skip-preview")
    else:
        stack.up()
        [connection] = connections(sandbox)
        external_id = (connection.configuration or {})["external_id"]
        [vendor] = [
            each
            for each in who_may_assume(sandbox, ARN, {"Polytomic": external_id})
            if each.who == "Polytomic" and each.external_id == "Polytomic's external ID"
        ]
        assert vendor.allowed
        assert sids(sandbox) == ["SomebodyElse", "Ours"]
        stack.run("preview", "--expect-no-changes")
        stack.run("destroy", "--yes", "--skip-preview")
    assert nothing_is_left(sandbox)


@pytest.mark.parametrize("killed", ["plugin", "engine"])
def test_a_destroy_in_its_place_leaves_nothing(
    stack: YamlStack, sandbox: Sandbox, killed: str
) -> None:
    """One stack for all calls, each of which was done when its answer got lost.

    What is under way in AWS is through in a moment; a connection may take longer.
    """
    for struck in STRUCK:
        stack.write(program("my-staging-bucket", "first-external-id"))
        if struck.command != "up":
            stack.up()
        if struck.command == "change":
            stack.write(program("my-other-bucket", "second-external-id"))
        latency_s = 0.8 if struck.service == "aws" else 3
        strike(stack, sandbox, struck, killed, Fault("delay", latency_s))
        stack.run("destroy", "--yes", "--skip-preview")
        wait_until(lambda: nothing_is_left(sandbox), f"{struck} leaves something")
