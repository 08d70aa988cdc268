"""Judging a call: allowed, denied, or undecided where something is not known.

The judge follows AWS's evaluation logic for the documents that it is given. Policies that it is
not given (of an organization, of a session, of an endpoint) it does not suppose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from pulumi_polytomic.iam.arns import Arn
from pulumi_polytomic.iam.context import (
    NOTHING_KNOWN,
    Caller,
    Facts,
    Missing,
    RequestContext,
    gather_facts,
)
from pulumi_polytomic.iam.document import PolicyDocument
from pulumi_polytomic.iam.evaluate import Call, Finding, Kind, denies, examine, grants
from pulumi_polytomic.iam.matching import Reach
from pulumi_polytomic.iam.ternary import Ternary, all_of, any_of


class Decision(Enum):
    """What AWS would answer."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNDECIDED = "undecided"
    """It depends on something that the judge was not told, or that AWS does not document."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision and what it rests on."""

    decision: Decision
    reason: str
    """One sentence for a person. It names condition keys and operators, never a value."""
    statements: tuple[str, ...] = ()
    """Labels of the statements that decided, or that came nearest to it."""


def may_assume_role(
    *,
    caller_arn: str,
    role_arn: str,
    trust_policy: PolicyDocument,
    external_id: str | None = None,
    caller_policies: Sequence[PolicyDocument] | None = None,
    caller_boundary: PolicyDocument | None = None,
    context: RequestContext = NOTHING_KNOWN,
    principal_ids: Mapping[str, str] | None = None,
) -> Verdict:
    """Judge whether a principal may call ``sts:AssumeRole`` on a role.

    :param external_id: what the call sends; None: it sends none.
    :param caller_policies: the caller's identity policies. None: not known, so that the call is
        never allowed for certain. Empty: it has none.
    :param caller_boundary: its permissions boundary. None: it has none.
    :param principal_ids: ARNs of the living roles and users by unique ID (``AROA...``); an ID
        that is not in it names nobody any more. None: not known.
    :raises ArnError: ``caller_arn`` or ``role_arn`` is malformed.
    """
    role = Arn.parse(role_arn)
    caller = _caller(caller_arn, context)
    if caller.kind == "root":
        return _denied("AWS lets no account's root user assume a role; ask for a role or a user")
    if caller.arn.partition != role.partition:
        return _denied(
            f"a principal of partition {caller.arn.partition} cannot call into {role.partition}"
        )
    sent = {"sts:externalid": Missing.ABSENT if external_id is None else (external_id,)}
    told = {key.lower() for key in context.values}
    certain = {} if external_id is None and "sts:externalid" in told else sent
    facts = gather_facts(caller, context, certain)
    call = Call("sts:AssumeRole", role_arn, caller, facts, principal_ids)
    return _judge(
        _Sides(
            call=call,
            resource=examine((trust_policy,), Kind.TRUST, call),
            identity=_identity(caller_policies, call),
            boundary=_boundary(caller_boundary, call),
            same_account=caller.arn.account_id == role.account_id,
            resource_must_allow=True,
            resource_name="the trust policy",
        )
    )


def may_perform(
    *,
    action: str,
    resource: str,
    policies: Sequence[PolicyDocument],
    boundary: PolicyDocument | None = None,
    resource_policy: PolicyDocument | None = None,
    caller_arn: str | None = None,
    same_account: bool = True,
    context: RequestContext = NOTHING_KNOWN,
) -> Verdict:
    """Judge whether a principal may do one action on one resource.

    :param action: such as ``s3:GetObject``, without wildcards.
    :param policies: the caller's identity policies, all of them.
    :param resource_policy: the resource's own policy. None: it has none.
    :param caller_arn: who calls; without it, conditions on the caller stay undecided.
    :param same_account: whether caller and resource belong to one account.
    :raises ValueError: the action is malformed, or ``caller_arn`` is (ArnError).
    """
    service, _, name = action.partition(":")
    if not (service and name) or set(action) & set("*?"):
        raise ValueError("action looks like 's3:GetObject', without wildcards")
    caller = None if caller_arn is None else _caller(caller_arn, context)
    facts = gather_facts(caller, context, {})
    call = Call(action, resource, caller, facts)
    documents = () if resource_policy is None else (resource_policy,)
    return _judge(
        _Sides(
            call=call,
            resource=examine(documents, Kind.RESOURCE, call),
            identity=_identity(policies, call),
            boundary=_boundary(boundary, call),
            same_account=same_account,
            # A key's policy must let the account in before identity policies count.
            resource_must_allow=service.lower() == "kms" and resource_policy is not None,
            resource_name="the resource's policy",
        )
    )


