"""An external ID is one that a vendor minted, not a placeholder."""

import re
from collections.abc import Iterator

from pulumi_polytomic.iam import Statement, external_id_fault

from ..findings import Finding, undecided, violation
from ..model import Role, is_unknown
from ..proofs import mentioned_ids
from ..rule import IAM_GUIDE, Rule, Severity
from ..settings import Settings

_RISK = (
    "the vendor sends another ID, so it cannot assume the role and syncs fail; or somebody who "
    "guesses the placeholder gets in through the vendor."
)
_FIX = (
    "copy the external ID that Polytomic shows on the connection, or that Databricks shows on the "
    "storage credential (storage_credential.aws_iam_role.external_id)."
)


def check(role: Role, _: Settings) -> Iterator[Finding]:
    """Look at each value that an Allow compares with the external ID of a call."""
    trust = role.trust
    if trust.content is None:
        if trust.unknown:
            yield undecided(role.urn, trust.place, trust.unknown)
        return
    for statement in trust.content.statements:
        where = trust.at(statement.label)
        for value in dict.fromkeys(mentioned_ids([statement])):
            if is_unknown(value):
                what = "has an external ID that is known only when it is deployed"
                yield undecided(role.urn, where, what)
            elif _has_wildcard(statement, value):
                continue  # external-id-required says what a pattern lets in.
            elif fault := external_id_fault(value):
                what = f"has an external ID that {fault.partition(';')[0]}"
                yield violation(role.urn, where, what, risk=_RISK, fix=_FIX)
            elif re.fullmatch("[0-9]{12}", value) and not _was_minted(role, value):
                what = "has an AWS account number as external ID, which no credential here minted"
                yield violation(role.urn, where, what, risk=_RISK, fix=_FIX)


def _has_wildcard(statement: Statement, value: str) -> bool:
    return bool(set(value) & set("*?")) and any(
        "Like" in each.operator for each in statement.conditions if value in each.values
    )


def _was_minted(role: Role, value: str) -> bool:
    """Older Databricks accounts have their own number as external ID; the credential tells."""
    if role.credentials and not role.whole:
        return True  # What it minted is told with the whole stack.
    return any(each.external_id in (None, value) for each in role.credentials)


RULE = Rule(
    name="external-id-real",
    title="External IDs are real",
    description="An external ID in a trust policy is one that a vendor minted, no placeholder.",
    why=(
        "Guides show <POLYTOMIC-EXTERNAL-ID> and 0000; a first deployment with one of them passes "
        "every check of AWS, and fails at the first sync."
    ),
    remediation="Use the IDs that the vendors show, best as outputs of the resources themselves.",
    severity=Severity.HIGH,
    practice="Share resources securely with a third party",
    tags=("availability", "trust-policy", "external-id"),
    url=f"{IAM_GUIDE}/reference_iam-quotas.html",
    good='{"StringEquals": {"sts:ExternalId": "<the ID, as the vendor shows it>"}}',
    bad='{"StringEquals": {"sts:ExternalId": "changeme"}}',
    check_role=check,
)
