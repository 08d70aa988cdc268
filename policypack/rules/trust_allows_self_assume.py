"""A role that Unity Catalog may assume must be let assume itself by its trust policy."""

from collections.abc import Iterator

from pulumi_polytomic.iam import Decision

from ..examples import OF_CREDENTIAL, ROLE, ROOT, UNITY_CATALOG, shown, trust
from ..findings import Finding, undecided, violation
from ..model import Role, is_unknown
from ..proofs import allows, assume, mentioned_ids, supposed_arn, trusts_unity_catalog
from ..rule import DATABRICKS, Rule, Severity
from ..settings import Settings

_RISK = (
    "Databricks blocks the storage credential (since January 2025): syncs fail with 'the IAM role "
    "was found to be non self-assuming'."
)


_WITH_ITS_ID = " with the external ID that Unity Catalog uses, which is the one that counts"


def check(role: Role, settings: Settings) -> Iterator[Finding]:
    """Ask the judge whether the role may assume itself, with any external ID that it takes."""
    if not trusts_unity_catalog(role, settings):
        return
    place = role.trust.place
    if role.trust.content is None:
        if role.trust.unknown:
            yield undecided(role.urn, place, role.trust.unknown)
        return  # external-id-required reports a malformed trust policy.
    statements = list(role.trust.content.statements)
    ids = list(dict.fromkeys(mentioned_ids(statements)))
    sent = set(mentioned_ids(allows(role, settings, "Unity Catalog")))
    tries, misses = [], False
    # The last first: people write the role itself last, and one that is allowed will do.
    for external_id in (*reversed(ids), None):
        verdict = assume(role, supposed_arn(role), external_id)
        if verdict.decision is Decision.ALLOWED:
            # Where Unity Catalog is let in with any ID, which one it sends cannot be told.
            if external_id in sent or not sent:
                return
            misses = True
        tries.append(verdict)
    unsure = [verdict for verdict in tries if verdict.decision is Decision.UNDECIDED]
    if unsure or any(map(is_unknown, ids)):
        reason = unsure[0].reason if unsure else "an external ID is known only when deployed"
        yield undecided(role.urn, place, f"may or may not let the role assume itself: {reason}")
        return
    labels = [each.label for each in statements if each.effect == "Allow"]
    nearest = next((verdict.statements for verdict in tries if verdict.statements), labels)
    yield violation(
        role.urn,
        ", ".join([place, *nearest]),
        f"does not let the role assume itself{_WITH_ITS_ID if misses else ''}",
        risk=_RISK,
        fix=role.shown(
            f"add an Allow of sts:AssumeRole for {role.root} with ArnEquals aws:PrincipalArn "
            f"= {role.arn}, or for {role.arn} itself; with Databricks' external ID in "
            "StringEquals sts:ExternalId."
        ),
    )


RULE = Rule(
    name="trust-allows-self-assume",
    title="Trust policy lets the role assume itself",
    description="A role that Unity Catalog may assume is let assume itself by its trust policy.",
    why=(
        "Since January 2025 Databricks refuses storage credentials whose role may not assume "
        "itself. It finds out when the credential is validated or used, so a sync fails."
    ),
    remediation=(
        "Add a statement for the account's root narrowed by aws:PrincipalArn to the role, or the "
        "role's own ARN as a principal."
    ),
    severity=Severity.HIGH,
    practice="Permissions management",
    tags=("availability", "trust-policy", "databricks"),
    url=f"{DATABRICKS}/storage-credentials",
    good=shown(trust(ROOT, OF_CREDENTIAL, ArnEquals={"aws:PrincipalArn": ROLE})),
    bad=shown(trust(UNITY_CATALOG, OF_CREDENTIAL)),
    check_role=check,
)
