"""What is open about a role that may work: who else gets in, and what it may do besides staging."""

from typing import Final

from ..iam import Allowance, Opening, excess_permissions, trust_openings
from .model import Finding, Subject
from .permission_findings import speaks_of_another_bucket
from .role_documents import TRUST, Documents, trusted_by

_ORDER: Final = ("everybody", "principal", "external-id", "all", "other", "s3", "partition")
"""Worst first."""
_FIX_PRINCIPAL: Final = (
    "Let in only Polytomic, Unity Catalog and the role itself; name anybody else that is meant to "
    "get in with --trusted-principal."
)
_FIX_PERMISSIONS: Final = (
    "Remove it, or give it to a role that no vendor may assume; doctor --fix-plan prints what "
    "staging needs."
)
_SHOWN: Final = 4
"""How many things that one statement allows are written out."""


def open_findings(documents: Documents, subject: Subject) -> list[Finding]:
    """Gives what is not shown to be closed, worst first; what only a Deny closes is not certain."""
    ranked = [*_trust(documents, subject), *_permissions(documents, subject)]
    return [finding for _, finding in sorted(ranked, key=lambda each: _ORDER.index(each[0]))]


def _trust(documents: Documents, subject: Subject) -> list[tuple[str, Finding]]:
    openings = trust_openings(documents.trust, trusted_by(documents, subject))
    everybody = {each.statement.index for each in openings if _is_everybody(each)}
    found: dict[Finding, str] = {}
    for each in openings:
        is_everybody = each.statement.index in everybody
        if is_everybody and each.about == "external-id":
            continue  # Who gets in anyway is not asked who it is.
        place = f"{TRUST}, {each.statement.label}"
        fix = _sentence(each.fix) if each.fix else _FIX_PRINCIPAL
        finding = Finding(f"open-{each.about}", each.what, place, fix, each.certainty == "open")
        found.setdefault(finding, "everybody" if is_everybody else each.about)
    return [(rank, finding) for finding, rank in found.items()]


def _is_everybody(opening: Opening) -> bool:
    statement = opening.statement
    return opening.about == "principal" and (
        statement.principals is None or any(each.everybody for each in statement.principals)
    )


def _permissions(documents: Documents, subject: Subject) -> list[tuple[str, Finding]]:
    buckets = None
    # Of a role that is about another bucket, that is told already.
    if subject.bucket_name is not None and not speaks_of_another_bucket(documents, subject):
        buckets = [subject.bucket_name, *subject.other_buckets]
    # A folder says where staging takes place, not that the role must be kept from the rest.
    allowance = Allowance(documents.role.arn, buckets=buckets)
    policies = [document for _, document in documents.policies]
    grouped: dict[tuple[int, str, bool], list[Opening]] = {}
    for each in excess_permissions(policies, allowance, documents.boundary):
        place = f"{documents.policies[each.document][0]}, {each.statement.label}"
        grouped.setdefault((each.document, place, each.certainty == "open"), []).append(each)
    found: list[tuple[str, Finding]] = []
    for (_, place, certain), alike in grouped.items():
        rank = min((each.about for each in alike), key=_ORDER.index)
        # What is named once with a service is not named again with each resource.
        what = list(dict.fromkeys(each.what for each in alike))
        more = f"; and {len(what) - _SHOWN} more" if len(what) > _SHOWN else ""
        text = "; ".join(what[:_SHOWN]) + more
        found.append((rank, Finding("open-permissions", text, place, _FIX_PERMISSIONS, certain)))
    return found


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.;')}."
