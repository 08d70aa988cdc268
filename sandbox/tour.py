"""Runs the root stack in the sandbox: ``python -m sandbox.tour up|preview|refresh|down``."""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from pulumi_polytomic import iam
from sandbox import access_report, lifecycle
from sandbox.client import Sandbox
from sandbox.identities import DEFAULT_ACCOUNT_ID, DEFAULT_REGION

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / ".sandbox"
STACK: Final = "sandbox"
BUCKET: Final = "polytomic-staging-sandbox"
CONNECTION: Final = "Databricks (sandbox)"
ROLE_NAME: Final = f"{STACK}-polytomic-databricks"

_OPTIONS: Final = {
    # Refresh first: a sandbox that was reset or started anew has forgotten the stack's resources.
    "up": ("--yes", "--skip-preview", "--refresh"),
    "preview": (),
    "refresh": ("--yes", "--skip-preview"),
}


def main() -> int:
    """Does what the command line asks for; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.tour", description=__doc__)
    parser.add_argument("action", choices=("up", "preview", "refresh", "down"))
    action = parser.parse_args().action
    try:
        return _down() if action == "down" else _with_stack(action)
    except (lifecycle.SandboxError, subprocess.CalledProcessError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _with_stack(action: str) -> int:
    sandbox = _start()
    _configure(sandbox)
    _pulumi(sandbox, action, *_OPTIONS[action])
    return access_report.show(sandbox, ROLE_NAME) if action == "up" else 0


def _start() -> Sandbox:
    from toolchain import bin_folder

    if lifecycle.healthy(FOLDER) is None:
        _say("Starting the sandbox: AWS, Unity Catalog and Polytomic on this machine ...")
    lifecycle.start(FOLDER, toolchain=bin_folder())
    return Sandbox.load(FOLDER)


def _configure(sandbox: Sandbox) -> None:
    """Does what a user does by hand before the first ``pulumi up``, once."""
    s3 = sandbox.aws_client("s3")
    if not any(bucket["Name"] == BUCKET for bucket in s3.list_buckets()["Buckets"]):
        s3.create_bucket(Bucket=BUCKET)
    stacks = FOLDER / "state" / ".pulumi" / "stacks" / "polytomic-staging-access"
    configuration = ROOT / f"Pulumi.{STACK}.yaml"
    if not (stacks / f"{STACK}.json").exists():
        # Configuration without its stack belongs to a sandbox that is gone.
        configuration.unlink(missing_ok=True)
        _say("Making the stack and its configuration ...")
        _pulumi(sandbox, "stack", "init", STACK)
    known = _connection_external_id(sandbox)
    if known is not None and configuration.exists():
        return
    _pulumi(sandbox, "config", "set", "bucketName", BUCKET)
    # Through standard input, as a user would: an argument could be read in the list of processes.
    external_id = known or _connect(sandbox)
    _pulumi(sandbox, "config", "set", "--secret", "polytomicExternalId", typed=external_id)


def _connection_external_id(sandbox: Sandbox) -> str | None:
    """External ID of the Databricks connection in Polytomic; None where there is none yet."""
    for connection in sandbox.polytomic().connections.list().data or []:
        if connection.name == CONNECTION:
            return str((connection.configuration or {})["external_id"])
    return None


def _connect(sandbox: Sandbox) -> str:
    """Saves a Databricks connection in Polytomic, which then shows its external ID."""
    role_arn = iam.role_arn(partition="aws", account_id=DEFAULT_ACCOUNT_ID, name=ROLE_NAME)
    made = sandbox.polytomic().connections.create(
        name=CONNECTION,
        type="databricks",
        configuration={
            "server_hostname": "sandbox.cloud.databricks.com",
            "http_path": "/sql/1.0/warehouses/sandbox",
            "port": 443,
            "databricks_auth_mode": "access_token",
            "access_token": "sandbox-token",
            "auth_mode": "iam_role",
            "iam_role_arn": role_arn,
            "storage_credential_name": ROLE_NAME,
            "s3_bucket_name": BUCKET,
            "s3_bucket_region": DEFAULT_REGION,
        },
        validate=False,
    )
    assert made.data is not None
    return str((made.data.configuration or {})["external_id"])


def _down() -> int:
    if lifecycle.healthy(FOLDER) is not None:
        sandbox = Sandbox.load(FOLDER)
        if (ROOT / f"Pulumi.{STACK}.yaml").exists():
            _pulumi(sandbox, "destroy", "--yes", "--skip-preview", "--remove")
    stopped = lifecycle.stop(FOLDER)
    (ROOT / f"Pulumi.{STACK}.yaml").unlink(missing_ok=True)
    _say("The sandbox is stopped." if stopped else "No sandbox is running.")
    return 0


def _pulumi(sandbox: Sandbox, *arguments: str, typed: str = "") -> None:
    """Runs the Pulumi CLI on the root stack; ``typed`` is what it reads from its input."""
    stack = () if arguments[0] == "stack" else ("--stack", STACK)
    subprocess.run(
        ["pulumi", *arguments, *stack, "--non-interactive"],
        check=True,
        cwd=ROOT,
        env=sandbox.process_environment(),
        input=typed,
        text=True,
    )


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
