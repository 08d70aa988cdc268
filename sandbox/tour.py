"""Runs the root stack in the sandbox: ``python -m sandbox.tour up|preview|refresh|down``."""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from sandbox import access_report, lifecycle
from sandbox.client import Sandbox

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / ".sandbox"
STACK: Final = "sandbox"
BUCKET: Final = "polytomic-staging-sandbox"
CONNECTION: Final = "Databricks (sandbox)"
CONNECTION_CONFIG: Final = {
    "server_hostname": "sandbox.cloud.databricks.com",
    "http_path": "/sql/1.0/warehouses/sandbox",
}
LAST_SET: Final = "access_token"
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
    return access_report.show(sandbox, ROLE_NAME, CONNECTION) if action == "up" else 0


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
    if configuration.exists() and LAST_SET in configuration.read_text():
        return
    _pulumi(sandbox, "config", "set", "bucketName", BUCKET)
    _pulumi(sandbox, "config", "set", "polytomicConnectionName", CONNECTION)
    for key, value in CONNECTION_CONFIG.items():
        _pulumi(sandbox, "config", "set", "--path", f"polytomicConnectionConfig.{key}", value)
    # Through standard input, as a user would: an argument could be read in the list of processes.
    secret = ("config", "set", "--secret", "--path", f"polytomicConnectionConfig.{LAST_SET}")
    _pulumi(sandbox, *secret, typed="sandbox-token")


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
        # Else the engine takes the plugin from PATH, and warns of it.
        env={**sandbox.process_environment(), "PULUMI_IGNORE_AMBIENT_PLUGINS": "true"},
        input=typed,
        text=True,
    )


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
