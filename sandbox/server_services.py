"""The WSGI apps of one sandbox, wired together.

Each stand-in's module has ``create_app``, ``name_operation(environ)`` (the operation's name, for
faults and calls; leaves ``wsgi.input`` readable) and ``error_body(fault, operation)`` (its own kind
of error answer).
"""

from typing import TYPE_CHECKING

from sandbox import control
from sandbox.aws import gateway
from sandbox.databricks import app as databricks
from sandbox.faults import FaultBook
from sandbox.faulty_service import with_faults
from sandbox.lifecycle_state import State
from sandbox.polytomic import app as polytomic
from sandbox.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def build_services(state: State) -> "dict[str, WSGIApplication]":
    """The app of each service, sharing settings and faults. Its stand-ins call AWS over HTTP."""
    settings = Settings(account_id=state.account_id)
    book = FaultBook()
    aws_app = gateway.create_app(settings)
    databricks_app = databricks.create_app(state.url("aws"), settings)
    polytomic_app = polytomic.create_app(state.url("aws"), settings)

    def reset() -> None:
        for app in (aws_app, databricks_app, polytomic_app):
            app.reset()
        settings.reset()
        book.clear_faults()
        book.clear_calls()

    return {
        "aws": with_faults(aws_app, "aws", book, gateway.name_operation, gateway.error_body),
        "databricks": with_faults(
            databricks_app, "databricks", book, databricks.name_operation, databricks.error_body
        ),
        "polytomic": with_faults(
            polytomic_app, "polytomic", book, polytomic.name_operation, polytomic.error_body
        ),
        "control": control.create_app(state.instance, settings, book, reset),
    }
