"""A vendor may use its statement with its external ID only."""

from collections.abc import Iterator

from ..examples import OF_CONNECTION, POLYTOMIC, shown, trust
from ..findings import Finding, undecided, violation
from ..model import Role
from ..proofs import of_opening, openings
from ..rule import IAM_GUIDE, Rule, Severity
from ..settings import Settings

_RISK = (
    "anybody who is a customer of the same vendor can name this role's ARN there, and reads and "
    "writes your bucket through the vendor (the confused deputy)."
)


def check(role: Role, settings: Settings) -> Iterator[Finding]:
    """Look at each Allow that covers a vendor, by its form."""
    trust = role.trust
    if trust.fault is not None:
        yield violation(
            role.urn,
            trust.place,
            trust.fault,
            risk="AWS refuses it, or nobody can tell whom it lets in.",
            fix="write it as a JSON object with Version and Statement; look at the place named.",
        )
    elif trust.content is None:
        yield undecided(role.urn, trust.place, trust.unknown or "is not known")
    for opening in openings(role, settings):
        if opening.about == "external-id":
            yield of_opening(role, role.trust, opening, risk=_RISK, fix="")


RULE = Rule(
    name="external-id-required",
    title="A vendor needs its external ID",
    description="No vendor may assume the role without the external ID that it minted for it.",
    why=(
        "Polytomic and Databricks assume the roles of all their customers with the same principal. "
        "Only the external ID tells one customer from another."
    ),
    remediation="Add StringEquals on sts:ExternalId to each statement that lets a vendor in.",
    severity=Severity.CRITICAL,
    practice="Share resources securely with a third party",
    tags=("confused-deputy", "trust-policy", "external-id"),
    url=f"{IAM_GUIDE}/id_roles_common-scenarios_third-party.html",
    good=shown(trust(POLYTOMIC, OF_CONNECTION)),
    bad=shown({**trust(POLYTOMIC, ""), "Condition": {"StringLike": {"sts:ExternalId": "*"}}}),
    check_role=check,
    advises=True,
)
