"""Errors of the Databricks REST API: status, ``error_code``, message, details."""

import json
import uuid
from typing import Final

from werkzeug.wrappers import Response

NON_SELF_ASSUMING: Final = (
    "The IAM role for this storage credential was found to be non self-assuming. Please check "
    "your role's trust and IAM policies to ensure that your IAM role can assume itself according "
    "to the Unity Catalog storage credential documentation."
)
NOT_ASSUMABLE: Final = (
    "Failed to get credentials: the AWS IAM role in the storage credential is not configured "
    "correctly. Please contact your account admin to update the configuration."
)


class ApiError(Exception):
    """An error that is answered to the client."""

    def __init__(self, status: int, code: str, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.reason = reason


def invalid(message: str, reason: str = "") -> ApiError:
    """400 for a parameter that cannot be taken."""
    return ApiError(400, "INVALID_PARAMETER_VALUE", message, reason)


def denied(message: str) -> ApiError:
    """403 for a user, or a role, that lacks a permission."""
    return ApiError(403, "PERMISSION_DENIED", message)


def missing(kind: str, name: str) -> ApiError:
    """404 of a securable: ``missing("Storage Credential", "lake")``."""
    code = f"{kind.upper().replace(' ', '_')}_DOES_NOT_EXIST"
    return ApiError(404, code, f"{kind} '{name}' does not exist.")


def taken(kind: str, name: str) -> ApiError:
    """409 of a securable whose name is in use."""
    code = f"{kind.upper().replace(' ', '_')}_ALREADY_EXISTS"
    return ApiError(409, code, f"{kind} '{name}' already exists")


def in_use(message: str) -> ApiError:
    """400 of a securable that others depend on."""
    return ApiError(400, "INVALID_STATE", message)


def location_overlap(url: str, operation: str, names: list[str]) -> ApiError:
    """400 of a URL above, at or below the URL of an existing external location."""
    return ApiError(
        400,
        "INVALID_PARAMETER_VALUE.LOCATION_OVERLAP",
        f"Input path url '{url}' overlaps with an existing external location within "
        f"'{operation}' call. Conflicting location: {', '.join(names)}.",
        "LOCATION_OVERLAP",
    )


def error_response(status: int, code: str, message: str, reason: str = "") -> Response:
    """The error as JSON, with a request ID as the real service gives one."""
    details: list[dict[str, object]] = []
    if reason:
        details.append(
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": reason,
                "domain": "unity-catalog.databricks.com",
                "metadata": {},
            }
        )
    details.append(
        {
            "@type": "type.googleapis.com/google.rpc.RequestInfo",
            "request_id": str(uuid.uuid4()),
            "serving_data": "",
        }
    )
    content = {"error_code": code, "message": message, "details": details}
    return Response(json.dumps(content), status, content_type="application/json")
