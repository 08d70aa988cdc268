"""The WSGI apps of one sandbox, wired together.

Each stand-in's module has ``create_app``, ``name_operation(environ)`` (the operation's name, for
faults and calls; leaves ``wsgi.input`` readable) and ``error_body(fault, operation)`` (its own kind
of error answer).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from sandbox import control
from sandbox.faults import FaultBook, with_faults
from sandbox.lifecycle_state import State
from sandbox.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def build_services(state: State) -> "dict[str, WSGIApplication]":
    """The app of each service, sharing settings and faults. Its stand-ins call AWS over HTTP."""
    settings = Settings()
    book = FaultBook()
    served: dict[str, WSGIApplication] = {}
    resets = []
    for service, name in (
        ("aws", "sandbox.aws.gateway"),
        ("databricks", "sandbox.databricks.app"),
        ("polytomic", "sandbox.polytomic.app"),
    ):
        try:
            module: Any = import_module(name)
        except ModuleNotFoundError:
            served[service] = Response("Not written yet.", 501)
            continue
        arguments = () if service == "aws" else (state.url("aws"),)
        app = module.create_app(*arguments, settings)
        resets.append(app.reset)
        served[service] = with_faults(app, service, book, module.name_operation, module.error_body)

    def reset() -> None:
        for reset_service in resets:
            reset_service()
        settings.reset()
        book.clear_faults()
        book.clear_calls()

    served["control"] = control.create_app(state.instance, settings, book, reset)
    return served
