"""The control server: health, faults, calls, settings and reset of one sandbox, as JSON."""

import json
import resource
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from sandbox.faults import Fault, FaultBook, FaultError
from sandbox.settings import Settings, SettingsError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_ROUTES = Map(
    [
        Rule(f"/{name.split('_', 1)[1]}", methods=[name.split("_", 1)[0]], endpoint=name)
        for name in (
            "GET_health",
            "GET_faults",
            "POST_faults",
            "DELETE_faults",
            "GET_calls",
            "DELETE_calls",
            "GET_settings",
            "PATCH_settings",
            "POST_reset",
            "GET_memory",
        )
    ]
)


def create_app(
    instance: str, settings: Settings, book: FaultBook, reset: Callable[[], None]
) -> "WSGIApplication":
    """The WSGI app. ``reset`` makes everything as in a new sandbox."""

    def patch_settings(request: Request) -> Any:
        settings.patch(_json_object(request))
        return settings.as_dict()

    def add_fault(request: Request) -> Any:
        book.add(Fault.from_json(_json_object(request)))
        return book.faults()

    def done(action: Callable[[], None]) -> Callable[[Request], Any]:
        def answer(_request: Request) -> Any:
            action()
            return {}

        return answer

    answers: dict[str, Callable[[Request], Any]] = {
        "GET_health": lambda _: {"status": "ok", "instance": instance},
        "GET_faults": lambda _: book.faults(),
        "POST_faults": add_fault,
        "DELETE_faults": done(book.clear_faults),
        "GET_calls": lambda request: book.calls(request.args.get("service")),
        "DELETE_calls": done(book.clear_calls),
        "GET_settings": lambda _: settings.as_dict(),
        "PATCH_settings": patch_settings,
        "POST_reset": done(reset),
        "GET_memory": lambda _: {"peak_megabytes": peak_megabytes()},
    }

    @Request.application
    def app(request: Request) -> Response:
        try:
            endpoint, _ = _ROUTES.bind_to_environ(request.environ).match()
            return _json_response(answers[endpoint](request))
        except (FaultError, SettingsError) as error:
            return _json_response({"error": str(error)}, 400)
        except HTTPException as error:
            return _json_response({"error": error.description}, error.code or 500)

    return app


def peak_megabytes() -> float:
    """The most memory that this process ever held, resident."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


def _json_object(request: Request) -> dict[str, Any]:
    try:
        values = json.loads(request.get_data())
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise BadRequest("The body has to be a JSON object.")
    return values


def _json_response(values: Any, status: int = 200) -> Response:
    return Response(json.dumps(values), status, content_type="application/json")
