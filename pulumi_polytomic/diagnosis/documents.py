"""Judging a role's documents as AWS stores them, in the order of the guide's troubleshooting."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from ..iam import (
    S3_BUCKET_ACTIONS,
    S3_OBJECT_ACTIONS,
    Arn,
    Decision,
    PolicyDocument,
    PolicyError,
    RequestContext,
    Verdict,
    bucket_arn,
    may_assume_role,
    may_perform,
    parse_policy,
)
from .model import Finding, Policy, Role, Subject

_EVERYTHING: Final = parse_policy(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
)
_KMS_ACTIONS: Final = ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey")
_TRUST: Final = "trust policy"


class _Read(NamedTuple):
    """The role's documents, read."""

    role: Role
    trust: PolicyDocument
    policies: tuple[tuple[str, PolicyDocument], ...]
    boundary: PolicyDocument | None


def diagnose(role: Role, subject: Subject) -> list[Finding]:
    """Gives everything that keeps Databricks or Polytomic from using the role; nothing if it works.

    Raises:
        ArnError: the role's ARN is malformed.
    """
    read, faults = _read(role)
    if read is None:
        return faults
    found = list(faults)
    if subject.databricks:
        found += _databricks(read, subject)
        found += _self_assumption(read, subject)
    found += _polytomic(read, subject)
    found += _permissions(read, subject)
    return found


def _read(role: Role) -> tuple[_Read | None, list[Finding]]:
    faults: list[Finding] = []
    policies = []
    for policy in role.policies:
        document = _parsed(policy, f"permissions policy '{policy.name}'", faults)
        if document is not None:
            policies.append((policy.name, document))
    boundary = None
    if role.boundary is not None:
        boundary = _parsed(role.boundary, "permissions boundary", faults)
    trust = _parsed(Policy("trust", role.trust_policy), _TRUST, faults)
    if trust is None:
        return None, faults
    return _Read(role, trust, tuple(policies), boundary), faults


def _parsed(policy: Policy, where: str, faults: list[Finding]) -> PolicyDocument | None:
    try:
        return parse_policy(policy.document)
    except PolicyError as error:
        fix = "Write it again; doctor --fix-plan shows how it should be."
        faults.append(Finding("unreadable", f"cannot be read: {error}", where, fix))
        return None


def _databricks(read: _Read, subject: Subject) -> Iterator[Finding]:
    principal, external_id = subject.unity_catalog_principal, subject.databricks_external_id
    if principal is None or external_id is None:
        return
    yield from _vendor(read, "databricks", "Unity Catalog", principal, (external_id,))


def _polytomic(read: _Read, subject: Subject) -> Iterator[Finding]:
    if subject.polytomic_external_ids is None:
        # Without its ID, only whether Polytomic is named at all can be told.
        if not _names(read, subject.polytomic_principal):
            yield _no_principal("polytomic", "Polytomic", subject.polytomic_principal)
        return
    ids = subject.polytomic_external_ids
    yield from _vendor(read, "polytomic", "Polytomic", subject.polytomic_principal, ids)


def _vendor(
    read: _Read, code: str, vendor: str, principal: str, external_ids: tuple[str, ...]
) -> Iterator[Finding]:
    """Whether a vendor may assume the role with its external IDs, and what keeps it from that."""
    for external_id in external_ids:
        verdict = _assume(read, principal, external_id)
        if verdict.decision is Decision.ALLOWED:
            continue
        if verdict.decision is Decision.UNDECIDED:
            yield _unsure(code, f"may keep {vendor} out: {verdict.reason}", _place(verdict))
        elif not _names(read, principal):
            yield _no_principal(code, vendor, principal)
        elif denying := _denying(read, principal, external_id):
            what = f"denies {vendor} the role: {denying.reason}"
            fix = f"Take {principal} out of what this denies."
            yield Finding(f"{code}-denied", what, _place(denying), fix)
        elif labels := _with_another_id(read, principal):
            yield Finding(
                f"{code}-external-id",
                f"asks {vendor} for another external ID than the one that {vendor} sends",
                _place(verdict, labels),
                f"Set sts:ExternalId there to the one of the {_OWNER[code]}.",
            )
        else:
            what = f"names {vendor}, and still does not let it in: {verdict.reason}"
            fix = "Let the statement ask for sts:ExternalId alone."
            yield Finding(f"{code}-condition", what, _place(verdict), fix)


_OWNER: Final = {
    "databricks": "storage credential (Catalog Explorer shows it)",
    "polytomic": "Polytomic connection (Polytomic shows it)",
}


def _self_assumption(read: _Read, subject: Subject) -> Iterator[Finding]:
    arn = read.role.arn
    risk = "Databricks blocks a role that does not assume itself (since January 2025)"
    external_id = subject.databricks_external_id
    verdict = _assume(read, arn, external_id)
    if verdict.decision is Decision.UNDECIDED and external_id is None:
        pass  # Which external ID it takes is not known here.
    elif verdict.decision is not Decision.ALLOWED:
        yield Finding(
            "self-assume-trust",
            f"does not let the role assume itself: {verdict.reason}. {risk}",
            _place(verdict),
            f"Allow sts:AssumeRole to {arn} there, with Databricks' external ID.",
            certain=verdict.decision is Decision.DENIED,
        )
    yield from _permission(
        read,
        "sts:AssumeRole",
        arn,
        "self-assume-permissions",
        RequestContext({"sts:ExternalId": external_id} if external_id else {}),
    )


