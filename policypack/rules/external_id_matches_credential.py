"""The trust policy has the external ID of the storage credential that names the role."""

from collections.abc import Iterator

from pulumi_polytomic.iam import Decision

from ..findings import Finding, undecided, violation
from ..model import Credential, Role, is_unknown
from ..proofs import allows, assume, mentioned_ids
from ..rule import DATABRICKS, Rule, Severity
from ..settings import Settings

_RISK = (
    "Databricks sends the ID that it minted for this credential, AWS answers AccessDenied, and "
    "syncs fail. A credential that is made anew gets a new ID."
)
_FIX = (
    "make the trust policy of the credential's output aws_iam_role.external_id instead of a copy."
)


def check(role: Role, settings: Settings) -> Iterator[Finding]:
    """Ask the judge about Unity Catalog with the credential's ID; at preview, by dependency."""
    if not role.whole:
        return
    for credential in role.credentials:
        if role.trust.fault is None:
            yield from _judge(role, credential, settings)


def _judge(role: Role, credential: Credential, settings: Settings) -> Iterator[Finding]:
    trust = role.trust
    statements = trust.content.statements if trust.content is not None else ()
    open_ids = any(map(is_unknown, mentioned_ids(list(statements))))
    if trust.content is None or credential.external_id is None:
        if credential.urn in role.trust_depends_on:
            return
        if trust.content is None or open_ids:
            what = f"may or may not hold the external ID of {credential.name}, which is not known"
            yield undecided(role.urn, trust.place, f"{what} until it is deployed")
            return
        yield _violation(role, credential, "is written out, and so cannot hold the external ID of")
        return
    named = allows(role, settings, "Unity Catalog")
    roles = [p.value for s in named for p in s.principals or () if ":role/" in p.value]
    callers = roles or [each for each in [credential.principal] if each and named]
    verdicts = [assume(role, each, credential.external_id) for each in callers]
    if not callers or any(each.decision is Decision.ALLOWED for each in verdicts):
        return  # That no Unity Catalog is named is for unity-catalog-principal-matches to say.
    unsure = [each for each in verdicts if each.decision is Decision.UNDECIDED]
    if unsure or open_ids:
        reason = unsure[0].reason if unsure else "it has external IDs that are not known yet"
        yield undecided(role.urn, trust.place, f"may not take {credential.name}'s ID: {reason}")
    else:
        yield _violation(role, credential, "does not let Unity Catalog in with the external ID of")


def _violation(role: Role, credential: Credential, what: str) -> Finding:
    what = f"{what} storage credential {credential.name}"
    return violation(role.urn, role.trust.place, what, risk=_RISK, fix=_FIX)


RULE = Rule(
    name="external-id-matches-credential",
    title="The external ID is the storage credential's",
    description="The trust policy takes the external ID of the storage credential of the role.",
    why=(
        "Databricks mints an external ID for each storage credential. A copy goes stale when the "
        "credential is replaced, and nothing but a failed sync tells."
    ),
    remediation="Pass storage_credential.aws_iam_role.external_id into the trust policy.",
    severity=Severity.HIGH,
    practice="Share resources securely with a third party",
    tags=("availability", "databricks", "external-id"),
    url=f"{DATABRICKS}/storage-credentials",
    good='{"StringEquals": {"sts:ExternalId": "<credential.aws_iam_role.external_id>"}}',
    bad='{"StringEquals": {"sts:ExternalId": "<ID copied from another credential>"}}',
    check_role=check,
)
