"""Each vendor may use its own external ID only."""

from collections.abc import Iterator

from pulumi_policy import Severity

from pulumi_polytomic.iam import Decision, Statement

from ..calls import GUESS, assume, caller_of, external_ids, is_polytomic, is_unity_catalog
from ..findings import Finding, advice, undecided, violation
from ..model import Role
from ..rule import Rule, framework
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
    """Compare the external IDs with which the judge lets each of the two vendors in."""
    trust = role.trust
    if trust.content is None:
        if trust.unknown:
            yield undecided(role.urn, trust.place, trust.unknown)
        return
    allows = [each for each in trust.content.statements if each.effect == "Allow"]
    polytomic = [s for s in allows if _callers(s, settings, polytomic=True)]
    unity_catalog = [s for s in allows if _callers(s, settings, polytomic=False)]
    if _are_apart(role, polytomic, unity_catalog):
        return
    shared = _ids(role, polytomic, settings, True) & _ids(role, unity_catalog, settings, False)
    if not shared:
        return
    combined = [each for each in polytomic if each in unity_catalog]
    if combined and not _shared_elsewhere(role, polytomic, unity_catalog):
        where = ", ".join([trust.place, *(each.label for each in combined)])
        what = "lets both vendors use both external IDs, as the guide's combined statement does"
        yield advice(role.urn, where, what, risk=_RISK, fix=_FIX)
        return
    labels = dict.fromkeys(each.label for each in (*polytomic, *unity_catalog))
    where = ", ".join([trust.place, *labels])
    what = "let Polytomic and Unity Catalog use one and the same external ID"
    yield violation(role.urn, where, what, risk=_RISK, fix=_FIX)


def _are_apart(role: Role, polytomic: list[Statement], unity_catalog: list[Statement]) -> bool:
    """Whether the statements ask for plain IDs of which none is common, so no judge is needed."""
    plain = all(
        [c.operator for c in each.conditions if c.key.lower() == "sts:externalid"]
        == ["StringEquals"]
        for each in (*polytomic, *unity_catalog)
    )
    return plain and not set(external_ids(role, polytomic)) & set(external_ids(role, unity_catalog))


def _callers(statement: Statement, settings: Settings, *, polytomic: bool) -> list[str]:
    return [
        caller
        for each in statement.principals or ()
        if (is_polytomic(each, settings) if polytomic else is_unity_catalog(each))
        and (caller := caller_of(each.value)) is not None
    ]


def _ids(role: Role, statements: list[Statement], settings: Settings, polytomic: bool) -> set[str]:
    """External IDs of the document with which the judge lets a vendor in."""
    callers = {
        caller
        for statement in statements
        for caller in _callers(statement, settings, polytomic=polytomic)
        # Who needs no ID, or any ID, is for external-id-required to report.
        if not any(_gets_in(role, caller, each) for each in (None, GUESS))
    }
    return {
        external_id
        for external_id in external_ids(role)
        if any(_gets_in(role, caller, external_id) for caller in callers)
    }


def _gets_in(role: Role, caller: str, external_id: str | None) -> bool:
    return assume(role, caller, external_id).decision is not Decision.DENIED


def _shared_elsewhere(
    role: Role, polytomic: list[Statement], unity_catalog: list[Statement]
) -> bool:
    """Whether statements of one vendor alone share an external ID too."""
    one = external_ids(role, [each for each in polytomic if each not in unity_catalog])
    other = external_ids(role, [each for each in unity_catalog if each not in polytomic])
    return bool(set(one) & set(other))


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
    framework=framework("SEC03", "Share resources securely with a third party"),
    tags=("least-privilege", "trust-policy", "external-id"),
    url="https://docs.polytomic.com/docs/iam-role-authentication-to-databricks-aws-staging-buckets",
    good="""\
[
  {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::568237466542:root"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"sts:ExternalId": "<external ID of the connection>"}}
  },
  {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"
    },
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"sts:ExternalId": "<external ID of the storage credential>"}}
  }
]""",
    bad="""\
{
  "Effect": "Allow",
  "Principal": {
    "AWS": "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"
  },
  "Action": "sts:AssumeRole",
  "Condition": {
    "StringEquals": {
      "sts:ExternalId": [
        "<external ID of the storage credential>",
        "<external ID of the connection>"
      ]
    }
  }
}""",
    check_role=check,
    advises=True,
)
