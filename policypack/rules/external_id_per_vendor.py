"""Each vendor may use its own external ID only."""

from collections.abc import Iterator

from pulumi_policy import Severity

from pulumi_polytomic.iam import Decision, Statement

from ..calls import GUESS, assume, caller_of, external_ids, is_polytomic, is_unity_catalog
from ..findings import Finding, advice, undecided, violation
from ..model import Role, is_unknown
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
    if _are_apart(role, allows, polytomic, unity_catalog):
        return
    denies = [each for each in trust.content.statements if each.effect == "Deny"]
    combined = [each for each in polytomic if each in unity_catalog]
    separate = [each for each in (*polytomic, *unity_catalog) if each not in combined]
    apart = sorted([*dict.fromkeys(separate), *denies], key=lambda each: each.index)
    shared = _shared(role, settings, polytomic, unity_catalog, None)
    if any(not is_unknown(each) for each in shared):
        if combined and not _shared(role, settings, polytomic, unity_catalog, apart):
            where = ", ".join([trust.place, *(each.label for each in combined)])
            what = "lets both vendors use both external IDs, as the guide's combined statement does"
            yield advice(role.urn, where, what, risk=_RISK, fix=_FIX)
            return
        labels = dict.fromkeys(each.label for each in (*polytomic, *unity_catalog))
        where = ", ".join([trust.place, *labels])
        what = "let Polytomic and Unity Catalog use one and the same external ID"
        yield violation(role.urn, where, what, risk=_RISK, fix=_FIX)
    elif shared:
        # Two IDs that are not known yet look the same.
        why = "has external IDs of both vendors that are known only when it is deployed"
        yield undecided(role.urn, trust.place, why)


def _are_apart(
    role: Role,
    allows: list[Statement],
    polytomic: list[Statement],
    unity_catalog: list[Statement],
) -> bool:
    """Whether the statements ask for plain IDs of which none is common, so no judge is needed."""
    plain = all(
        [c.operator for c in each.conditions if c.key.lower() == "sts:externalid"]
        == ["StringEquals"]
        for each in (*polytomic, *unity_catalog)
    )
    # Whoever is let in without being named may be either vendor.
    unnamed = any(
        each.principals is None or any(principal.everybody for principal in each.principals)
        for each in allows
    )
    one, other = external_ids(role, polytomic), external_ids(role, unity_catalog)
    return plain and not unnamed and not set(one) & set(other)


def _callers(statement: Statement, settings: Settings, *, polytomic: bool) -> list[str]:
    return [
        caller
        for each in statement.principals or ()
        if (is_polytomic(each, settings) if polytomic else is_unity_catalog(each))
        and (caller := caller_of(each.value)) is not None
    ]


def _shared(
    role: Role,
    settings: Settings,
    polytomic: list[Statement],
    unity_catalog: list[Statement],
    only: list[Statement] | None,
) -> set[str]:
    """External IDs of the document with which the judge lets both vendors in.

    :param only: ask these statements alone.
    """

    def gets_in(caller: str, external_id: str | None) -> bool:
        verdict = assume(role, caller, external_id, only=only)
        return verdict.decision is not Decision.DENIED

    def ids(statements: list[Statement], of_polytomic: bool) -> set[str]:
        callers = {
            caller
            for statement in statements
            for caller in _callers(statement, settings, polytomic=of_polytomic)
            # Who needs no ID, or any ID, is for external-id-required to report.
            if not any(gets_in(caller, each) for each in (None, GUESS))
        }
        return {
            each for each in external_ids(role) if any(gets_in(caller, each) for caller in callers)
        }

    return ids(polytomic, True) & ids(unity_catalog, False)


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
