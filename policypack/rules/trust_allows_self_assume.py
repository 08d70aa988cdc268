"""A role that Unity Catalog may assume must be let assume itself by its trust policy."""

from collections.abc import Iterator

from pulumi_policy import Severity

from pulumi_polytomic.iam import Decision

from ..calls import assume, external_ids, is_unity_catalog, trusts_unity_catalog
from ..findings import Finding, undecided, violation
from ..model import Role, is_unknown
from ..rule import Rule, framework
from ..settings import Settings

_RISK = (
    "Databricks blocks the storage credential (since January 2025): syncs fail with 'the IAM role "
    "was found to be non self-assuming'."
)


_WITH_ITS_ID = " with the external ID that Unity Catalog uses, which is the one that counts"


def check(role: Role, _: Settings) -> Iterator[Finding]:
    """Ask the judge whether the role may assume itself, with any external ID that it takes."""
    if not trusts_unity_catalog(role):
        return
    place = role.trust.place
    if role.trust.content is None:
        if role.trust.unknown:
            yield undecided(role.urn, place, role.trust.unknown)
        return  # external-id-required reports a malformed trust policy.
    tries, misses = [], False
    # The last first: people write the role itself last, and one that is allowed will do.
    for external_id in (*reversed(external_ids(role)), None):
        verdict = assume(role, role.arn, external_id)
        if verdict.decision is Decision.ALLOWED:
            if _unity_catalog_sends(role, external_id):
                return
            misses = True
        tries.append(verdict)
    unsure = [verdict for verdict in tries if verdict.decision is Decision.UNDECIDED]
    if unsure or any(is_unknown(each) for each in external_ids(role)):
        reason = unsure[0].reason if unsure else "an external ID is known only when deployed"
        yield undecided(role.urn, place, f"may or may not let the role assume itself: {reason}")
        return
    allows = [each.label for each in role.trust.content.statements if each.effect == "Allow"]
    nearest = next((verdict.statements for verdict in tries if verdict.statements), allows)
    where = ", ".join([place, *nearest])
    yield violation(
        role.urn,
        where,
        f"does not let the role assume itself{_WITH_ITS_ID if misses else ''}",
        risk=_RISK,
        fix=(
            "add an Allow of sts:AssumeRole for "
            f"arn:{role.partition}:iam::{role.shown_account}:root with ArnEquals aws:PrincipalArn "
            f"= {role.shown_arn}, or for {role.shown_arn} itself; with Databricks' external ID in "
            "StringEquals sts:ExternalId."
        ),
    )


def _unity_catalog_sends(role: Role, external_id: str | None) -> bool:
    """Whether Unity Catalog, which tries self-assumption with its own ID, may be using this one.

    Where it is let in with none at all, which one it has cannot be told from the trust policy.
    """
    trust = role.trust.content
    statements = trust.statements if trust is not None else ()
    allows = [
        each
        for each in statements
        if each.effect == "Allow" and any(map(is_unity_catalog, each.principals or ()))
    ]
    denied = any(each.effect == "Deny" for each in statements)
    if external_id in external_ids(role, allows) and not denied:
        return True  # The usual form: there is nothing to ask.
    callers = {p.value for each in allows for p in each.principals or () if is_unity_catalog(p)}

    def lets_in(one: str | None) -> bool:
        return any(assume(role, c, one).decision is not Decision.DENIED for c in callers)

    return lets_in(external_id) or not any(lets_in(each) for each in external_ids(role))


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
    framework=framework("SEC03", "Permissions management"),
    tags=("availability", "trust-policy", "databricks"),
    url="https://docs.databricks.com/aws/en/connect/unity-catalog/cloud-storage/storage-credentials",
    good="""\
{
  "Sid": "ExplicitSelfRoleAssumption",
  "Effect": "Allow",
  "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
  "Action": "sts:AssumeRole",
  "Condition": {
    "StringEquals": {"sts:ExternalId": "<external ID of the storage credential>"},
    "ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/staging"}
  }
}""",
    bad="""\
{
  "Effect": "Allow",
  "Principal": {
    "AWS": "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"
  },
  "Action": "sts:AssumeRole",
  "Condition": {"StringEquals": {"sts:ExternalId": "<external ID of the storage credential>"}}
}""",
    check_role=check,
)
