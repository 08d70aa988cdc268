"""The CLI as a user runs it: exit codes, messages, secrets, and a run that is killed."""

import contextlib
import json
import os
import signal
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from sandbox.client import Sandbox

from ..waiting import faults, wait_until
from .clouds import (
    CREATED,
    POLYTOMIC_ID,
    ROLE,
    assert_as_the_guides_ask,
    changing_calls,
    credentials,
    external_id,
    roles,
)

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
from pulumi_polytomic import DatabricksStagingAccess

config = pulumi.Config()
access = DatabricksStagingAccess(
    "staging",
    {
        "bucket_name": config.require("bucketName"),
        "polytomic_external_id": config.require_secret("externalId"),
        "check_access": False,
    },
)
pulumi.export("role_arn", access.role_arn)
pulumi.export("polytomic_external_id", access.polytomic_external_id)
pulumi.export("trust_policy", access.trust_policy)
"""
BAD_PROGRAM = """
from pulumi_polytomic import DatabricksStagingAccess

DatabricksStagingAccess("staging", {"bucketName": "acme.staging", "bucket_name": "acme.staging"})
"""


class CommandLine:
    """A project of its own, run by the CLI."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        (folder / "backend").mkdir()
        (folder / "Pulumi.yaml").write_text("name: by-hand\nruntime: python\n")
        self.environment = {**environment, "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}"}
        self.write(PROGRAM)
        self.succeed("stack", "init", "dev")
        self.succeed("config", "set", "bucketName", "acme-staging")
        self.succeed("config", "set", "--secret", "externalId", given=POLYTOMIC_ID)

    def write(self, program: str) -> None:
        (self.folder / "__main__.py").write_text(program)

    def run(self, *arguments: str, given: str | None = None) -> tuple[int, str]:
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.folder,
            env=self.environment,
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        return done.returncode, done.stdout

    def succeed(self, *arguments: str, given: str | None = None) -> str:
        code, text = self.run(*arguments, given=given)
        assert code == 0, text
        return text

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Runs in a process group of its own, whose output goes to a file."""
        with (self.folder / "output").open("wb") as output:
            return subprocess.Popen(
                ["pulumi", *arguments, "--non-interactive"],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def state(self) -> Path:
        return self.folder / "backend" / ".pulumi" / "stacks" / "by-hand" / "dev.json"

    def pending(self) -> list[str]:
        """Names of the resources on which something was begun and not yet ended."""
        return [urn.split("::")[-1] for urn in self.pending_urns()]

    def pending_urns(self) -> list[str]:
        if not self.state.exists():
            return []
        latest = json.loads(self.state.read_text())["checkpoint"]["latest"]
        return [str(item["resource"]["urn"]) for item in latest.get("pending_operations") or []]


@pytest.fixture
def cli(clean: Sandbox, shell: dict[str, str], tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path, shell)


def test_no_command_shows_an_external_id_and_the_state_holds_it_encrypted(
    clean: Sandbox, cli: CommandLine
) -> None:
    shown = cli.succeed("preview", "--diff")
    shown += cli.succeed("up", "--yes", "--skip-preview", "--diff", "--debug")
    minted = assert_as_the_guides_ask(clean)
    shown += cli.succeed("preview", "--diff", "--expect-no-changes")
    shown += cli.succeed("refresh", "--yes", "--skip-preview", "--diff")
    shown += cli.succeed("stack", "output")
    shown += cli.succeed("stack", "output", "--json")
    kept = "".join(p.read_text() for p in (cli.folder / "backend").rglob("*.json"))
    kept += (cli.folder / "Pulumi.dev.yaml").read_text()
    assert external_id(clean) == minted
    shown += cli.succeed("destroy", "--yes", "--skip-preview", "--diff")

    assert POLYTOMIC_ID not in shown
    assert POLYTOMIC_ID not in kept
    assert "role/staging-polytomic-databricks" in shown
    assert (roles(clean), credentials(clean)) == ([], [])


def test_bad_arguments_end_with_a_list_of_faults_and_no_stack_trace(
    clean: Sandbox, cli: CommandLine
) -> None:
    cli.write(BAD_PROGRAM)
    for command in (["preview"], ["up", "--yes", "--skip-preview"]):
        code, text = cli.run(*command)
        assert code != 0
        assert "DatabricksStagingAccess 'staging' cannot be made from these arguments:" in text
        assert "  - bucketName: " in text
        assert "Did you mean bucket_name?" in text
        assert "  - bucket_name: " in text
        assert "Traceback" not in text
    assert changing_calls(clean) == []


def test_an_output_that_turns_out_bad_ends_without_a_stack_trace(
    clean: Sandbox, cli: CommandLine
) -> None:
    cli.succeed("config", "set", "--secret", "externalId", given="<POLYTOMIC-EXTERNAL-ID>")
    for command in (["preview"], ["up", "--yes", "--skip-preview"]):
        code, text = cli.run(*command)
        assert code != 0
        assert "  - polytomic_external_id: " in text
        assert "Polytomic shows it on the connection" in text
        assert "<POLYTOMIC-EXTERNAL-ID>" not in text
        assert "Traceback" not in text
    assert changing_calls(clean) == []


class Interrupted(NamedTuple):
    """What a kill struck: the call, the child, and whether the change was made all the same."""

    service: str
    operation: str
    child: str
    made: bool

    def __str__(self) -> str:
        return f"{self.child} {'made' if self.made else 'not made'}"


@pytest.mark.parametrize(
    "struck",
    [
        Interrupted("databricks", "StorageCredentials.Create", "credential", False),
        Interrupted("databricks", "StorageCredentials.Create", "credential", True),
        Interrupted("aws", "iam:CreateRole", "role", False),
        Interrupted("aws", "iam:CreateRole", "role", True),
        Interrupted("aws", "iam:PutRolePolicy", "policy", True),
    ],
    ids=str,
)
def test_a_killed_up_is_healed_by_a_cancel_and_an_up(
    clean: Sandbox, cli: CommandLine, struck: Interrupted
) -> None:
    # What the orphaned provider is told cannot reach the state any more.
    clean.fault(
        service=struck.service,
        operation=struck.operation,
        action="delay" if struck.made else "error",
        status=403,
        code="AccessDenied",
        latency_seconds=3,
    )
    process = cli.start("up", "--yes", "--skip-preview")
    try:
        # A fault leaves the list when it strikes: from then on the call is under way.
        wait_until(lambda: not faults(clean))
        assert cli.pending() == [f"staging-{struck.child}"]
        process.kill()
        process.wait()
        # A call has the status 0 until it is answered.
        wait_until(
            lambda: any(
                call["operation"] == struck.operation and call["status"] for call in clean.calls()
            )
        )
        before = CREATED[: CREATED.index(struck.operation)]
        assert changing_calls(clean) == before + [struck.operation] * struck.made

        code, text = cli.run("up", "--yes", "--skip-preview")
        assert code != 0
        assert "pulumi cancel" in text
        cli.succeed("cancel", "--yes")
        if struck.made and struck.child != "policy":
            # The state does not know what was made, so it is told, as for any other resource.
            (urn,) = cli.pending_urns()
            stack, kind = urn.rsplit("$", 1)
            cli.succeed("refresh", "--yes", "--skip-preview", "--clear-pending-creates")
            cli.succeed(
                *("import", kind.split("::")[0], f"staging-{struck.child}", ROLE),
                *("--parent", f"staging={stack}::staging"),
                *("--yes", "--skip-preview", "--protect=false", "--generate-code=false"),
            )
        cli.succeed("up", "--yes", "--skip-preview")
        assert_as_the_guides_ask(clean)
        assert (roles(clean), credentials(clean)) == ([ROLE], [ROLE])
        cli.succeed("preview", "--expect-no-changes")
    finally:
        end_group(process.pid)


def end_group(leader: int) -> None:
    """The plugins end by themselves soon after the engine; a test that fails leaves none either."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
