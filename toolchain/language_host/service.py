"""The LanguageRuntime service: each call of the engine, handed to the module that does it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
from google.protobuf import empty_pb2  # type: ignore[import-untyped]
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from toolchain.language_host.about import about
from toolchain.language_host.dependencies import ensure_virtual_environment, install_dependencies
from toolchain.language_host.errors import LanguageHostError, NotBuiltInError, reported
from toolchain.language_host.interpreter import find_interpreter
from toolchain.language_host.options import read_options
from toolchain.language_host.packages import program_dependencies, required_packages
from toolchain.language_host.plugins import run_plugin
from toolchain.language_host.processes import Children
from toolchain.language_host.programs import run_program
from toolchain.versions import PINNED_CLI, show


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """What is not here (GetRequiredPlugins) is unimplemented in the official host as well."""

    def __init__(
        self, children: Children, executor: Path, engine_address: str, tracing: str
    ) -> None:
        self._children = children
        self._executor = executor
        self._engine_address = engine_address
        self._tracing = tracing

    def Handshake(  # noqa: N802
        self, request: language_pb2.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> language_pb2.LanguageHandshakeResponse:
        """Learn the engine's address."""
        self._engine_address = request.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(  # noqa: N802
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        """The host has the version of the CLI that it belongs to."""
        return plugin_pb2.PluginInfo(version=show(PINNED_CLI))

    def About(  # noqa: N802
        self, request: language_pb2.AboutRequest, context: grpc.ServicerContext
    ) -> language_pb2.AboutResponse:
        """For `pulumi about`."""
        with reported(context):
            return about(request)
        raise AssertionError("abort raises")

    def GetRequiredPackages(  # noqa: N802
        self, request: language_pb2.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPackagesResponse:
        """The plugins of the installed SDKs."""
        with reported(context):
            options = read_options(request.info)
            ensure_virtual_environment(options, self._children)
            packages = required_packages(find_interpreter(options))
            return language_pb2.GetRequiredPackagesResponse(packages=packages)
        raise AssertionError("abort raises")

    def GetProgramDependencies(  # noqa: N802
        self, request: language_pb2.GetProgramDependenciesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetProgramDependenciesResponse:
        """For `pulumi about`."""
        with reported(context):
            interpreter = find_interpreter(read_options(request.info))
            return language_pb2.GetProgramDependenciesResponse(
                dependencies=program_dependencies(
                    interpreter, transitive=request.transitiveDependencies
                )
            )
        raise AssertionError("abort raises")

    def InstallDependencies(  # noqa: N802
        self, request: language_pb2.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.InstallDependenciesResponse]:
        """For `pulumi install`."""
        with reported(context):
            yield from install_dependencies(request, context, self._children)

    def Run(  # noqa: N802
        self, request: language_pb2.RunRequest, context: grpc.ServicerContext
    ) -> language_pb2.RunResponse:
        """Run a program."""
        with reported(context):
            if not self._engine_address:
                raise LanguageHostError("must call Handshake before Run")
            return run_program(
                request,
                context,
                children=self._children,
                executor=self._executor,
                engine_address=self._engine_address,
                tracing=self._tracing,
            )
        raise AssertionError("abort raises")

    def RunPlugin(  # noqa: N802
        self, request: language_pb2.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.RunPluginResponse]:
        """Run a policy pack, a component plugin or a provider."""
        with reported(context):
            yield from run_plugin(request, context, self._children)

    def RuntimeOptionsPrompts(  # noqa: N802
        self, request: language_pb2.RuntimeOptionsRequest, context: grpc.ServicerContext
    ) -> language_pb2.RuntimeOptionsResponse:
        """Nothing to choose: pip is the only package manager here."""
        return language_pb2.RuntimeOptionsResponse()

    def Template(  # noqa: N802
        self, request: language_pb2.TemplateRequest, context: grpc.ServicerContext
    ) -> language_pb2.TemplateResponse:
        """Templates come as pip wants them: nothing to do."""
        return language_pb2.TemplateResponse()

    def Cancel(  # noqa: N802
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """The engine is about to go: what runs ends now."""
        self._children.end_all()
        return empty_pb2.Empty()

    def GenerateProgram(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """For `pulumi convert`: its generator is the official host's."""
        _refuse(context, "generating Python programs")

    def GenerateProject(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """For `pulumi convert`."""
        _refuse(context, "generating Python projects")

    def GeneratePackage(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """For `pulumi package gen-sdk`."""
        _refuse(context, "generating Python SDKs")

    def Pack(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """For `pulumi package pack-sdk`."""
        _refuse(context, "packing Python SDKs")

    def Link(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """For `pulumi package add`."""
        _refuse(context, "linking local Python SDKs")


def _refuse(context: grpc.ServicerContext, what: str) -> None:
    with reported(context):
        raise NotBuiltInError(what)
