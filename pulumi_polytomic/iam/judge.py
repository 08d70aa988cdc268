"""Judging a call: allowed, denied, or undecided where something is not known.

The judge follows AWS's evaluation logic for the documents that it is given. Policies that it is
not given (of an organization, of a session, of an endpoint) it does not suppose.
"""

from collections.abc import Callable, Mapping, Sequence

from pulumi_polytomic.iam.arns import Arn
from pulumi_polytomic.iam.context import (
    NOTHING_KNOWN,
    Caller,
    Missing,
    RequestContext,
    gather_facts,
)
from pulumi_polytomic.iam.document import PolicyDocument
from pulumi_polytomic.iam.evaluate import Call, Finding, Kind, examine
from pulumi_polytomic.iam.sessions import possible_callers
from pulumi_polytomic.iam.verdict import Decision, Sides, Verdict, decide, denied


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
    caller = Caller.parse(caller_arn, context)
    if caller.kind in ("root", "federated-user"):
        return denied(f"AWS lets no {caller.kind} call sts:AssumeRole; ask for a role or a user")
    if caller.arn.partition != role.partition:
        return denied(
            f"a principal of partition {caller.arn.partition} cannot call into {role.partition}"
        )
    sent = {"sts:externalid": Missing.ABSENT if external_id is None else (external_id,)}
    bounds = None if caller_boundary is None else [caller_boundary]
    told = {key.lower() for key in context.values}
    certain = {} if external_id is None and "sts:externalid" in told else sent

    def judge_as(one: Caller) -> Verdict:
        facts = gather_facts(one, context, certain)
        call = Call("sts:AssumeRole", role_arn, one, facts, principal_ids, bounds is not None)
        return decide(
            Sides(
                call=call,
                resource=examine((trust_policy,), Kind.TRUST, call),
                identity=_of_caller(caller_policies, call),
                boundary=_of_caller(bounds, call),
                same_account=caller.arn.account_id == role.account_id,
                resource_must_allow=True,
                resource_name="the trust policy",
            )
        )

    documents = _documents(trust_policy, caller_boundary, *(caller_policies or ()))
    return _agreed(judge_as, possible_callers(caller, documents, principal_ids))


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
    caller = None if caller_arn is None else Caller.parse(caller_arn, context)
    bounds = None if boundary is None else [boundary]

    def judge_as(one: Caller | None) -> Verdict:
        facts = gather_facts(one, context, {})
        call = Call(action, resource, one, facts, bounded=bounds is not None)
        return decide(
            Sides(
                call=call,
                resource=examine(_documents(resource_policy), Kind.RESOURCE, call),
                identity=_of_caller(policies, call),
                boundary=_of_caller(bounds, call),
                same_account=same_account,
                # A key's policy must let the account in before identity policies count.
                resource_must_allow=service.lower() == "kms" and resource_policy is not None,
                resource_name="the resource's policy",
            )
        )

    if caller is None:
        return judge_as(None)
    documents = _documents(resource_policy, boundary, *policies)
    return _agreed(judge_as, possible_callers(caller, documents, None))


def _documents(*documents: PolicyDocument | None) -> list[PolicyDocument]:
    return [document for document in documents if document is not None]


def _agreed(judge_as: Callable[[Caller], Verdict], callers: list[Caller]) -> Verdict:
    """Judge all that the caller may be; where that makes a difference, it is undecided."""
    verdicts = [judge_as(caller) for caller in callers]
    if len({verdict.decision for verdict in verdicts}) == 1:
        return verdicts[0]
    return Verdict(
        Decision.UNDECIDED,
        "it depends on the path of the caller's role, which the ARN of a session does not tell; "
        "ask with the ARN of the role",
        tuple(dict.fromkeys(label for verdict in verdicts for label in verdict.statements)),
    )


def _of_caller(documents: Sequence[PolicyDocument] | None, call: Call) -> list[Finding] | None:
    return None if documents is None else examine(documents, Kind.IDENTITY, call)
