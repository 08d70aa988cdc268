"""AWS's errors, in the protocol of the service that answers."""

import json
from typing import Final
from uuid import uuid4
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

_NAMESPACES: Final = {
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
}


class AwsError(Exception):
    """A refusal: AWS's code, its text, and the HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def access_denied(caller_arn: str, action: str, resource: str, why: str) -> AwsError:
    """The refusal of a call that its caller has no permission for."""
    text = f"User: {caller_arn} is not authorized to perform: {action} on resource: {resource}"
    return AwsError("AccessDenied", f"{text} {why}".rstrip(), 403)


def error_response(
    service: str, error: AwsError, *, method: str = "POST", resource: str = ""
) -> Response:
    """The answer of a service that refuses; an answer to ``HEAD`` has no body."""
    request_id = str(uuid4())
    if service in _NAMESPACES:
        body = (
            f'<ErrorResponse xmlns="{_NAMESPACES[service]}"><Error>'
            f"<Type>{'Sender' if error.status < 500 else 'Receiver'}</Type>"
            f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message></Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        content_type = "text/xml"
    elif service == "s3":
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>'
            f"<Error><Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
            f"<Resource>{escape(resource)}</Resource><RequestId>{request_id}</RequestId></Error>"
        )
        content_type = "application/xml"
    else:
        # AWS's JSON services have the code with the suffix, and "message" in lower case.
        code = error.code if error.code.endswith("Exception") else f"{error.code}Exception"
        body = json.dumps({"__type": code, "message": error.message})
        content_type = "application/x-amz-json-1.1"
    response = Response("" if method == "HEAD" else body, error.status, content_type=content_type)
    response.headers["x-amzn-RequestId"] = request_id
    if service == "s3":
        response.headers["x-amz-request-id"] = request_id
    return response
