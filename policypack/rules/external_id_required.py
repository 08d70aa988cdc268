"""A vendor may use its statement with its external ID only."""

from collections.abc import Iterator

from pulumi_policy import Severity

from pulumi_polytomic.iam import Decision, Principal, Statement
from pulumi_polytomic.principals import DATABRICKS_ENVIRONMENTS, POLYTOMIC_PRINCIPALS

from ..calls import GUESS, assume, caller_of, external_ids, is_polytomic, is_unity_catalog
from ..findings import Finding, undecided, violation
from ..model import Role, is_unknown
from ..rule import Rule, framework
from ..settings import Settings

_RISK = (
    "anybody who is a customer of the same vendor can name this role's ARN there, and reads and "
    "writes your bucket through the vendor (the confused deputy)."
)
_FIX = (
    'give every statement that lets a vendor in the condition "StringEquals": {"sts:ExternalId": '
    '"<the ID that the vendor shows>"}, with no wildcard, IfExists or ForAllValues.'
)


def check(role: Role, settings: Settings) -> Iterator[Finding]:
    """Ask the judge for each vendor: with no external ID, a guess, and what a pattern lets in."""
    trust = role.trust
    if trust.fault is not None:
        yield violation(
            role.urn,
            trust.place,
            trust.fault,
            risk="AWS refuses it, or nobody can tell whom it lets in.",
            fix="write it as a JSON object with Version and Statement; look at the place named.",
        )
        return
    if trust.content is None:
        yield undecided(role.urn, trust.place, trust.unknown or "is not known")
        return
    seen: set[str] = set()
    for statement in trust.content.statements:
        for vendor, caller in _vendors(statement, settings):
            if caller not in seen:
                seen.add(caller)
                yield from _judge(role, vendor, caller)


def _vendors(statement: Statement, settings: Settings) -> Iterator[tuple[str, str]]:
    """Give each vendor that an Allow statement may let in, with an ARN that calls for it."""
    if statement.effect != "Allow":
        return
    listed = statement.principals or ()
    if statement.not_principals is not None or any(each.everybody for each in listed):
        yield "Polytomic", POLYTOMIC_PRINCIPALS["service-role"]
        yield "Unity Catalog", DATABRICKS_ENVIRONMENTS["aws"].unity_catalog_principal
    for each in listed:
        caller = caller_of(each.value) if _is_vendor(each, settings) else None
        if caller is not None:
            yield ("Polytomic" if is_polytomic(each, settings) else "Unity Catalog"), caller


def _is_vendor(principal: Principal, settings: Settings) -> bool:
    return is_polytomic(principal, settings) or is_unity_catalog(principal)


def _judge(role: Role, vendor: str, caller: str) -> Iterator[Finding]:
    for what, external_id in (
        ("with no external ID", None),
        ("with an external ID that anybody may make up", GUESS),
        *(("with more external IDs than the one that was minted", each) for each in _made_up(role)),
    ):
        verdict = assume(role, caller, external_id)
        if verdict.decision is Decision.DENIED:
            continue
        where = ", ".join([role.trust.place, *verdict.statements])
        if verdict.decision is Decision.UNDECIDED and _asks_for_id(role, verdict.statements):
            yield undecided(role.urn, where, f"may let {vendor} in {what}: {verdict.reason}")
        else:
            yield violation(role.urn, where, f"lets {vendor} in {what}", risk=_RISK, fix=_FIX)
        return


def _asks_for_id(role: Role, labels: tuple[str, ...]) -> bool:
    """Whether all of these statements have some condition on the external ID."""
    assert role.trust.content is not None
    statements = [s for s in role.trust.content.statements if s.label in labels]
    return bool(statements) and all(
        any(each.key.lower() == "sts:externalid" for each in statement.conditions)
        for statement in statements
        if statement.effect == "Allow"
    )


def _made_up(role: Role) -> list[str]:
    """Make IDs that only a wildcard would let through: no statement holds one to the letter."""
    written = external_ids(role)
    made = [
        each.replace("*", "x").replace("?", "x")
        for each in written
        if not is_unknown(each) and set(each) & set("*?")
    ]
    return [each for each in made if len(each) >= 2 and each not in written]


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
    framework=framework("SEC03", "Share resources securely with a third party"),
    tags=("confused-deputy", "trust-policy", "external-id"),
    url=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
        "id_roles_common-scenarios_third-party.html"
    ),
    good="""\
{
  "Effect": "Allow",
  "Principal": {"AWS": "arn:aws:iam::568237466542:root"},
  "Action": "sts:AssumeRole",
  "Condition": {"StringEquals": {"sts:ExternalId": "<external ID of the connection>"}}
}""",
    bad="""\
{
  "Effect": "Allow",
  "Principal": {"AWS": "arn:aws:iam::568237466542:root"},
  "Action": "sts:AssumeRole",
  "Condition": {"StringEqualsIfExists": {"sts:ExternalId": "<external ID of the connection>"}}
}""",
    check_role=check,
)
