"""Nobody may assume the role but Polytomic, Unity Catalog, and the role itself."""

import re
from collections.abc import Iterator

from pulumi_policy import Severity

from pulumi_polytomic.iam import Decision, Principal, Statement
from pulumi_polytomic.principals import DATABRICKS_ENVIRONMENTS

from ..calls import GUESS, assume, external_ids, is_polytomic
from ..findings import Finding, undecided, violation
from ..model import Role, is_unknown
from ..rule import Rule, framework
from ..settings import Settings

_NAME = "trusted-principals"
_RISK = "whoever that is can read and write the staging bucket as this role."
_FIX = (
    "leave only Polytomic, Unity Catalog of your environment, and the role itself; somebody who "
    f"must be let in stands in the configuration, under {_NAME}.principals."
)


def check(role: Role, settings: Settings) -> Iterator[Finding]:
    """Look at each principal of each Allow; roots are put to the judge as a stranger's role."""
    trust = role.trust
    if trust.content is None:
        if trust.unknown:
            yield undecided(role.urn, trust.place, trust.unknown)
        return
    for statement in trust.content.statements:
        if statement.effect != "Allow":
            continue
        where = trust.at(statement.label)
        if statement.not_principals is not None:
            yield _violation(role, where, "lets in everybody but those of its NotPrincipal")
        for principal in statement.principals or ():
            finding = _judge(role, settings, statement, principal)
            if finding is not None:
                yield finding


def _judge(
    role: Role, settings: Settings, statement: Statement, principal: Principal
) -> Finding | None:
    where = role.trust.at(statement.label)
    value = principal.value
    if is_unknown(value):
        return undecided(role.urn, where, "has a principal that is known only when it is deployed")
    if principal.everybody:
        return _violation(role, where, "lets everybody in ('*')")
    if principal.kind != "AWS":
        return _violation(role, where, f"lets in {value}, a principal of kind {principal.kind}")
    allowed = (*_unity_catalogs(role, settings), *settings.get(_NAME, "principals", ()))
    if value in allowed or value in (role.arn, role.unique_id):
        return None
    if role.unique_id is None and re.fullmatch("A[A-Z]{3}[A-Z0-9]{12,}", value):
        return undecided(role.urn, where, f"names {value}, and the role's own ID is not known yet")
    if is_polytomic(principal, settings):
        if value.startswith("arn:") and value.split(":")[1] != role.partition:
            return _violation(role, where, f"names {value}, of another partition than the role's")
        return None
    if value in (role.account_id, f"arn:{role.partition}:iam::{role.account_id}:root"):
        return _judge_root(role, statement, where)
    return _violation(role, where, f"lets in {value}, which is none of those that need the role")


def _unity_catalogs(role: Role, settings: Settings) -> list[str]:
    return [
        each.unity_catalog_principal
        for name, each in DATABRICKS_ENVIRONMENTS.items()
        if each.partition == role.partition
        and (not settings.environments or name in settings.environments)
    ]


def _judge_root(role: Role, statement: Statement, where: str) -> Finding | None:
    """Whether a statement for the role's own account lets in another role of it."""
    stranger = f"arn:{role.partition}:iam::{role.account_id}:role/somebody-else"
    # An ID that the statement does not have is to it as good as one that is made up.
    for external_id in (None, GUESS, *external_ids(role, [statement])):
        verdict = assume(role, stranger, external_id, only=[statement])
        if verdict.decision is Decision.ALLOWED:
            return _violation(role, where, "lets in all of the role's own account")
        if verdict.decision is Decision.UNDECIDED:
            reason = f"may let in more of the account than the role itself: {verdict.reason}"
            return undecided(role.urn, where, reason)
    return None


def _violation(role: Role, where: str, what: str) -> Finding:
    return violation(role.urn, where, what, risk=_RISK, fix=_FIX)


RULE = Rule(
    name=_NAME,
    title="Only those who need it may assume the role",
    description="Only Polytomic, Unity Catalog and the role itself may be let assume the role.",
    why=(
        "The role reads and writes the staging bucket. Each further principal is a way to the data "
        "that neither vendor's guide asks for."
    ),
    remediation="Remove the principal, or name it in the pack's configuration with its reason.",
    severity=Severity.CRITICAL,
    framework=framework("SEC03", "Grant least privilege access"),
    tags=("least-privilege", "trust-policy"),
    url="https://docs.polytomic.com/docs/iam-role-authentication-to-databricks-aws-staging-buckets",
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
  "Principal": {"AWS": ["arn:aws:iam::568237466542:root", "arn:aws:iam::210987654321:root"]},
  "Action": "sts:AssumeRole",
  "Condition": {"StringEquals": {"sts:ExternalId": "<external ID of the connection>"}}
}""",
    check_role=check,
    settings={
        "principals": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "description": "ARNs that may be let in besides the vendors and the role itself.",
        }
    },
)
