"""Errors of Polytomic's API: ``{key, message, metadata, status}``."""

import json
from http import HTTPStatus

from werkzeug.wrappers import Response

from sandbox.http import Json


class ApiError(Exception):
    """An error that is answered to the client. ``key`` is a word for programs."""

    def __init__(self, status: int, key: str, message: str, metadata: Json | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.key = key
        self.metadata = metadata or {}


def bad_request(message: str) -> ApiError:
    """400 for a request that makes no sense."""
    return ApiError(400, "bad_request", message)


def unprocessable(message: str, field: str = "") -> ApiError:
    """422 for a value that cannot be taken; ``field`` is where it stood."""
    return ApiError(422, "unprocessable_entity", message, {"field": field} if field else None)


def not_found(what: str) -> ApiError:
    """404: ``not_found("connection")``."""
    return ApiError(404, "not_found", f"{what} not found")


def error_response(status: int, key: str, message: str, metadata: Json | None = None) -> Response:
    """The error as JSON."""
    content = {
        "status": status,
        "key": key or HTTPStatus(status).phrase.lower().replace(" ", "_"),
        "message": message,
        "metadata": metadata or {},
    }
    return Response(json.dumps(content), status, content_type="application/json")
