"""A loopback HTTP server on a free port, a thread for each request."""

import socket
import threading
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox.lifecycle_state import ADDRESS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class Listener:
    """A port that is taken, and served as soon as there is an app."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self.port: int = sock.getsockname()[1]

    def serve(self, app: "WSGIApplication") -> None:
        """Serve in the background for as long as the process lives."""
        # The socket is handed over because a server that binds it asks the name service for our
        # name, which can take seconds on a machine without a network.
        server = make_server(
            ADDRESS,
            self.port,
            app,
            threaded=True,
            request_handler=QuietHandler,
            fd=self._socket.fileno(),
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()


def listen() -> Listener:
    """Take a free port of the loopback address. Callers may connect from now on."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.bind((ADDRESS, 0))
    sock.listen(128)
    return Listener(sock)


class QuietHandler(WSGIRequestHandler):
    """Logs errors but no requests: their paths and queries can hold external IDs."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the control server's ``/calls`` tells what came."""
