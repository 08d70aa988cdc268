"""A role that Unity Catalog may assume must be permitted to assume itself."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from pulumi_polytomic.iam import (
    Decision,
    PolicyDocument,
    RequestContext,
    Verdict,
    may_perform,
    vendor_call,
)

from ..examples import ROLE, permit, shown
from ..findings import Finding, undecided, violation
from ..model import Document, Role
from ..proofs import EVERYTHING, supposed_arn, trusts_unity_catalog
from ..rule import DATABRICKS, Rule, Severity
from ..settings import Settings

_PLACE: Final = "permissions policies"
_TAKEN: Final = "takes from the role the permission to assume itself"
_RISK = (
    "Databricks blocks the storage credential (since January 2025): syncs fail with 'the IAM role "
    "was found to be non self-assuming'."
)


def check(role: Role, settings: Settings) -> Iterator[Finding]:
    """Ask the judge whether the identity policies, under the boundary, permit the call."""
    if not role.whole or not trusts_unity_catalog(role, settings):
        return
    verdict = _verdict(role)
    unread = list(_unread(role, settings.get("role-limits", "permissionsBoundary")))
    if verdict.decision is Decision.ALLOWED and not unread:
        return
    takers, arn = list(_takers(role)), role.shown(role.arn)
    for document, what in takers:
        fix = (
            f"allow sts:AssumeRole on {arn} in the boundary too, and deny it nowhere."
            if document is role.boundary
            else f"take {arn} out of what this denies: list it in a NotResource there."
        )
        yield violation(document.urn, what, _TAKEN, risk=_RISK, fix=fix)
    if takers:
        return
    if verdict.decision is not Decision.ALLOWED and any(each.fault for each in role.policies):
        return  # no-foreign-permissions reports it, and what it was to allow nobody knows.
    if unread:
        surely = verdict.decision is Decision.ALLOWED
        sure = "may yet deny the role itself: " if surely else "may not permit the role itself: "
        yield undecided(role.urn, _PLACE, sure + "; ".join(unread))
    elif verdict.decision is Decision.UNDECIDED:
        reason = f"may not permit the role itself: {verdict.reason}"
        yield undecided(role.urn, _PLACE, reason)
    else:
        where = ", ".join([_PLACE, *verdict.statements])
        fix = f"allow sts:AssumeRole on {arn} in a policy of the role."
        what = f"do not permit the role to assume itself: {verdict.reason}"
        yield violation(role.urn, where, what, risk=_RISK, fix=fix)


def _verdict(role: Role) -> Verdict:
    """Ask with what follows from the role, then with the external ID that Databricks sends."""
    contents = [each.content for each in role.policies if each.content is not None]
    boundary = role.boundary.content if role.boundary is not None else None
    verdicts = [
        _ask(role, contents, boundary, external_id)
        for external_id in (None, *(each.external_id for each in role.credentials))
    ]
    return next((each for each in verdicts if each.decision is not Decision.UNDECIDED), verdicts[0])


def _ask(
    role: Role,
    policies: list[PolicyDocument],
    boundary: PolicyDocument | None = None,
    external_id: str | None = None,
) -> Verdict:
    sent = {} if external_id is None else {"sts:ExternalId": external_id}
    arn = supposed_arn(role)
    return may_perform(
        action="sts:AssumeRole",
        resource=arn,
        policies=policies,
        boundary=boundary,
        caller_arn=arn,
        context=RequestContext({**vendor_call(arn).values, **sent}),
    )


def _unread(role: Role, demanded: str | None) -> Iterator[str]:
    """Say what bears on the call and could not be read.

    A boundary that the configuration demands is known to whoever demands it.
    """
    for document in role.policies:
        if document.unknown is not None:
            yield f"{document.place} {document.unknown}"
    yield from role.policies_missing
    boundary = role.boundary
    demands = demanded is not None and fnmatchcase(role.boundary_arn or "", demanded)
    if boundary is not None and boundary.content is None and not demands:
        yield f"the permissions boundary {boundary.unknown or boundary.fault}"


def _takers(role: Role) -> Iterator[tuple[Document, str]]:
    """Give what takes the call away for certain, whatever the rest allows, and its place."""
    boundary = [role.boundary] if role.boundary is not None else []
    for document in (*role.policies, *boundary):
        if document.content is None:
            continue
        bounds = document is role.boundary
        policies = [EVERYTHING] if bounds else [EVERYTHING, document.content]
        verdict = _ask(role, policies, document.content if bounds else None)
        if verdict.decision is Decision.DENIED:
            place = f"permissions boundary ({document.place})" if bounds else document.place
            yield document, ", ".join([place, *verdict.statements])


RULE = Rule(
    name="permissions-allow-self-assume",
    title="Permissions let the role assume itself",
    description="A role that Unity Catalog may assume has the permission to assume itself.",
    why=(
        "Databricks asks for self-assumption on both sides: in the trust policy and in the "
        "permissions. A Deny or a permissions boundary can take away what a policy gives."
    ),
    remediation="Allow sts:AssumeRole on the role's own ARN in one of its policies.",
    severity=Severity.HIGH,
    practice="Permissions management",
    tags=("availability", "permissions", "databricks"),
    url=f"{DATABRICKS}/storage-credentials",
    good=shown(permit("sts:AssumeRole", ROLE)),
    bad=shown(permit("sts:AssumeRole", "arn:aws:iam::123456789012:role/another-role")),
    check_role=check,
)
