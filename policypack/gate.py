"""Stands before the SDK's analyzer: judges each request once, instead of once a policy.

The SDK reads a resource, or a whole stack, anew for every policy. Here a request is judged in one
go; the SDK is asked only where there is something to say, and adds each policy's level. The whole
configuration is seen too, so that a misspelt name is refused.
"""

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import grpc  # type: ignore[import-untyped]
from google.protobuf import json_format  # type: ignore[import-untyped]
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from .reading import read_resource
from .rule import Rule
from .session import Reports, Session
from .settings import Settings, SettingsError, read_settings
from .stack import TYPES


class Gate:
    """What all policies of the pack share while the engine runs."""

    def __init__(self, rules: Sequence[Rule], schemas: Mapping[str, Mapping[str, Any]]) -> None:
        """Makes the gate; ``schemas`` are the settings that each policy takes."""
        self._rules = rules
        self._schemas = schemas
        self._settings = Settings()
        self._lock = threading.Lock()
        self._reports: Reports = {}
        self._session: Session | None = None
        self._preview = os.environ.get("PULUMI_DRY_RUN") == "true"

    def guard(self) -> None:
        """Put the gate before the analyzer that the SDK is about to serve."""
        name = "add_AnalyzerServicer_to_server"
        serve: Callable[[Any, Any], None] = getattr(analyzer_pb2_grpc, name)

        def serve_guarded(analyzer: Any, server: Any) -> None:
            setattr(analyzer_pb2_grpc, name, serve)
            serve(_Guarded(self, analyzer), _Registry(server))

        setattr(analyzer_pb2_grpc, name, serve_guarded)

    def report(self, policy: str, report: Callable[..., None]) -> None:
        """Say what a policy has to say of the request in hand."""
        for urn, message in self._reports.get(policy, ()):
            report(message, urn)

    def configure(self, config: Mapping[str, Mapping[str, Any]], *, preview: bool) -> None:
        """Begin an operation with the pack's configuration, by policy.

        :raises SettingsError: it is wrong.
        """
        self._settings = read_settings(config, self._schemas)
        self.begin(preview=preview)

    def begin(self, *, preview: bool) -> None:
        """Forget what was seen in an earlier operation."""
        self._preview = preview
        self._session = None

    def analyze(self, request: Any, ask: Callable[[Any], Any]) -> Any:
        """Judge a resource about to be made; ``ask`` the SDK only where there are findings."""
        if request.type not in TYPES:
            return analyzer_pb2.AnalyzeResponse()
        with self._lock:
            self._reports = self._open_session().register(read_resource(request))
            stripped = analyzer_pb2.AnalyzeRequest(
                type=request.type, urn=request.urn, name=request.name
            )
            return ask(stripped) if self._reports else analyzer_pb2.AnalyzeResponse()

    def analyze_stack(self, request: Any, ask: Callable[[Any], Any]) -> Any:
        """Judge the whole stack, and end the operation."""
        with self._lock:
            resources = [read_resource(each) for each in request.resources if each.type in TYPES]
            self._reports = self._open_session().finish(resources)
            self._session = None
            if not self._reports:
                return analyzer_pb2.AnalyzeResponse()
            return ask(analyzer_pb2.AnalyzeStackRequest())

    def _open_session(self) -> Session:
        if self._session is None:
            self._session = Session(self._rules, self._settings, preview=self._preview)
        return self._session


class _Registry:
    """The server that the analyzer is registered at, as far as registration needs it."""

    def __init__(self, server: Any) -> None:
        self._server = server

    def add_generic_rpc_handlers(self, handlers: Sequence[Any]) -> None:
        self._server.add_generic_rpc_handlers([_NoRemediation(each) for each in handlers])


class _NoRemediation(grpc.GenericRpcHandler):  # type: ignore[misc]  # grpc has no types here
    """A service that has no Remediate: gRPC says so in half the time of an empty answer."""

    def __init__(self, service: Any) -> None:
        self._service = service

    def service(self, details: Any) -> Any:
        if details.method.endswith("/Remediate"):
            return None
        return self._service.service(details)


class _Guarded:
    """The SDK's analyzer with the gate before it; what the gate leaves alone goes through."""

    def __init__(self, gate: Gate, analyzer: Any) -> None:
        self._gate = gate
        self._analyzer = analyzer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._analyzer, name)

    def Analyze(self, request: Any, context: Any) -> Any:  # noqa: N802
        return self._gate.analyze(request, lambda asked: self._analyzer.Analyze(asked, context))

    def AnalyzeStack(self, request: Any, context: Any) -> Any:  # noqa: N802
        return self._gate.analyze_stack(
            request, lambda asked: self._analyzer.AnalyzeStack(asked, context)
        )

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        config = {
            name: json_format.MessageToDict(policy.properties)
            for name, policy in request.policyConfig.items()
        }
        try:
            self._gate.configure(config, preview=self._gate._preview)
        except SettingsError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"policy pack configuration: {error}")
        return self._analyzer.Configure(request, context)

    def ConfigureStack(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._gate.begin(preview=request.dry_run)
        return self._analyzer.ConfigureStack(request, context)
