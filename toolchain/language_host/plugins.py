"""Runs plugins written in Python: policy packs, component plugins, providers."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto.analyzer_pb2 import AnalyzerStackConfigureRequest
from pulumi.runtime.proto.language_pb2 import RunPluginRequest, RunPluginResponse

from toolchain.language_host import policy_server
from toolchain.language_host.errors import LanguageHostError, NotBuiltInError
from toolchain.language_host.interpreter import find_interpreter
from toolchain.language_host.options import read_options
from toolchain.language_host.policy_proxy import PolicyProxy
from toolchain.language_host.processes import Children, output_of
from toolchain.language_host.pyproject import buildable_project

_ANALYZER = "analyzer"
_CONVERTER = "converter"


def run_plugin(
    request: RunPluginRequest, context: grpc.ServicerContext, children: Children
) -> Iterator[RunPluginResponse]:
    """Run it to its end, streaming its output as bytes, as it comes; then its exit code.

    Where the RPC is cancelled (the engine's way to end a plugin) its process group is ended.
    Raises LanguageHostError where it cannot start.
    """
    if request.kind == _CONVERTER:
        raise NotBuiltInError("running a converter plugin")
    if request.kind == _ANALYZER:
        yield from _run_policy_pack(request, context, children)
        return
    options = read_options(request.info, plugin=True)
    command = _plugin_command(request)
    interpreter = find_interpreter(options)
    process = children.start(
        [interpreter.python, *command],
        environment={**interpreter.environment, **_environment(request)},
        folder=Path(request.pwd),
        piped=True,
    )
    yield from _streamed(process, children, _abandoned(context, children, process))


def _plugin_command(request: RunPluginRequest) -> list[str]:
    root = Path(request.info.root_directory)
    if (root / "__main__.py").exists():
        return ["-u", request.info.program_directory, *request.args]
    project = buildable_project(root)
    if project is None:
        raise LanguageHostError(
            "plugin is not runnable, it provides neither __main__.py nor a buildable pyproject.toml"
        )
    return ["-u", "-m", "pulumi.run.plugin", project, *request.args]


def _environment(request: RunPluginRequest) -> dict[str, str]:
    return dict(entry.split("=", 1) for entry in request.env if "=" in entry)


def _abandoned(
    context: grpc.ServicerContext,
    children: Children,
    process: subprocess.Popen[bytes],
) -> threading.Event:
    """Set when the RPC is over; a process that still runs then is ended."""
    abandoned = threading.Event()

    def over() -> None:
        abandoned.set()
        if process.poll() is None:
            children.end_in_background(process)

    if not context.add_callback(over):
        over()
    return abandoned


def _streamed(
    process: subprocess.Popen[bytes],
    children: Children,
    abandoned: threading.Event,
    shown: Callable[[bytes], bytes] = lambda chunk: chunk,
) -> Iterator[RunPluginResponse]:
    """`shown` may hold back part of what the process writes to stdout."""
    for name, chunk in output_of(process, abandoned):
        if name == "stderr":
            yield RunPluginResponse(stderr=chunk)
        elif left := shown(chunk):
            yield RunPluginResponse(stdout=left)
    yield RunPluginResponse(exitcode=children.wait(process))


def _run_policy_pack(
    request: RunPluginRequest, context: grpc.ServicerContext, children: Children
) -> Iterator[RunPluginResponse]:
    """A pack reads the stack's configuration when it is imported, so it starts only once the engine
    has sent that: to a proxy, whose port we print in the pack's place.
    """
    interpreter = find_interpreter(read_options(request.info))
    with PolicyProxy() as proxy:
        if not context.add_callback(proxy.abandon):
            return
        yield RunPluginResponse(stdout=f"{proxy.port}\n".encode())
        configuration = proxy.await_configuration()
        if proxy.abandoned:
            return
        folder = request.info.program_directory
        process = children.start(
            [
                interpreter.python,
                "-u",
                policy_server.__file__,
                str(proxy.port),
                *request.args,
                folder,
            ],
            environment={
                **interpreter.environment,
                **_stack_environment(configuration),
                **_environment(request),
            },
            folder=Path(folder),
            piped=True,
        )
        try:
            yield from _streamed(
                process, children, _abandoned(context, children, process), proxy.read_port
            )
        finally:
            proxy.detach()


def _stack_environment(configuration: AnalyzerStackConfigureRequest | None) -> dict[str, str]:
    if configuration is None:
        return {}
    variables = {
        "PULUMI_ORGANIZATION": configuration.organization,
        "PULUMI_PROJECT": configuration.project,
        "PULUMI_STACK": configuration.stack,
        "PULUMI_DRY_RUN": str(configuration.dry_run).lower(),
    }
    if configuration.config:
        variables["PULUMI_CONFIG"] = json.dumps(dict(configuration.config))
    return {name: value for name, value in variables.items() if value}
