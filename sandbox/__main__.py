"""``python -m sandbox [--folder FOLDER] start|status|env|reset|stop``."""

import argparse
import sys
from pathlib import Path

from sandbox import environment, lifecycle
from sandbox.identities import DEFAULT_ACCOUNT_ID
from sandbox.lifecycle_health import service_health
from sandbox.lifecycle_state import State, read_state, running_process


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 done or healthy, 1 not."""
    options = _parser().parse_args(arguments)
    folder: Path = options.folder
    try:
        if options.command == "start":
            return _start(folder, options.toolchain, options.account)
        if options.command == "stop":
            print("Stopped." if lifecycle.stop(folder) else "Nothing runs there.")
            return 0
        if options.command == "status":
            return _status(folder)
        return _with_running(options.command, folder)
    except (lifecycle.SandboxError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="Stand-ins for AWS, Databricks Unity Catalog and Polytomic on this machine.",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(".sandbox"),
        help="where its state is; each folder is a sandbox of its own (default: .sandbox)",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("start", help="start it unless it runs, wait until it is healthy")
    start.add_argument(
        "--toolchain", type=Path, help="a folder with a pulumi executable, to put on PATH"
    )
    start.add_argument(
        "--account",
        help=f"the AWS account that it stands for, 12 digits (default: {DEFAULT_ACCOUNT_ID})",
    )
    commands.add_parser("status", help="show its servers; exit code 1 where one does not answer")
    commands.add_parser("env", help="print the shell lines that are also in FOLDER/env")
    commands.add_parser("reset", help="forget all resources, settings, faults and calls")
    commands.add_parser("stop", help="end it and wait until it is gone")
    return parser


def _start(folder: Path, toolchain: Path | None, account_id: str | None) -> int:
    state = lifecycle.start(folder, toolchain, account_id)
    _print_table(state)
    print(f"\nUse it from a shell: . {folder / 'env'}")
    return 0


def _status(folder: Path) -> int:
    state = read_state(folder)
    process_id = running_process(folder)
    if state is None or process_id != state.process_id:
        stale = " (sandbox.json is stale)" if state else ""
        print(f"No sandbox runs in {folder}{stale}.")
        return 1
    return 0 if _print_table(state) else 1


def _print_table(state: State) -> bool:
    health = service_health(state)
    print(f"{'service':<12}{'address':<26}answers")
    for service, answers in health.items():
        print(f"{service:<12}{state.url(service):<26}{'yes' if answers else 'NO'}")
    print(f"process {state.process_id}, AWS account {state.account_id}")
    return all(health.values())


def _with_running(command: str, folder: Path) -> int:
    from sandbox.client import Sandbox

    state = lifecycle.healthy(folder)
    if state is None:
        raise lifecycle.SandboxError(
            f"No healthy sandbox runs in {folder}; start it with: python -m sandbox start"
        )
    if command == "env":
        print(environment.shell_lines(folder, state), end="")
    else:
        Sandbox.load(folder).reset()
        print("Reset.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
