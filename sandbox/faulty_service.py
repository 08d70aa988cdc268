"""A service behind the sandbox's faults: WSGI around the service's own app."""

import socket
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, NoReturn

from werkzeug.wrappers import Response

from sandbox.faults import Fault, FaultBook

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HANGING_CHECK_SECONDS: Final = 0.05


def with_faults(
    app: "WSGIApplication",
    service: str,
    book: FaultBook,
    name_operation: Callable[["WSGIEnvironment"], str],
    error_body: Callable[[Fault, str], Response],
) -> "WSGIApplication":
    """Put the book's faults before a service, and record each call to it.

    ``name_operation`` must leave ``wsgi.input`` readable; ``error_body`` makes the service's own
    kind of error from a fault and the operation's name (the fault's headers are added here).
    """

    def faulty(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        operation = name_operation(environ)
        fault, released = book.strike(service, operation) or (None, None)
        # Recorded at once, so that a call that hangs is seen to have come.
        call = book.record(service, operation, 0)
        if fault and fault.latency_seconds:
            threading.Event().wait(fault.latency_seconds)
        if fault and fault.action == "drop":
            _close_connection(environ)
        if fault and released and fault.action == "hang":
            _hang(environ, released)
        if fault and fault.action == "error":
            response = error_body(fault, operation)
            response.headers.update(fault.headers)
        else:
            response = _answer(app, book, call, environ)
        book.amend(call, response.status_code)
        if fault and fault.action == "lose-answer":
            _close_connection(environ)
        return response(environ, start_response)

    return faulty


def _answer(
    app: "WSGIApplication", book: FaultBook, call: dict[str, Any], environ: "WSGIEnvironment"
) -> Response:
    try:
        return Response.from_app(app, environ, buffered=True)
    except Exception:
        # A bug of a stand-in: the server answers 500 and logs it; the call still counts.
        book.amend(call, 500)
        raise


def _hang(environ: "WSGIEnvironment", released: threading.Event) -> None:
    """Wait for the faults to be cleared. Raises ConnectionAbortedError where the client leaves
    first, so that its thread ends with it."""
    connection: socket.socket | None = environ.get("werkzeug.socket")
    while not released.wait(HANGING_CHECK_SECONDS):
        if connection is not None and _has_left(connection):
            _close_connection(environ)


def _has_left(connection: socket.socket) -> bool:
    try:
        return not connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True


def _close_connection(environ: "WSGIEnvironment") -> NoReturn:
    """End the connection without a byte of answer. Raises ConnectionAbortedError, which the
    server takes for a client that went away."""
    connection: socket.socket | None = environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("The sandbox was told to lose this connection.")
