"""What the stand-ins of Databricks and Polytomic share: the app, routes, JSON, pages, denials."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Json = dict[str, Any]


class Call(NamedTuple):
    """One request, as a handler sees it."""

    operation: str
    """Its name, such as ``StorageCredentials.Get``."""
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Json
    host: str
    """Host and port that the client called."""
    idempotency_key: str
    """The header ``Idempotency-Key``; empty where there is none."""


class Route(NamedTuple):
    """An endpoint of a service. ``handle`` takes the service's state and the call."""

    method: str
    path: str
    operation: str
    handle: Callable[[Any, Call], object]


@dataclass(frozen=True)
class StandIn:
    """A service in memory. Callable as WSGI; ``reset`` makes it a new one."""

    answer: Callable[["WSGIEnvironment"], Response]
    reset: Callable[[], None]

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        return self.answer(environ)(environ, start_response)


class BodyError(ValueError):
    """A request body that is no JSON object; the text says why."""


class PageError(ValueError):
    """A page token that was never given out."""


class Router:
    """Finds the route of a request. Immutable, so any thread may ask."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._map = Map(
            [Rule(route.path, methods=[route.method], endpoint=route) for route in routes],
            strict_slashes=False,
            merge_slashes=False,
        )

    def match(self, environ: "WSGIEnvironment") -> tuple[Route, dict[str, str]] | None:
        """The route and the variables of its path; ``None`` where there is no such endpoint."""
        try:
            route, path = self._map.bind_to_environ(environ).match()
        except HTTPException:
            return None
        return route, dict(path)

    def name_operation(self, environ: "WSGIEnvironment") -> str:
        """The operation's name for faults and calls; ``unknown`` where there is no endpoint."""
        found = self.match(environ)
        return found[0].operation if found else "unknown"


def read_call(request: Request, route: Route, path: Mapping[str, str]) -> Call:
    """The call of a request; no body counts as ``{}``. Raises BodyError."""
    text = request.get_data(cache=False)
    try:
        body = json.loads(text) if text.strip() else {}
    except ValueError as error:
        raise BodyError(str(error)) from None
    if not isinstance(body, dict):
        raise BodyError("the body is no JSON object")
    return Call(
        operation=route.operation,
        path=path,
        query=request.args.to_dict(),
        body=body,
        host=request.host,
        idempotency_key=request.headers.get("Idempotency-Key", ""),
    )


def json_response(content: object, status: int = 200) -> Response:
    """An answer in JSON."""
    return Response(json.dumps(content), status, content_type="application/json")


def bearer_token(request: Request) -> str | None:
    """The token of ``Authorization: Bearer …``, or ``None``."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def is_denied(service: str, operation: str, patterns: Iterable[str]) -> bool:
    """Whether a pattern of ``denied_actions`` names it: ``databricks:StorageCredentials.*``."""
    return any(fnmatchcase(f"{service}:{operation}", pattern) for pattern in patterns)


def page(items: Sequence[Json], key: str, limit: int, token: str | None) -> tuple[list[Json], str]:
    """One page of items sorted by ``key``, and the next page's token (empty at the end).

    A token holds the last key of its page, so that a page stays right when items come and go.
    Raises PageError.
    """
    after = _last_key(token) if token else ""
    rest = sorted((item for item in items if item[key] > after), key=lambda item: str(item[key]))
    chosen = rest[:limit]
    if len(rest) <= limit:
        return chosen, ""
    return chosen, base64.urlsafe_b64encode(str(chosen[-1][key]).encode()).decode()


def _last_key(token: str) -> str:
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise PageError("Invalid page token.") from None
