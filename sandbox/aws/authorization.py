"""Whether a caller may make a call: identity policies, boundary, session and resource policy."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

from pulumi_polytomic.iam import (
    Decision,
    PolicyDocument,
    RequestContext,
    Verdict,
    may_perform,
    parse_policy,
)
from sandbox.aws.callers import Caller, unique_id
from sandbox.aws.errors import access_denied
from sandbox.aws.iam_state import iam_backend
from sandbox.aws.request import AwsRequest
from sandbox.aws.roles import RoleHistory
from sandbox.aws.user_policies import user_policies
from sandbox.identities import administrator
from sandbox.settings import Settings

log = logging.getLogger("sandbox.aws")

ALLOW_ALL: Final = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
)


@lru_cache(maxsize=4096)
def parsed(text: str) -> PolicyDocument:
    """A policy document, parsed once."""
    return parse_policy(text)


@dataclass(frozen=True)
class Permissions:
    """What a caller's own account lets it do."""

    caller: Caller
    account_id: str
    """The account that it calls."""
    policies: Sequence[PolicyDocument]
    boundary: PolicyDocument | None
    session_policy: PolicyDocument | None
    context: Mapping[str, str]
    """Condition keys that hold for any action of this request."""
    denied_actions: Sequence[str]

    @property
    def is_foreign(self) -> bool:
        """Whether the caller is of another account, of which the sandbox knows nothing else."""
        return self.caller.account_id != self.account_id

    def request_context(self, values: Mapping[str, str] | None = None) -> RequestContext:
        """All condition keys of the request: these and the action's own."""
        return RequestContext({**self.context, **(values or {})}, complete=True)

    def require(
        self,
        action: str,
        resource: str,
        *,
        resource_policy: str | None = None,
        context: Mapping[str, str] | None = None,
    ) -> None:
        """Raises AwsError where the caller may not do this in the sandbox's account."""
        if action_is_denied(action, self.denied_actions):
            raise access_denied(self.caller.arn, action, resource, _NOTHING_ALLOWS.format(action))
        for verdict in self._verdicts(action, resource, resource_policy, context):
            if verdict.decision is not Decision.ALLOWED:
                log_undecided(verdict, action, self.caller)
                raise access_denied(self.caller.arn, action, resource, self._why(action, verdict))

    def _verdicts(
        self,
        action: str,
        resource: str,
        resource_policy: str | None,
        context: Mapping[str, str] | None,
    ) -> list[Verdict]:
        known = self.request_context(context)
        verdicts = [
            may_perform(
                action=action,
                resource=resource,
                policies=self.policies,
                boundary=self.boundary,
                resource_policy=parsed(resource_policy) if resource_policy else None,
                caller_arn=self.caller.arn,
                same_account=not self.is_foreign,
                context=known,
            )
        ]
        if self.session_policy:
            verdicts.append(
                may_perform(
                    action=action,
                    resource=resource,
                    policies=[self.session_policy],
                    caller_arn=self.caller.arn,
                    context=known,
                )
            )
        return verdicts

    def _why(self, action: str, verdict: Verdict) -> str:
        if verdict.statements and verdict.decision is Decision.DENIED:
            return f"with an explicit deny in {' and '.join(verdict.statements)}"
        if self.is_foreign:
            return f"because no resource-based policy allows the {action} action"
        return _NOTHING_ALLOWS.format(action)


def permissions_of(
    caller: Caller, request: AwsRequest, roles: RoleHistory, settings: Settings
) -> Permissions:
    """The permissions with which a caller makes this request."""
    # The administrator; or a vendor, of whom we take that its own account lets it do all.
    texts: Sequence[str] = (ALLOW_ALL,)
    boundary: str | None = None
    tags: Mapping[str, str] = {}
    if caller.session:
        role = roles.by_id(request.partition, caller.session.role_id)
        texts = role.policies if role else ()
        boundary = role.boundary if role else None
        tags = dict(role.tags) if role else {}
    elif caller.user_name:
        texts = user_policies(iam_backend(settings.account_id, request.partition), caller.user_name)
    session_policy = caller.session.policy if caller.session else None
    own = caller.user_id == unique_id(administrator(settings.account_id))
    return Permissions(
        caller=caller,
        account_id=settings.account_id,
        policies=[parsed(text) for text in texts],
        boundary=parsed(boundary) if boundary else None,
        session_policy=parsed(session_policy) if session_policy else None,
        context=_context(caller, request, tags),
        denied_actions=settings.denied_actions if own else (),
    )


def action_is_denied(action: str, patterns: Sequence[str]) -> bool:
    """Whether the setting ``denied_actions`` takes an action away; case does not count."""
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)


def log_undecided(verdict: Verdict, action: str, caller: Caller) -> None:
    """What can't be decided is refused; only the log tells that AWS might have allowed it."""
    if verdict.decision is Decision.UNDECIDED:
        log.warning("Undecided, refused: %s by %s: %s", action, caller.arn, verdict.reason)


def _context(caller: Caller, request: AwsRequest, tags: Mapping[str, str]) -> dict[str, str]:
    now = datetime.now(timezone.utc)
    return {
        "aws:CurrentTime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:EpochTime": str(int(now.timestamp())),
        "aws:PrincipalArn": caller.principal_arn,
        "aws:RequestedRegion": request.region,
        # As if over TLS: that is how clients call AWS.
        "aws:SecureTransport": "true",
        "aws:SourceIp": "127.0.0.1",
        "aws:UserAgent": request.headers.get("user-agent", ""),
        "aws:ViaAWSService": "false",
        "aws:userid": caller.user_id,
        **{f"aws:PrincipalTag/{key}": value for key, value in tags.items()},
    }


_NOTHING_ALLOWS: Final = "because no identity-based policy allows the {} action"
