"""Runs a Pulumi program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto.language_pb2 import RunRequest, RunResponse

from toolchain.language_host.errors import LanguageHostError
from toolchain.language_host.interpreter import Interpreter, find_interpreter
from toolchain.language_host.options import RuntimeOptions, read_options
from toolchain.language_host.processes import Children

# The executor's way to say: the user has been told already.
_BAIL = 32


def run_program(
    request: RunRequest,
    context: grpc.ServicerContext,
    *,
    children: Children,
    executor: Path,
    engine_address: str,
    tracing: str,
) -> RunResponse:
    """Run it to its end; where the RPC is cancelled, the program gets SIGINT, then SIGKILL.

    Its output goes straight to the host's own, which the engine shows. Raises LanguageHostError
    where it cannot even start.
    """
    options = read_options(request.info)
    interpreter = find_interpreter(options)
    if options.typechecker is not None:
        _check_types(options, interpreter, options.typechecker)
    process = children.start(
        [
            interpreter.python,
            executor,
            *_arguments(request, engine_address, tracing),
        ],
        environment={**interpreter.environment, **_configuration(request)},
        piped=False,
    )
    finished = threading.Event()

    def ended() -> None:
        if not finished.is_set():
            children.end_in_background(process)

    if not context.add_callback(ended):
        ended()
    status = children.wait(process)
    finished.set()
    if status == 0:
        return RunResponse()
    if status == _BAIL:
        return RunResponse(bail=True)
    return RunResponse(error=f"program exited with non-zero exit code: {status}")


def _arguments(request: RunRequest, engine_address: str, tracing: str) -> list[str]:
    """The executor's command line; an empty value is left out."""
    named = {
        "monitor": request.monitor_address,
        "engine": engine_address,
        "project": request.project,
        "root_directory": request.info.root_directory,
        "stack": request.stack,
        "pwd": request.pwd,
        "dry_run": str(request.dryRun).lower(),
        "parallel": str(request.parallel),
        "tracing": tracing,
        "organization": request.organization,
    }
    flags = [word for key, value in named.items() if value for word in (f"--{key}", value)]
    return [*flags, request.info.entry_point, *request.args]


def _configuration(request: RunRequest) -> dict[str, str]:
    variables = {"PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys))}
    if request.config:
        variables["PULUMI_CONFIG"] = json.dumps(dict(request.config))
    return variables


def _check_types(options: RuntimeOptions, interpreter: Interpreter, checker: str) -> None:
    """Run the type checker over the program first, as the project asks."""
    if interpreter.ask("-c", f"import {checker}").returncode != 0:
        raise LanguageHostError(
            f"The typechecker option is set to {checker}, but {checker} is not installed. "
            f"Please add an entry for {checker} to requirements.txt"
        )
    arguments: list[str | Path] = [interpreter.python, "-m", checker]
    if checker == "mypy" and options.virtualenv is not None:
        arguments += ["--exclude", os.path.relpath(options.virtualenv, options.program)]
    checked = subprocess.run(
        [*arguments, options.program],
        cwd=options.program,
        env=interpreter.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    print(checked.stdout, end="", file=sys.stdout, flush=True)
    if checked.returncode != 0:
        raise LanguageHostError(
            f"{checker} failed: exit status {checked.returncode}\n{checked.stdout}"
        )
