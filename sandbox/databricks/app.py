"""The WSGI app: signs in, finds the endpoint, answers errors as Databricks does."""

import uuid
from functools import partial
from typing import TYPE_CHECKING, Final

from werkzeug.wrappers import Request, Response

from sandbox.databricks import (
    bindings,
    external_locations,
    grants,
    storage_credentials,
    validation,
    workspace,
)
from sandbox.databricks.errors import ApiError, denied, error_response
from sandbox.databricks.state import METASTORE_NAME, WORKSPACE_ID, State
from sandbox.http import (
    BodyError,
    Router,
    StandIn,
    bearer_token,
    is_denied,
    json_response,
    read_call,
)
from sandbox.tokens import databricks_token

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from sandbox.faults import Fault
    from sandbox.settings import Settings

_ROUTER: Final = Router(
    (
        *storage_credentials.ROUTES,
        *external_locations.ROUTES,
        *validation.ROUTES,
        *grants.ROUTES,
        *bindings.ROUTES,
        *workspace.ROUTES,
    )
)
_DENIALS: Final = {
    "StorageCredentials.Create": "User does not have CREATE STORAGE CREDENTIAL on Metastore '{}'.",
    "ExternalLocations.Create": "User does not have CREATE EXTERNAL LOCATION on Metastore '{}'.",
}


def create_app(aws_endpoint: str, settings: "Settings") -> StandIn:
    """A workspace whose Unity Catalog reaches AWS through ``aws_endpoint``."""
    state = State(aws_endpoint, settings)
    return StandIn(partial(_answer, state), state.reset)


name_operation = _ROUTER.name_operation
"""``StorageCredentials.Create`` and such; ``unknown`` where there is no endpoint."""


def error_body(fault: "Fault", _operation: str) -> Response:
    """The error of a fault; its ``code`` is the ``error_code``."""
    return error_response(fault.status, fault.code, fault.message)


def _answer(state: State, environ: "WSGIEnvironment") -> Response:
    try:
        response = json_response(_handle(state, environ))
    except BodyError as error:
        response = error_response(
            400, "MALFORMED_REQUEST", f"Invalid JSON given in the body of the request - {error}"
        )
    except ApiError as error:
        response = error_response(error.status, error.code, str(error), error.reason)
    response.headers["X-Databricks-Org-Id"] = str(WORKSPACE_ID)
    return response


def _handle(state: State, environ: "WSGIEnvironment") -> object:
    request = Request(environ)
    found = _ROUTER.match(environ)
    if not (found and found[0].operation == workspace.METADATA_OPERATION):
        _authenticate(request, databricks_token(state.settings.account_id))
    if found is None:
        path = request.path.removeprefix("/api/2.1").removeprefix("/api/2.0")
        raise ApiError(404, "ENDPOINT_NOT_FOUND", f"No API found for '{request.method} {path}'")
    route, path_values = found
    _authorize(state.settings, route.operation)
    return route.handle(state, read_call(request, route, path_values))


def _authenticate(request: Request, expected: str) -> None:
    token = bearer_token(request)
    request_id = uuid.uuid4()
    if token is None:
        raise ApiError(
            401,
            "UNAUTHENTICATED",
            "Credential was not sent or was of an unsupported type for this API. "
            f"[ReqId: {request_id}]",
        )
    if token != expected:
        raise ApiError(403, "403", f"Invalid access token. [ReqId: {request_id}]")


def _authorize(settings: "Settings", operation: str) -> None:
    if is_denied("databricks", operation, settings.denied_actions):
        sentence = _DENIALS.get(operation, f"User does not have permission for {operation}.")
        raise denied(sentence.format(METASTORE_NAME))
