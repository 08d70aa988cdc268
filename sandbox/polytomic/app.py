"""The WSGI app: signs in, finds the endpoint, answers errors as Polytomic does."""

from collections.abc import Iterable
from hmac import compare_digest
from typing import TYPE_CHECKING, Final

from werkzeug.wrappers import Request, Response

from sandbox.http import BodyError, Router, bearer_token, is_denied, json_response, read_call
from sandbox.polytomic import connection_types, connections
from sandbox.polytomic.errors import ApiError, error_response, not_found
from sandbox.polytomic.state import State
from sandbox.tokens import POLYTOMIC_API_KEY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from sandbox.faults import Fault
    from sandbox.settings import Settings

_ROUTER: Final = Router((*connections.ROUTES, *connection_types.ROUTES))


class App:
    """One organization of Polytomic. Callable as WSGI; ``reset`` makes it a new one."""

    def __init__(self, state: State) -> None:
        self._state = state

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        return self._answer(environ)(environ, start_response)

    def reset(self) -> None:
        """Forget everything."""
        self._state.reset()

    def _answer(self, environ: "WSGIEnvironment") -> Response:
        request = Request(environ)
        try:
            _authenticate(request)
            found = _ROUTER.match(environ)
            if found is None:
                raise not_found("endpoint")
            route, path_values = found
            if is_denied("polytomic", route.operation, self._state.settings.denied_actions):
                raise ApiError(403, "forbidden", f"this key may not do {route.operation}")
            content = route.handle(self._state, read_call(request, route, path_values))
        except BodyError as error:
            return error_response(400, "bad_request", f"malformed request: {error}")
        except ApiError as error:
            return error_response(error.status, error.key, str(error), error.metadata)
        return Response(status=204) if content is None else json_response(content)


def create_app(aws_endpoint: str, settings: "Settings") -> App:
    """A Polytomic that reaches AWS through ``aws_endpoint``."""
    return App(State(aws_endpoint, settings))


def name_operation(environ: "WSGIEnvironment") -> str:
    """``connections.create`` and such; ``unknown`` where there is no endpoint."""
    return _ROUTER.name_operation(environ)


def error_body(fault: "Fault", _operation: str) -> Response:
    """The error of a fault; its ``code`` is the ``key``."""
    return error_response(fault.status, fault.code, fault.message)


def _authenticate(request: Request) -> None:
    token = bearer_token(request)
    if token is None or not compare_digest(token.encode(), POLYTOMIC_API_KEY.encode()):
        raise ApiError(401, "unauthorized", "invalid or missing API key")
