"""The WSGI app: signs in, finds the endpoint, answers errors as Polytomic does."""

from functools import partial
from hmac import compare_digest
from typing import TYPE_CHECKING, Final

from werkzeug.wrappers import Request, Response

from sandbox.http import (
    BodyError,
    Router,
    StandIn,
    bearer_token,
    is_denied,
    json_response,
    read_call,
)
from sandbox.polytomic import connection_types, connections
from sandbox.polytomic.errors import ApiError, error_response, not_found
from sandbox.polytomic.state import State
from sandbox.tokens import polytomic_api_key

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from sandbox.faults import Fault
    from sandbox.settings import Settings

_ROUTER: Final = Router((*connections.ROUTES, *connection_types.ROUTES))


def create_app(aws_endpoint: str, settings: "Settings") -> StandIn:
    """An organization of Polytomic that reaches AWS through ``aws_endpoint``."""
    state = State(aws_endpoint, settings)
    return StandIn(partial(_answer, state), state.reset)


name_operation = _ROUTER.name_operation
"""``connections.create`` and such; ``unknown`` where there is no endpoint."""


def error_body(fault: "Fault", _operation: str) -> Response:
    """The error of a fault; its ``code`` is the ``key``."""
    return error_response(fault.status, fault.code, fault.message)


def _answer(state: State, environ: "WSGIEnvironment") -> Response:
    request = Request(environ)
    try:
        _authenticate(request, polytomic_api_key(state.settings.account_id))
        found = _ROUTER.match(environ)
        if found is None:
            raise not_found("endpoint")
        route, path_values = found
        if is_denied("polytomic", route.operation, state.settings.denied_actions):
            raise ApiError(403, "forbidden", f"this key may not do {route.operation}")
        content = route.handle(state, read_call(request, route, path_values))
    except BodyError as error:
        return error_response(400, "bad_request", f"malformed request: {error}")
    except ApiError as error:
        return error_response(error.status, error.key, str(error), error.metadata)
    return Response(status=204) if content is None else json_response(content)


def _authenticate(request: Request, expected: str) -> None:
    token = bearer_token(request)
    if token is None or not compare_digest(token.encode(), expected.encode()):
        raise ApiError(401, "unauthorized", "invalid or missing API key")
