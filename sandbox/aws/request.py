"""What the gateway needs to know of an AWS request: who signed it, and what it asks for."""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote

from sandbox.aws import s3_operations

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_CACHED: Final = "sandbox.aws_request"
_CREDENTIAL: Final = re.compile(r"Credential=([^/,\s]+)/\d+/([^/]+)/([^/]+)/aws4_request")
_VERSION_2: Final = re.compile(r"AWS ([^:\s]+):")
_QUERY_VERSIONS: Final = {"2010-05-08": "iam", "2011-06-15": "sts"}


@dataclass(frozen=True)
class AwsRequest:
    """One call to AWS."""

    service: str
    """As in the signature: ``iam``, ``sts``, ``s3``, ``kms``."""
    region: str
    operation: str
    """As in AWS's API reference: ``CreateRole``, ``ListObjectsV2``."""
    access_key_id: str | None
    """``None`` where the request is not signed."""
    session_token: str | None
    method: str
    path: str
    """Decoded."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    parameters: Mapping[str, Any]
    """Of a query or JSON protocol; a list's members are ``Name.member.1`` as they are sent."""
    body: bytes

    @property
    def partition(self) -> str:
        """The partition that the region belongs to."""
        prefixes = {"us-gov-": "aws-us-gov", "cn-": "aws-cn"}
        return next(
            (name for start, name in prefixes.items() if self.region.startswith(start)), "aws"
        )

    @property
    def name(self) -> str:
        """``service:Operation``, for faults and calls."""
        return f"{self.service}:{self.operation}"

    def text(self, parameter: str) -> str | None:
        """A parameter that is a string; ``None`` where it is not sent."""
        value = self.parameters.get(parameter)
        return value if isinstance(value, str) else None


def read_request(environ: "WSGIEnvironment") -> AwsRequest:
    """Parse a request once, and leave its body readable."""
    request = environ.get(_CACHED)
    if not isinstance(request, AwsRequest):
        request = environ[_CACHED] = _parse(environ)
    environ["wsgi.input"] = io.BytesIO(request.body)
    return request


def _parse(environ: "WSGIEnvironment") -> AwsRequest:
    body = _read_body(environ)
    headers = {
        key[5:].replace("_", "-").lower(): str(value)
        for key, value in environ.items()
        if key.startswith("HTTP_")
    }
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    method = environ["REQUEST_METHOD"]
    path = environ.get("PATH_INFO", "/").encode("latin-1").decode("utf-8", "replace")
    parameters = _parameters(headers, query, body)
    access_key_id, region, service = _signature(headers, query)
    if service is None:
        service = _QUERY_VERSIONS.get(str(parameters.get("Version")), "s3")
    return AwsRequest(
        service=service,
        region=region or "us-east-1",
        operation=_operation(service, method, path, query, headers, parameters),
        access_key_id=access_key_id,
        session_token=headers.get("x-amz-security-token") or _presigned_token(query),
        method=method,
        path=path,
        query=query,
        headers=headers,
        parameters=parameters,
        body=body,
    )


def _read_body(environ: "WSGIEnvironment") -> bytes:
    stream = environ["wsgi.input"]
    if environ.pop("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
        # The server undoes the chunks; without a length moto would not read the rest.
        body: bytes = stream.read()
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("wsgi.input_terminated", None)
        return body
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return bytes(stream.read(length)) if length else b""


def _signature(
    headers: Mapping[str, str], query: Mapping[str, str]
) -> tuple[str | None, str | None, str | None]:
    """Access key ID, region and service, from the header or a presigned URL."""
    authorization = headers.get("authorization", "")
    credential = f"Credential={unquote(query.get('X-Amz-Credential', ''))}"
    if match := _CREDENTIAL.search(authorization) or _CREDENTIAL.search(credential):
        return match[1], match[2], match[3].lower()
    if match := _VERSION_2.match(authorization):
        return match[1], None, "s3"
    return query.get("AWSAccessKeyId"), None, None


def _presigned_token(query: Mapping[str, str]) -> str | None:
    # Version 4 of the signature writes the name with capitals, version 2 without.
    return query.get("X-Amz-Security-Token") or query.get("x-amz-security-token")


def _parameters(
    headers: Mapping[str, str], query: Mapping[str, str], body: bytes
) -> dict[str, Any]:
    content_type = headers["content-type"]
    if content_type.startswith("application/x-www-form-urlencoded"):
        return dict(query) | dict(parse_qsl(body.decode(), keep_blank_values=True))
    if content_type.startswith("application/x-amz-json"):
        try:
            values = json.loads(body)
        except ValueError:
            return {}
        return values if isinstance(values, dict) else {}
    return dict(query) if "Action" in query else {}


def _operation(
    service: str,
    method: str,
    path: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    parameters: Mapping[str, Any],
) -> str:
    if service == "s3":
        return s3_operations.name_operation(method, path, query, headers)
    if target := headers.get("x-amz-target"):
        return target.rpartition(".")[2]
    return str(parameters.get("Action", "Unknown"))
