"""STS: who am I, and taking on a role where its trust policy and the caller's policies allow it."""

import re
from collections.abc import MutableMapping
from datetime import timezone
from typing import Final
from uuid import uuid4
from xml.sax.saxutils import escape

from moto.sts.models import AssumedRole, sts_backends
from werkzeug.wrappers import Response

from pulumi_polytomic.iam import Arn, ArnError, Decision, PolicyError, may_assume_role
from sandbox.aws.authorization import (
    Permissions,
    action_is_denied,
    log_undecided,
    parsed,
)
from sandbox.aws.callers import Caller, Session
from sandbox.aws.errors import AwsError, access_denied
from sandbox.aws.iam_parameters import check_range, invalid
from sandbox.aws.request import AwsRequest
from sandbox.aws.roles import RoleHistory, RoleView
from sandbox.aws.trust import malformed

SHORTEST_SESSION: Final = 900
LONGEST_SESSION: Final = 43200
LONGEST_CHAINED_SESSION: Final = 3600
_TEXTS: Final = {
    "RoleSessionName": (2, 64, r"[\w+=,.@-]*"),
    "ExternalId": (2, 1224, r"[\w+=,.@:\/-]*"),
    "RoleArn": (20, 2048, r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF]+"),
}


def caller_identity(caller: Caller) -> Response:
    """The answer to ``GetCallerIdentity``, which nobody can be refused."""
    body = (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
        f"<GetCallerIdentityResult><Arn>{escape(caller.arn)}</Arn>"
        f"<UserId>{escape(caller.user_id)}</UserId><Account>{caller.account_id}</Account>"
        "</GetCallerIdentityResult>"
        f"<ResponseMetadata><RequestId>{uuid4()}</RequestId></ResponseMetadata>"
        "</GetCallerIdentityResponse>"
    )
    return Response(body, content_type="text/xml")


def check_assume_role(
    request: AwsRequest, permissions: Permissions, roles: RoleHistory
) -> RoleView:
    """The role that the caller may take on. Raises AwsError where AWS refuses."""
    _check_parameters(request)
    arn = request.text("RoleArn") or ""
    try:
        Arn.parse(arn)
    except ArnError:
        raise AwsError("ValidationError", f"{arn} is invalid") from None
    caller = permissions.caller
    # Whether the role is not there or does not trust the caller, AWS does not tell.
    refused = access_denied(caller.arn, "sts:AssumeRole", arn, "")
    role = roles.by_arn(request.partition, arn)
    if role is None or action_is_denied("sts:AssumeRole", permissions.denied_actions):
        raise refused
    living = roles.living_principals(request.partition)
    policies = permissions.policies
    verdict = may_assume_role(
        caller_arn=caller.arn,
        role_arn=arn,
        trust_policy=parsed(role.trust_policy),
        external_id=request.text("ExternalId"),
        caller_policies=policies,
        caller_boundary=permissions.boundary,
        context=permissions.request_context(
            {"sts:RoleSessionName": request.text("RoleSessionName") or ""}
        ),
        principal_ids={unique_id: arn for arn, unique_id in living.items()},
    )
    if verdict.decision is not Decision.ALLOWED:
        log_undecided(verdict, "sts:AssumeRole", caller)
        raise refused
    if permissions.session_policy:
        permissions.require("sts:AssumeRole", arn)
    _check_duration(request, caller, role)
    return role


def remember_session(
    request: AwsRequest,
    role: RoleView,
    answer: Response,
    sessions: MutableMapping[str, Session],
) -> None:
    """Keep what moto's answer to ``AssumeRole`` gave away."""
    match = re.search(r"<AccessKeyId>(\w+)</AccessKeyId>", answer.get_data(as_text=True))
    backend = sts_backends[Arn.parse(role.arn).account_id][request.partition]
    issued: AssumedRole | None = (
        backend.get_assumed_role_from_access_key(match[1]) if match else None
    )
    if issued is None:
        raise RuntimeError("moto issued no credentials")
    sessions[issued.access_key_id] = Session(
        role_id=role.role_id,
        role_arn=role.arn,
        arn=issued.arn,
        token=issued.session_token,
        # Moto keeps UTC without saying so.
        expires=issued.expiration.replace(tzinfo=timezone.utc),
        policy=request.text("Policy"),
    )


def _check_parameters(request: AwsRequest) -> None:
    for name, (shortest, longest, pattern) in _TEXTS.items():
        value = request.text(name)
        if value is None:
            if name != "ExternalId":
                raise invalid(name, "null", "Member must not be null")
            continue
        # An external ID is not repeated in the error, other than AWS does.
        shown = "***" if name == "ExternalId" else value
        if len(value) < shortest:
            text = f"Member must have length greater than or equal to {shortest}"
            raise invalid(name, shown, text)
        if len(value) > longest:
            raise invalid(name, shown, f"Member must have length less than or equal to {longest}")
        if not re.fullmatch(pattern, value, re.ASCII):
            text = f"Member must satisfy regular expression pattern: {pattern}"
            raise invalid(name, shown, text)
    if (duration := request.text("DurationSeconds")) is not None:
        check_range("DurationSeconds", duration, SHORTEST_SESSION, LONGEST_SESSION)
    if (policy := request.text("Policy")) is not None:
        try:
            parsed(policy)
        except PolicyError:
            raise malformed("This policy contains invalid Json") from None
    if "PolicyArns.member.1.arn" in request.parameters:
        raise AwsError("NotImplemented", "The sandbox has no managed session policies.", 501)


def _check_duration(request: AwsRequest, caller: Caller, role: RoleView) -> None:
    duration = int(request.text("DurationSeconds") or SHORTEST_SESSION)
    # A vendor's role calls through a session too, so it is chaining as well.
    chained = ":assumed-role/" in caller.arn
    if chained and duration > LONGEST_CHAINED_SESSION:
        raise AwsError(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by "
            "role chaining",
        )
    if duration > role.max_session_duration:
        raise AwsError(
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        )
