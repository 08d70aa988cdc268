"""Who signs a request: from the access key ID to an AWS principal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Final

from pulumi_polytomic.iam import Arn
from sandbox.aws.errors import AwsError
from sandbox.aws.iam_state import iam_backend
from sandbox.aws.request import AwsRequest
from sandbox.identities import OUTSIDERS, Identity, administrator

_OUTSIDERS: Final = {identity.access_key_id: identity for identity in OUTSIDERS}


@dataclass(frozen=True)
class Session:
    """Temporary credentials of one ``AssumeRole``."""

    role_id: str
    role_arn: str
    arn: str
    token: str
    expires: datetime
    policy: str | None
    """The session policy of the call, which limits the session further."""


@dataclass(frozen=True)
class Caller:
    """An AWS principal that signed a request."""

    arn: str
    """As GetCallerIdentity and AWS's error texts have it."""
    principal_arn: str
    """``aws:PrincipalArn``: of a session, its role's ARN with the path."""
    user_id: str
    session: Session | None = None
    user_name: str | None = None
    """Of an IAM user that was made in the sandbox."""

    @property
    def account_id(self) -> str:
        """The account that it belongs to."""
        return Arn.parse(self.arn).account_id


def identify(request: AwsRequest, sessions: Mapping[str, Session], account_id: str) -> Caller:
    """The caller of a request to an account. Raises AwsError as AWS refuses unknown credentials."""
    key = request.access_key_id
    if key is None:
        if request.service == "s3":
            raise AwsError("AccessDenied", "Access Denied", 403)
        raise AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
    if session := sessions.get(key):
        return _session_caller(request, session)
    caller = _static_caller(request, key, account_id) or _user(request, key, account_id)
    if caller is None:
        raise _unknown_key(request)
    if request.session_token:
        raise _wrong_token(request)
    return caller


def unique_id(identity: Identity) -> str:
    """The unique ID of an identity's user or role; made from its key, so always the same."""
    prefix = "AIDA" if ":user/" in identity.arn else "AROA"
    return f"{prefix}{identity.access_key_id[4:]}"


def in_partition(arn: str, partition: str) -> str:
    """The same ARN in another partition."""
    return f"arn:{partition}:{arn.split(':', 2)[2]}"


def _session_caller(request: AwsRequest, session: Session) -> Caller:
    if request.session_token != session.token:
        raise _wrong_token(request)
    if datetime.now(timezone.utc) >= session.expires:
        text = "The security token included in the request is expired"
        if request.service == "s3":
            raise AwsError("ExpiredToken", "The provided token has expired.", 400)
        raise AwsError("ExpiredToken", text, 403)
    if Arn.parse(session.arn).partition != request.partition:
        raise _unknown_key(request)
    name = session.arn.rpartition("/")[2]
    return Caller(session.arn, session.role_arn, f"{session.role_id}:{name}", session)


def _static_caller(request: AwsRequest, key: str, account_id: str) -> Caller | None:
    own = administrator(account_id)
    identity = own if key == own.access_key_id else _OUTSIDERS.get(key)
    if identity is None:
        return None
    arn = identity.arn
    if identity == own:
        # The sandbox's account is there in every partition, under the same keys.
        arn = in_partition(arn, request.partition)
    elif Arn.parse(arn).partition != request.partition:
        return None
    if ":role/" not in arn:
        return Caller(arn, arn, unique_id(identity))
    # A vendor's role calls through a session of it, as it would from its servers.
    parsed = Arn.parse(arn)
    name = arn.rpartition("/")[2]
    session_arn = f"arn:{parsed.partition}:sts::{parsed.account_id}:assumed-role/{name}/sandbox"
    return Caller(session_arn, arn, f"{unique_id(identity)}:sandbox")


def _user(request: AwsRequest, key: str, account_id: str) -> Caller | None:
    # Moto keeps temporary credentials in the same place: those are sessions, or nobody's.
    for user in iam_backend(account_id, request.partition).users.values():
        for access_key in user.access_keys:
            if access_key.access_key_id == key and access_key.status == "Active":
                return Caller(user.arn, user.arn, user.id, user_name=user.name)
    return None


def _unknown_key(request: AwsRequest) -> AwsError:
    if request.service == "s3":
        text = "The AWS Access Key Id you provided does not exist in our records."
        return AwsError("InvalidAccessKeyId", text, 403)
    text = "The security token included in the request is invalid."
    if request.service in ("iam", "sts"):
        return AwsError("InvalidClientTokenId", text, 403)
    return AwsError("UnrecognizedClientException", text, 400)


def _wrong_token(request: AwsRequest) -> AwsError:
    if request.service == "s3":
        return AwsError("InvalidToken", "The provided token is malformed or otherwise invalid.")
    return _unknown_key(request)
