"""What in a trust policy keeps a vendor, or the role itself, from assuming the role."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ..iam import Arn, Decision, Statement, Verdict, is_for
from ..principals import DATABRICKS_ENVIRONMENTS
from .model import Finding, Subject
from .role_documents import TRUST, Documents, assume, in_trust, trusted_by

_OWNER: Final = {
    "databricks": "storage credential (Catalog Explorer shows it)",
    "polytomic": "Polytomic connection (Polytomic shows it)",
}


def vendor_findings(documents: Documents, subject: Subject) -> Iterator[Finding]:
    """Says what keeps Unity Catalog and Polytomic out, each with its own external ID."""
    if subject.databricks and subject.databricks_external_id is not None:
        catalog = subject.unity_catalog_principal or _unity_catalog(documents)
        ids: tuple[str, ...] = (subject.databricks_external_id,)
        yield from _vendor(documents, "databricks", "Unity Catalog", catalog, ids)
    principal = subject.polytomic_principal
    if subject.polytomic_external_ids is not None:
        ids = subject.polytomic_external_ids
        yield from _vendor(documents, "polytomic", "Polytomic", principal, ids)
    # Without its ID, only whether Polytomic is named at all can be told.
    elif not _names(documents, principal):
        yield _no_principal("polytomic", "Polytomic", principal)


def self_assumption_findings(documents: Documents, subject: Subject) -> Iterator[Finding]:
    """Says why the trust policy does not let the role assume itself.

    The external ID is Unity Catalog's. Where no credential tells it, it is one of those that the
    statements for Unity Catalog ask for; where these take any, one that lets the role in will do.
    """
    arn = documents.role.arn
    verdicts = [assume(documents, arn, each) for each in _databricks_ids(documents, subject)]
    if any(each.decision is Decision.ALLOWED for each in verdicts):
        return
    unsure = [each for each in verdicts if each.decision is Decision.UNDECIDED]
    verdict = (unsure or verdicts)[0]
    verb = "may not" if unsure else "does not"
    yield Finding(
        "self-assume-trust",
        f"{verb} let the role assume itself: {verdict.reason}. Databricks blocks a role that does "
        "not assume itself (since January 2025)",
        in_trust(documents, verdict),
        f"Allow sts:AssumeRole to {arn} there, with Databricks' external ID.",
        certain=not unsure,
    )


def trusts_unity_catalog(documents: Documents, subject: Subject) -> bool:
    """Whether an Allow of the trust policy is for Unity Catalog."""
    return bool(_for_unity_catalog(documents, subject))


def _vendor(
    documents: Documents, code: str, vendor: str, principal: str, ids: tuple[str, ...]
) -> Iterator[Finding]:
    for external_id in ids:
        verdict = _admits(documents, principal, external_id)
        if verdict.decision is Decision.ALLOWED:
            continue
        place = in_trust(documents, verdict)
        if verdict.decision is Decision.UNDECIDED:
            what = f"may keep {vendor} out: {verdict.reason}"
            fix = "Look at the condition, or let the statement stand without it."
            yield Finding(f"{code}-undecided", what, place, fix, certain=False)
        elif not _names(documents, principal):
            yield _no_principal(code, vendor, principal)
        elif " denies it" in verdict.reason:
            what = f"denies {vendor} the role: {verdict.reason}"
            fix = f"Take {principal} out of what this denies."
            yield Finding(f"{code}-denied", what, place, fix)
        elif (with_another := _with_another_id(documents, principal)) is not None:
            yield Finding(
                f"{code}-external-id",
                f"asks {vendor} for another external ID than the one that {vendor} sends",
                in_trust(documents, with_another),
                f"Set sts:ExternalId there to the one of the {_OWNER[code]}.",
            )
        else:
            what = f"names {vendor}, and still does not let it in: {verdict.reason}"
            fix = "Let the statement ask for sts:ExternalId alone."
            yield Finding(f"{code}-condition", what, place, fix)


def _admits(documents: Documents, principal: str, external_id: str | None) -> Verdict:
    """Judges a vendor's call. An account's root stands for the roles of the account."""
    arn = Arn.parse(principal)
    if arn.resource != "root":
        return assume(documents, principal, external_id)
    start = principal.removesuffix("root")
    verdict = assume(documents, f"{start}role/any-role-of-the-account", external_id)
    if verdict.decision is not Decision.DENIED:
        return verdict
    for named in _mentioned(documents, f"{start}role/"):
        narrower = assume(documents, named, external_id)
        if narrower.decision is not Decision.DENIED:
            reason = f"it lets in only some roles of account {arn.account_id}"
            return Verdict(Decision.UNDECIDED, reason, narrower.statements)
    return verdict


def _mentioned(documents: Documents, start: str) -> Iterator[str]:
    """Gives the ARNs of roles that the trust policy names, patterns with their wildcards filled."""
    for statement in documents.trust.statements:
        for principal in statement.principals or ():
            if principal.value.startswith(start):
                yield principal.value
        for condition in statement.conditions:
            for value in condition.values if condition.name == "aws:principalarn" else ():
                if value.startswith(start):
                    yield re.sub(r"[*?]", "x", value)


def _with_another_id(documents: Documents, principal: str) -> Verdict | None:
    for external_id in (None, *_every_id(documents)):
        verdict = _admits(documents, principal, external_id)
        if verdict.decision is Decision.ALLOWED:
            return verdict
    return None


def _every_id(documents: Documents) -> list[str]:
    return _ids_of(documents.trust.statements)


def _databricks_ids(documents: Documents, subject: Subject) -> list[str | None]:
    if subject.databricks_external_id is not None:
        return [subject.databricks_external_id]
    ids = _ids_of(_for_unity_catalog(documents, subject))
    # Where Unity Catalog is asked for no ID, which one it sends cannot be told.
    return [*ids] if ids else [*_every_id(documents), None]


def _ids_of(statements: Iterable[Statement]) -> list[str]:
    return [
        value
        for statement in statements
        for condition in statement.conditions
        if condition.name == "sts:externalid"
        for value in condition.values
    ]


def _for_unity_catalog(documents: Documents, subject: Subject) -> list[Statement]:
    trusted = trusted_by(documents, subject)
    return [
        each
        for each in documents.trust.statements
        if each.effect == "Allow" and is_for(each, trusted, "Unity Catalog")
    ]


def _unity_catalog(documents: Documents) -> str:
    """Gives the principal of the partition's Unity Catalog; of several, one that is named."""
    partition = Arn.parse(documents.role.arn).partition
    known = [
        each.unity_catalog_principal
        for each in DATABRICKS_ENVIRONMENTS.values()
        if each.partition == partition
    ] or [each.unity_catalog_principal for each in DATABRICKS_ENVIRONMENTS.values()]
    return next((each for each in known if _names(documents, each)), known[0])


def _names(documents: Documents, principal: str) -> bool:
    """Whether an Allow of the trust policy speaks of the principal, or of its whole account."""
    arn = Arn.parse(principal)
    start = f"arn:{arn.partition}:iam::{arn.account_id}:"
    meant = {principal, f"{start}root", "*"}
    return any(
        each.value in meant or (arn.resource == "root" and each.value.startswith(start))
        for statement in documents.trust.statements
        if statement.effect == "Allow"
        for each in statement.principals or ()
    )


def _no_principal(code: str, vendor: str, principal: str) -> Finding:
    return Finding(
        f"{code}-principal",
        f"does not name {vendor}",
        TRUST,
        f"Add a statement that allows sts:AssumeRole to {principal}, with its external ID.",
    )