@dataclass(frozen=True, slots=True)
class _Sides:
    """All that has a say in a call. None: for identity not known, for a boundary there is none."""

    call: Call
    resource: list[Finding]
    identity: list[Finding] | None
    boundary: list[Finding] | None
    same_account: bool
    resource_must_allow: bool
    resource_name: str

    def named(self) -> list[tuple[str, list[Finding]]]:
        return [
            (self.resource_name, self.resource),
            ("the caller's identity policies", self.identity or []),
            ("the caller's permissions boundary", self.boundary or []),
        ]


def _caller(caller_arn: str, context: RequestContext) -> Caller:
    told = [values for key, values in context.values.items() if key.lower() == "aws:principalarn"]
    return Caller.parse(caller_arn, told[0] if told and isinstance(told[0], str) else None)


def _identity(documents: Sequence[PolicyDocument] | None, call: Call) -> list[Finding] | None:
    return None if documents is None else examine(documents, Kind.IDENTITY, call)


def _boundary(document: PolicyDocument | None, call: Call) -> list[Finding] | None:
    return None if document is None else examine((document,), Kind.IDENTITY, call)


def _judge(sides: _Sides) -> Verdict:
    for name, findings in sides.named():
        for finding in findings:
            if finding.statement.effect == "Deny" and finding.applies:
                label = finding.statement.label
                return _denied(f"{label} of {name} denies it", label)
    allowed = _allows(sides)
    if allowed is False:
        return _nothing_allows(sides)
    denied = any_of(denies(findings) for _, findings in sides.named())
    if allowed is None or denied is None or sides.identity is None:
        return _undecided(sides)
    return _allowed(sides)


def _by_identity(sides: _Sides) -> Ternary:
    return None if sides.identity is None else grants(sides.identity, *Reach)


def _by_boundary(sides: _Sides) -> Ternary:
    return True if sides.boundary is None else grants(sides.boundary, *Reach)


def _allows(sides: _Sides) -> Ternary:
    """Tell whether the call is allowed, explicit denials apart.

    Source: "Policy evaluation logic" and "cross-account policy evaluation" of the IAM guide.
    """
    identity = all_of((_by_identity(sides), _by_boundary(sides)))
    if not sides.same_account:
        return all_of((grants(sides.resource, *Reach), identity))
    return any_of(
        (
            all_of((grants(sides.resource, Reach.ACCOUNT), identity)),
            all_of((grants(sides.resource, Reach.ROLE), _by_boundary(sides))),
            grants(sides.resource, Reach.SELF),
            identity if not sides.resource_must_allow else False,
        )
    )


def _nothing_allows(sides: _Sides) -> Verdict:
    """Say on which side the Allow is missing, and what came nearest to it."""
    needs_resource = sides.resource_must_allow or not sides.same_account
    what = f"{sides.call.action} on {sides.call.resource}"
    if needs_resource and grants(sides.resource, *Reach) is False:
        name, findings = sides.named()[0]
    elif _by_identity(sides) is False:
        name, findings = sides.named()[1]
    else:
        name, findings = sides.named()[2]
    allows = [each for each in findings if each.statement.effect == "Allow"]
    near = [each for each in allows if each.near]
    shown = [f"{each.statement.label}: {each.why}" for each in (near or allows)[:5]]
    details = f" ({'; '.join(shown)})" if shown else ""
    return _denied(
        f"no statement of {name} allows {what}{details}", *(each.statement.label for each in near)
    )


def _undecided(sides: _Sides) -> Verdict:
    reasons, labels = [], []
    for name, findings in sides.named():
        for each in findings:
            if each.applies is None:
                verb = "allow" if each.statement.effect == "Allow" else "deny"
                label = each.statement.label
                reasons.append(f"{label} of {name} may {verb} it: {each.why}")
                labels.append(label)
    if sides.identity is None:
        reasons.append("the caller's identity policies are not known")
    return Verdict(Decision.UNDECIDED, "; ".join(reasons[:5]), tuple(dict.fromkeys(labels)))


def _allowed(sides: _Sides) -> Verdict:
    deciding = [
        (name, each.statement.label)
        for name, findings in sides.named()
        for each in findings
        if each.statement.effect == "Allow" and each.applies
    ]
    reason = ", ".join(f"{label} of {name}" for name, label in deciding)
    verb = "allows" if len(deciding) == 1 else "allow"
    labels = dict.fromkeys(label for _, label in deciding)
    return Verdict(Decision.ALLOWED, f"{reason} {verb} it", tuple(labels))


def _denied(reason: str, *labels: str) -> Verdict:
    return Verdict(Decision.DENIED, reason, tuple(dict.fromkeys(labels)))


__all__ = ["Decision", "Facts", "Verdict", "may_assume_role", "may_perform"]