def _permissions(read: _Read, subject: Subject) -> Iterator[Finding]:
    if subject.bucket_name is not None:
        partition = Arn.parse(read.role.arn).partition
        bucket = bucket_arn(partition=partition, bucket_name=subject.bucket_name)
        prefix = subject.bucket_prefix.strip("/")
        objects = f"{bucket}/{prefix}/staged" if prefix else f"{bucket}/staged"
        listing = RequestContext({"s3:prefix": f"{prefix}/" if prefix else ""})
        for action in S3_OBJECT_ACTIONS:
            yield from _permission(read, action, objects, "s3-action", RequestContext({}))
        for action in S3_BUCKET_ACTIONS:
            context = RequestContext({}) if action == "s3:GetBucketLocation" else listing
            yield from _permission(read, action, bucket, "s3-action", context)
    if subject.kms_key_arn is not None:
        for action in _KMS_ACTIONS:
            context = RequestContext({})
            yield from _permission(read, action, subject.kms_key_arn, "kms-action", context)


def _permission(
    read: _Read, action: str, resource: str, code: str, context: RequestContext
) -> Iterator[Finding]:
    verdict = _perform(read, action, resource, context, bounded=True)
    if verdict.decision is Decision.ALLOWED:
        return
    shown = f"{resource.removesuffix('/staged')}/*" if resource.endswith("/staged") else resource
    if verdict.decision is Decision.UNDECIDED:
        what = f"may not allow {action} on {shown}: {verdict.reason}"
        yield _unsure(code, what, _policies(verdict))
        return
    without = _perform(read, action, resource, context, bounded=False)
    if read.boundary is not None and without.decision is Decision.ALLOWED:
        what = f"takes {action} on {shown} away"
        fix = f"Allow {action} on {shown} in the boundary too."
        place = ", ".join(["permissions boundary", *verdict.statements])
        yield Finding("permissions-boundary", what, place, fix)
        return
    denies = " denies it" in verdict.reason
    verb = "deny" if denies else "do not allow"
    fix = (
        f"Take {shown} out of what this denies."
        if denies
        else f"Allow {action} on {shown} in a policy of the role."
    )
    yield Finding(code, f"{verb} {action} on {shown}", _policies(verdict), fix)


def _assume(read: _Read, caller: str, external_id: str | None) -> Verdict:
    ids = None if read.role.unique_id is None else {read.role.unique_id: read.role.arn}
    return may_assume_role(
        caller_arn=caller,
        role_arn=read.role.arn,
        trust_policy=read.trust,
        external_id=external_id,
        caller_policies=[_EVERYTHING],
        context=RequestContext({}),
        principal_ids=ids,
    )


def _perform(
    read: _Read, action: str, resource: str, context: RequestContext, *, bounded: bool
) -> Verdict:
    return may_perform(
        action=action,
        resource=resource,
        policies=[document for _, document in read.policies],
        boundary=read.boundary if bounded else None,
        caller_arn=read.role.arn,
        context=context,
    )


def _names(read: _Read, principal: str) -> bool:
    """Whether an Allow of the trust policy speaks of the principal, or of its whole account."""
    arn = Arn.parse(principal)
    account = arn.account_id
    meant = {principal, account, f"arn:{arn.partition}:iam::{account}:root", "*"}
    return any(
        each.value in meant
        for statement in read.trust.statements
        if statement.effect == "Allow"
        for each in statement.principals or ()
    )


def _with_another_id(read: _Read, principal: str) -> tuple[str, ...]:
    """Labels of statements that let the principal in with an external ID that it does not send."""
    for external_id in (None, *_ids(read)):
        verdict = _assume(read, principal, external_id)
        if verdict.decision is Decision.ALLOWED:
            return verdict.statements or ("",)
    return ()


def _ids(read: _Read) -> list[str]:
    return [
        value
        for statement in read.trust.statements
        for condition in statement.conditions
        if condition.key.lower() == "sts:externalid"
        for value in condition.values
    ]


def _denying(read: _Read, principal: str, external_id: str) -> Verdict | None:
    """The verdict where a Deny, and no missing Allow, keeps the principal out."""
    verdict = _assume(read, principal, external_id)
    return verdict if " denies it" in verdict.reason else None


def _no_principal(code: str, vendor: str, principal: str) -> Finding:
    return Finding(
        f"{code}-principal",
        f"does not name {vendor}",
        _TRUST,
        f"Add a statement that allows sts:AssumeRole to {principal}, with its external ID.",
    )


def _unsure(code: str, what: str, where: str) -> Finding:
    fix = "Look at the condition, or let the statement stand without it."
    return Finding(f"{code}-undecided", what, where, fix, certain=False)


def _place(verdict: Verdict, labels: tuple[str, ...] | None = None) -> str:
    named = [each for each in (labels or verdict.statements) if each]
    return ", ".join([_TRUST, *named])


def _policies(verdict: Verdict) -> str:
    return ", ".join(["permissions policies", *verdict.statements])
