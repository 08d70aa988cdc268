"""Each vendor may use its own external ID only."""

from collections.abc import Iterator

from pulumi_polytomic.iam.forms import covers

from ..examples import OF_CONNECTION, OF_CREDENTIAL, POLYTOMIC, UNITY_CATALOG, shown, trust
from ..findings import Finding, advice, undecided, violation
from ..model import Role, is_unknown
from ..proofs import allows, mentioned_ids
from ..rule import GUIDE, Rule, Severity
from ..settings import Settings

_RISK = (
    "who learns one vendor's external ID can use it through the other vendor too, so that both "
    "have to be trusted to keep both IDs."
)
_FIX = (
    "write one statement for each vendor, with that vendor's principal and its own external ID, "
    "and one for the role itself."
)


def check(role: Role, settings: Settings) -> Iterator[Finding]:
    """Compare the external IDs that the statements of the two vendors ask for."""
    trust = role.trust
    if trust.content is None:
        if trust.unknown:
            yield undecided(role.urn, trust.place, trust.unknown)
        return
    polytomic = allows(role, settings, "Polytomic")
    unity_catalog = allows(role, settings, "Unity Catalog")
    combined = [each for each in polytomic if each in unity_catalog]
    one, other = (
        set(mentioned_ids([each for each in statements if each not in combined]))
        for statements in (polytomic, unity_catalog)
    )
    if any(map(is_unknown, one)) and any(map(is_unknown, other)):
        # Two IDs that are not known yet look the same.
        why = "has external IDs of both vendors that are known only when it is deployed"
        yield undecided(role.urn, trust.place, why)
    elif _shared(one, other) or _shared(one | other, set(mentioned_ids(combined))):
        labels = dict.fromkeys(each.label for each in (*polytomic, *unity_catalog))
        where = ", ".join([trust.place, *labels])
        what = "let Polytomic and Unity Catalog use one and the same external ID"
        make = violation if _shared(one, other) else advice
        yield make(role.urn, where, what, risk=_RISK, fix=_FIX)
    for each in combined:
        what = "lets both vendors use both external IDs, as the guide's combined statement does"
        yield advice(role.urn, trust.at(each.label), what, risk=_RISK, fix=_FIX)


def _shared(some: set[str], others: set[str]) -> bool:
    """Whether an ID, or a pattern of IDs, is among both."""
    return any(covers(one, other) or covers(other, one) for one in some for other in others)


RULE = Rule(
    name="external-id-per-vendor",
    title="One external ID a vendor",
    description="A vendor may use its own external ID only, not the other vendor's.",
    why=(
        "The guide's combined statement lets either vendor use either ID. That is how the guide "
        "writes it, so it is only advised against; statements that stand apart have no excuse."
    ),
    remediation="One statement a vendor, each with its own external ID.",
    severity=Severity.MEDIUM,
    practice="Share resources securely with a third party",
    tags=("least-privilege", "trust-policy", "external-id"),
    url=GUIDE,
    good=shown(trust(POLYTOMIC, OF_CONNECTION), trust(UNITY_CATALOG, OF_CREDENTIAL)),
    bad=shown(trust(UNITY_CATALOG, [OF_CREDENTIAL, OF_CONNECTION])),
    check_role=check,
    advises=True,
)
