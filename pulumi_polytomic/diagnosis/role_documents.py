"""A role's documents, read once, and the calls that the judge is asked about."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from ..iam import (
    Arn,
    Decision,
    PolicyDocument,
    PolicyError,
    RequestContext,
    Trusted,
    Verdict,
    may_assume_role,
    may_perform,
    parse_policy,
    vendor_call,
)
from ..principals import POLYTOMIC_PRINCIPALS
from .model import Finding, Policy, Role, Subject

TRUST: Final = "trust policy"
BOUNDARY: Final = "permissions boundary"
POLICIES: Final = "permissions policies"
EVERYTHING: Final = parse_policy(
    {
        "Version": "2012-10-17",
        "Statement": {"Sid": "JudgesOwn", "Effect": "Allow", "Action": "*", "Resource": "*"},
    }
)
"""Lets a caller do all, so that the other documents alone decide."""


class Documents(NamedTuple):
    """The role's documents, read."""

    role: Role
    trust: PolicyDocument
    policies: tuple[tuple[str, PolicyDocument], ...]
    """With what to call each one: ``permissions policy 'access'``."""
    boundary: PolicyDocument | None
    is_complete: bool
    """False: a permissions policy or the boundary could not be read."""


def read_documents(role: Role) -> tuple[Documents | None, list[Finding]]:
    """Gives the documents, None without a trust policy that can be read; and what cannot be."""
    faults: list[Finding] = []
    trust = _parsed(Policy(TRUST, role.trust_policy), TRUST, role, faults)
    unread = len(faults)
    policies = []
    for policy in role.policies:
        place = f"permissions policy '{policy.name}'"
        document = _parsed(policy, place, role, faults)
        if document is not None:
            policies.append((place, document))
    boundary = None
    if role.boundary is not None:
        boundary = _parsed(role.boundary, BOUNDARY, role, faults)
    if trust is None:
        return None, faults
    return Documents(role, trust, tuple(policies), boundary, len(faults) == unread), faults


def _parsed(policy: Policy, place: str, role: Role, faults: list[Finding]) -> PolicyDocument | None:
    try:
        return parse_policy(
            policy.document,
            "trust" if place == TRUST else "permissions",
            partition=Arn.parse(role.arn).partition,
        )
    except PolicyError as error:
        fix = "Write it again; doctor --fix-plan shows how it should be."
        faults.append(Finding("unreadable", f"cannot be read: {error}", place, fix))
        return None


def trusted_by(documents: Documents, subject: Subject) -> Trusted:
    """Gives who may be let into the role."""
    own, catalog = subject.polytomic_principal, subject.unity_catalog_principal
    installations = [] if own in POLYTOMIC_PRINCIPALS.values() else [own]
    if own.endswith(":root"):
        # An account that may get in may do so as one role of it.
        account = own.removesuffix("root")
        named = (p.value for s in documents.trust.statements for p in s.principals or ())
        installations += [each for each in named if each.startswith(account)]
    return Trusted(
        documents.role.arn,
        unique_id=documents.role.unique_id,
        own_installations=installations,
        # The credential's own answer outranks our table of principals.
        others=(*subject.trusted_principals, *([catalog] if catalog else [])),
    )


def assume(documents: Documents, caller: str, external_id: str | None) -> Verdict:
    """Judges whether a caller that its own account lets do all gets into the role."""
    role = documents.role
    is_bounded = caller == role.arn and documents.boundary is not None
    return may_assume_role(
        caller_arn=caller,
        role_arn=role.arn,
        trust_policy=documents.trust,
        external_id=external_id,
        caller_policies=[EVERYTHING],
        # What the boundary allows is judged with the permissions.
        caller_boundary=EVERYTHING if is_bounded else None,
        context=vendor_call(role.arn),
        principal_ids=None if role.unique_id is None else {role.unique_id: role.arn},
    )


def perform(
    documents: Documents,
    action: str,
    resource: str,
    context: RequestContext,
    *,
    policies: Iterable[PolicyDocument] | None = None,
    boundary: PolicyDocument | None = None,
) -> Verdict:
    """Judges whether the role may do something. ``policies``: by default, all of its own."""
    own = [document for _, document in documents.policies]
    return may_perform(
        action=action,
        resource=resource,
        policies=own if policies is None else [*policies],
        boundary=boundary,
        caller_arn=documents.role.arn,
        context=context,
    )


def in_trust(documents: Documents, verdict: Verdict) -> str:
    """Names the statements of the trust policy that a verdict rests on."""
    return _place(TRUST, documents.trust, verdict)


def in_policies(
    documents: Documents, action: str, resource: str, context: RequestContext, decision: Decision
) -> str:
    """Names the policies, and their statements, that come nearest to a verdict's decision."""
    places = []
    for name, document in documents.policies:
        # Beside an Allow of everything, a Deny stands out; alone, an Allow that nearly holds.
        for policies in ([EVERYTHING, document], [document]):
            verdict = perform(documents, action, resource, context, policies=policies)
            place = _place(name, document, verdict)
            if verdict.decision is decision and place != name:
                places.append(place)
                break
    return "; ".join(places) or POLICIES


def in_boundary(documents: Documents, verdict: Verdict) -> str:
    """Names the statements of the boundary that a verdict rests on."""
    assert documents.boundary is not None
    return _place(BOUNDARY, documents.boundary, verdict)


def _place(name: str, document: PolicyDocument, verdict: Verdict) -> str:
    labels = {each.label for each in document.statements}
    return ", ".join([name, *(label for label in verdict.statements if label in labels)])
