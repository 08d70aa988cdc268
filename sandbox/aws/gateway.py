"""AWS of the sandbox: moto's server, and before it the order in which AWS refuses.

Who calls, whether it may, whether the request is one that the service takes; then moto does it,
and what it changed is noted for the next call.
"""

import logging
import threading
from collections.abc import Iterable
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.wrappers import Response

from sandbox.aws.authorization import Permissions, permissions_of
from sandbox.aws.callers import Session, identify
from sandbox.aws.errors import AwsError, error_response
from sandbox.aws.iam_access import authorize_iam
from sandbox.aws.iam_rules import check_iam
from sandbox.aws.iam_state import iam_backend
from sandbox.aws.kms_access import authorize_kms
from sandbox.aws.request import AwsRequest, read_request
from sandbox.aws.roles import RoleHistory
from sandbox.aws.s3_access import authorize_s3, hide_missing_key
from sandbox.aws.sts import caller_identity, check_assume_role, remember_session
from sandbox.aws.trust import forget_principal
from sandbox.faults import Fault
from sandbox.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SERVICES: Final = ("iam", "sts", "s3", "kms")

log = logging.getLogger("sandbox.aws")


def create_app(settings: Settings) -> "Gateway":
    """The WSGI app of the sandbox's AWS."""
    for service in SERVICES:
        # Now rather than in the first call, which would then be slow.
        import_module(f"moto.{service}.responses")
    return Gateway(settings)


def name_operation(environ: "WSGIEnvironment") -> str:
    """``iam:CreateRole``, ``s3:PutObject``: what a fault matches and a call is recorded as."""
    return read_request(environ).name


def error_body(fault: Fault, operation: str) -> Response:
    """A fault as the service of the operation would tell it."""
    service, _, _ = operation.partition(":")
    return error_response(service, AwsError(fault.code, fault.message, fault.status))


class Gateway:
    """The app and its memory: sessions, and the history of roles."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._roles = RoleHistory(settings)
        self._sessions: dict[str, Session] = {}
        self._moto = DomainDispatcherApplication(create_backend_app)
        # Moto is not safe for threads; the interpreter would not run two of them at once anyway.
        self._lock = threading.RLock()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        request = read_request(environ)
        with self._lock:
            try:
                response = self._answer(request, environ)
            except AwsError as error:
                response = _refusal(request, error)
            except Exception:
                log.exception("%s failed.", request.name)
                bug = AwsError("InternalFailure", "The sandbox has a bug: see its log.", 500)
                response = _refusal(request, bug)
        return response(environ, start_response)

    def reset(self) -> None:
        """Everything as in a new account."""
        with self._lock:
            BackendDict.reset()
            self._roles.clear()
            self._sessions.clear()
            self._moto.app_instances.clear()

    def _answer(self, request: AwsRequest, environ: "WSGIEnvironment") -> Response:
        if request.service not in SERVICES:
            text = f"The sandbox has {', '.join(SERVICES)}, not {request.service}."
            raise AwsError("NotImplemented", text, 501)
        caller = identify(request, self._sessions, self._settings.account_id)
        permissions = permissions_of(caller, request, self._roles, self._settings)
        if request.service == "sts":
            return self._sts(request, environ, permissions)
        if request.service == "s3":
            authorize_s3(request, permissions)
            response = self._to_moto(environ)
            hide_missing_key(request, permissions, response.status_code)
            return response
        if request.service == "kms":
            authorize_kms(request, permissions)
            return self._to_moto(environ)
        authorize_iam(request, permissions)
        return self._iam(request, environ)

    def _sts(
        self, request: AwsRequest, environ: "WSGIEnvironment", permissions: Permissions
    ) -> Response:
        if request.operation == "GetCallerIdentity":
            return caller_identity(permissions.caller)
        if request.operation != "AssumeRole":
            raise AwsError("NotImplemented", f"The sandbox has no {request.name}.", 501)
        role = check_assume_role(request, permissions, self._roles)
        response = self._to_moto(environ)
        if response.status_code == 200:
            remember_session(request, role, response, self._sessions)
        return response

    def _iam(self, request: AwsRequest, environ: "WSGIEnvironment") -> Response:
        changed = check_iam(request, self._roles, self._settings)
        if changed:
            _rewrite(environ, {**request.parameters, **changed})
        principals = self._principal_ids(request) if request.operation.startswith("Delete") else {}
        response = self._to_moto(environ)
        if response.status_code == 200 and not request.operation.startswith(("Get", "List")):
            backend = iam_backend(self._settings.account_id, request.partition)
            gone = set(principals) - set(self._principal_ids(request))
            for arn in gone:
                forget_principal(backend, arn, principals[arn])
            one_role = None if gone else request.text("RoleName")
            self._roles.record(request.partition, one_role)
        return response

    def _principal_ids(self, request: AwsRequest) -> dict[str, str]:
        backend = iam_backend(self._settings.account_id, request.partition)
        holders: tuple[Any, ...] = (*backend.roles.values(), *backend.users.values())
        return {holder.arn: holder.id for holder in holders}

    def _to_moto(self, environ: "WSGIEnvironment") -> Response:
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = self._settings.account_id
        return Response.from_app(self._moto, environ, buffered=True)


def _refusal(request: AwsRequest, error: AwsError) -> Response:
    return error_response(request.service, error, method=request.method, resource=request.path)


def _rewrite(environ: "WSGIEnvironment", parameters: dict[str, str]) -> None:
    body = urlencode(parameters).encode()
    environ["wsgi.input"] = BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
