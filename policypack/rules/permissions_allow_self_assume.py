"""A role that Unity Catalog may assume must be permitted to assume itself."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pulumi_policy import Severity

from pulumi_polytomic.iam import (
    Decision,
    PolicyDocument,
    RequestContext,
    Statement,
    Verdict,
    may_perform,
    vendor_call,
)

from ..findings import Finding, undecided, violation
from ..model import Document, Role, is_unknown
from ..proofs import EVERYTHING, trusts_unity_catalog
from ..rule import Rule, framework
from ..settings import Settings

_PLACE: Final = "permissions policies"
_TAKEN: Final = "takes from the role the permission to assume itself"
_OPEN: Final = "has a part that is known only when it is deployed"
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
    takers = list(_takers(role))
    for document, what in takers:
        fix = (
            f"allow sts:AssumeRole on {role.shown_arn} in the boundary too, and deny it nowhere."
            if document is role.boundary
            else f"take {role.shown_arn} out of what this denies: list it in a NotResource there."
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
        reason = f"may not permit the role to assume itself: {verdict.reason}"
        yield undecided(role.urn, _PLACE, reason)
    else:
        where = ", ".join([_PLACE, *verdict.statements])
        fix = f"allow sts:AssumeRole on {role.shown_arn} in a policy of the role."
        what = f"do not permit the role to assume itself: {verdict.reason}"
        yield violation(role.urn, where, what, risk=_RISK, fix=fix)


def _verdict(role: Role) -> Verdict:
    """Ask with what follows from the role, then with the external ID that Databricks sends."""
    contents = [each.content for each in role.policies if each.content is not None]
    boundary = role.boundary.content if role.boundary is not None else None
    verdict = _ask(role, contents, boundary)
    if verdict.decision is not Decision.UNDECIDED:
        return verdict
    for external_id in _databricks_ids(role):
        asked = _ask(role, contents, boundary, external_id)
        if asked.decision is not Decision.UNDECIDED:
            return asked
    return verdict


def _ask(
    role: Role,
    policies: list[PolicyDocument],
    boundary: PolicyDocument | None = None,
    external_id: str | None = None,
) -> Verdict:
    sent = {} if external_id is None else {"sts:ExternalId": external_id}
    return may_perform(
        action="sts:AssumeRole",
        resource=role.arn,
        policies=policies,
        boundary=boundary,
        caller_arn=role.arn,
        context=RequestContext({**vendor_call(role.arn).values, **sent}),
    )


def _databricks_ids(role: Role) -> list[str]:
    """Give the IDs of the credentials that name the role. Never show one to anybody."""
    return [
        each.external_id
        for each in role.credentials
        if each.external_id is not None and not is_unknown(each.external_id)
    ]


def _unread(role: Role, demanded: str | None) -> Iterator[str]:
    """Say what bears on the call and could not be read.

    A boundary that the configuration demands is known to whoever demands it.
    """
    for document in role.policies:
        if document.unknown is not None:
            yield f"{document.place} {document.unknown}"
    yield from role.policies_missing
    boundary = role.boundary
    if boundary is not None and boundary.content is None and role.boundary_arn != demanded:
        yield f"the permissions boundary {boundary.unknown or boundary.fault}"
    for document in (*role.policies, *([role.boundary] if role.boundary is not None else ())):
        for statement in document.content.statements if document.content is not None else ():
            if _is_open(statement) and _is_about_assuming(role, statement):
                yield f"{document.at(statement.label)} {_OPEN}"


def _is_open(statement: Statement) -> bool:
    """Whether a part of a statement is not known yet."""
    values = [value for condition in statement.conditions for value in condition.values]
    lists = (statement.actions, statement.not_actions, statement.resources, statement.not_resources)
    return any(map(is_unknown, values)) or any(
        is_unknown(e) for texts in lists for e in texts or ()
    )


def _is_about_assuming(role: Role, statement: Statement) -> bool:
    """Whether its actions take in ``sts:AssumeRole``, or may once they are known."""
    if any(is_unknown(each) for each in statement.actions or statement.not_actions or ()):
        return True
    actions_alone = replace(
        statement, effect="Allow", resources=("*",), not_resources=None, conditions=()
    )
    return _ask(role, [PolicyDocument((actions_alone,))]).decision is Decision.ALLOWED


def _takers(role: Role) -> Iterator[tuple[Document, str]]:
    """Give what takes the call away for certain, whatever the rest allows, and its place."""
    for document in role.policies:
        if document.content is None:
            continue
        known = tuple(each for each in document.content.statements if not _is_open(each))
        verdict = _ask(role, [EVERYTHING, PolicyDocument(known, document.content.version)])
        if verdict.decision is Decision.DENIED:
            yield document, document.at(", ".join(verdict.statements))
    boundary = role.boundary
    if boundary is None or boundary.content is None:
        return
    if not any(_is_open(each) for each in boundary.content.statements):
        verdict = _ask(role, [EVERYTHING], boundary.content)
        if verdict.decision is Decision.DENIED:
            place = f"permissions boundary ({boundary.place})"
            yield boundary, ", ".join([place, *verdict.statements])


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
    framework=framework("SEC03", "Permissions management"),
    tags=("availability", "permissions", "databricks"),
    url="https://docs.databricks.com/aws/en/connect/unity-catalog/cloud-storage/storage-credentials",
    good="""\
{
  "Sid": "AllowSelfAssume",
  "Effect": "Allow",
  "Action": "sts:AssumeRole",
  "Resource": "arn:aws:iam::123456789012:role/staging"
}""",
    bad="""\
{
  "Effect": "Allow",
  "Action": "sts:AssumeRole",
  "Resource": "arn:aws:iam::123456789012:role/another-role"
}""",
    check_role=check,
)
