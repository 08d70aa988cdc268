"""Makes a project's virtual environment and installs its dependencies with pip."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto.language_pb2 import (
    InstallDependenciesRequest,
    InstallDependenciesResponse,
)

from toolchain.language_host.errors import LanguageHostError
from toolchain.language_host.interpreter import (
    ambient_interpreter,
    find_interpreter,
    is_virtual_environment,
)
from toolchain.language_host.options import RuntimeOptions, read_options
from toolchain.language_host.processes import Children, Stream, output_of

Output = tuple[Stream, bytes]


def install_dependencies(
    request: InstallDependenciesRequest, context: grpc.ServicerContext, children: Children
) -> Iterator[InstallDependenciesResponse]:
    """`pulumi install`: what pip says is streamed. Raises LanguageHostError where it fails."""
    options = read_options(request.info, plugin=request.is_plugin)
    over = threading.Event()
    if not context.add_callback(over.set):
        over.set()
    yield InstallDependenciesResponse(stdout=b"Installing dependencies...\n\n")
    for name, chunk in _install(options, children, over, itself=request.is_plugin):
        if name == "stdout":
            yield InstallDependenciesResponse(stdout=chunk)
        else:
            yield InstallDependenciesResponse(stderr=chunk)
    yield InstallDependenciesResponse(stdout=b"Finished installing dependencies\n\n")


def ensure_virtual_environment(options: RuntimeOptions, children: Children) -> None:
    """Make and fill a virtual environment that does not exist yet or is empty.

    Progress goes to stderr, which the engine shows.
    """
    folder = options.virtualenv
    if folder is None or is_virtual_environment(folder):
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        # Something else lies there; running the program will say so.
        return
    for _, chunk in _install(options, children, threading.Event(), itself=False):
        sys.stderr.buffer.write(chunk)
        sys.stderr.flush()


def _install(
    options: RuntimeOptions, children: Children, over: threading.Event, *, itself: bool
) -> Iterator[Output]:
    folder = options.virtualenv
    if folder is not None and not is_virtual_environment(folder):
        yield "stdout", b"Creating virtual environment...\n"
        interpreter = ambient_interpreter()
        yield from _run(
            [interpreter.python, "-m", "venv", folder],
            interpreter.environment,
            options.program,
            children,
            over,
        )
        yield "stdout", b"Finished creating virtual environment\n"
    interpreter = find_interpreter(options)
    wanted: list[list[str | Path]] = []
    if itself and (options.program / "pyproject.toml").is_file():
        wanted.append([options.program])
    if (options.program / "requirements.txt").is_file():
        wanted.append(["-r", "requirements.txt"])
    for what in wanted:
        yield from _run(
            [interpreter.python, "-m", "pip", "--disable-pip-version-check", "install", *what],
            interpreter.environment,
            options.program,
            children,
            over,
        )


def _run(
    command: list[str | Path],
    environment: dict[str, str],
    folder: Path,
    children: Children,
    over: threading.Event,
) -> Iterator[Output]:
    process = children.start(command, environment=environment, folder=folder, piped=True)
    try:
        yield from output_of(process, over)
    finally:
        # Given up half-way (the RPC was cancelled): pip must not go on behind our back.
        if over.is_set():
            children.end(process)
    status = children.wait(process)
    if status != 0:
        shown = " ".join(map(str, command))
        raise LanguageHostError(f"installing dependencies via '{shown}': exit status {status}")
