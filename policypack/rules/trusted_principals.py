"""Nobody may assume the role but Polytomic, Unity Catalog, and the role itself."""

import re
from collections.abc import Iterator

from pulumi_policy import Severity

from pulumi_polytomic.iam import Arn, ArnError, Decision, Principal, Statement
from pulumi_polytomic.principals import DATABRICKS_ENVIRONMENTS

from ..calls import is_polytomic, is_unity_catalog
from ..findings import Finding, undecided, violation
from ..model import Role, is_unknown
from ..own_account import others_of_account
from ..rule import Rule, framework
from ..settings import Settings

_NAME = "trusted-principals"
_RISK = "whoever that is, or gets hold of it, reads and writes the staging bucket as this role."
_FIX = (
    "leave only Polytomic, Unity Catalog of your environment, and the role itself; somebody who "
    f"must be let in stands in the configuration, under {_NAME}.principals."
)


def check(role: Role, settings: Settings) -> Iterator[Finding]:
    """Look at each principal of each Allow; the account's root is put to the judge."""
    trust = role.trust
    if trust.content is None:
        if trust.unknown:
            yield undecided(role.urn, trust.place, trust.unknown)
        return  # external-id-required reports a malformed trust policy.
    for statement in trust.content.statements:
        if statement.effect != "Allow":
            continue
        where = trust.at(statement.label)
        if statement.not_principals is not None:
            fix = f"replace NotPrincipal by Principal; {_FIX}"
            what = "lets in everybody but those of its NotPrincipal"
            yield violation(role.urn, where, what, risk=_RISK, fix=fix)
        for principal in statement.principals or ():
            yield from _judge(role, settings, statement, principal)


def _judge(
    role: Role, settings: Settings, statement: Statement, principal: Principal
) -> Iterator[Finding]:
    where = role.trust.at(statement.label)
    value = principal.value
    if is_unknown(value):
        why = "has a principal that is known only when it is deployed"
        yield undecided(role.urn, where, why)
    elif principal.everybody:
        yield _violation(role, where, "lets everybody in ('*')")
    elif principal.kind != "AWS":
        yield _violation(role, where, f"lets in {value}, a {principal.kind} principal")
    elif re.fullmatch("AROA[A-Z0-9]+", value):
        yield from _judge_unique_id(role, where, value)
    else:
        yield from _judge_arn(role, settings, statement, _as_arn(role, value))


def _as_arn(role: Role, value: str) -> str:
    """Write out an account number: it means the account's root, in the role's partition."""
    is_account = re.fullmatch("[0-9]{12}", value)
    return f"arn:{role.partition}:iam::{value}:root" if is_account else value


def _judge_unique_id(role: Role, where: str, value: str) -> Iterator[Finding]:
    if role.unique_id == value:
        return
    if role.unique_id is not None:
        fix = "write the ARN of the role that is meant; AWS keeps the ID once that role is gone."
        what = f"names {value}, the unique ID of another role, or of one that was deleted"
        yield violation(role.urn, where, what, risk=_RISK, fix=fix)
    elif role.whole:
        why = f"names {value}, and the role's own unique ID is known only when it is deployed"
        yield undecided(role.urn, where, why)


def _judge_arn(
    role: Role, settings: Settings, statement: Statement, value: str
) -> Iterator[Finding]:
    where = role.trust.at(statement.label)
    if value == role.arn or value in settings.get(_NAME, "principals", ()):
        return
    principal = Principal("AWS", value)
    if _partition(value) not in (None, role.partition):
        yield violation(
            role.urn,
            where,
            f"names {value}, of another partition than the role's ({role.partition})",
            risk="AWS refuses the policy, or never lets that principal in: syncs fail.",
            fix=f"name the vendor's principal in partition {role.partition}, or remove it.",
        )
    elif value == f"arn:{role.partition}:iam::{role.account_id}:root":
        yield from _judge_root(role, statement, where)
    elif is_unity_catalog(principal) and value not in _unity_catalogs(role, settings):
        what = f"lets in {value}, Unity Catalog of an environment that is not yours"
        yield _violation(role, where, what)
    elif not is_polytomic(principal, settings) and not is_unity_catalog(principal):
        meant = _meant(role, settings, value)
        if meant is None:
            yield _violation(role, where, f"lets in {value}, which is none of those that need it")
        else:
            what = f"lets in {value}, more of Databricks' account than Unity Catalog"
            fix = f"write {meant} instead."
            yield violation(role.urn, where, what, risk=_RISK, fix=fix)


def _partition(value: str) -> str | None:
    try:
        return Arn.parse(value).partition
    except ArnError:
        return None


def _unity_catalogs(role: Role, settings: Settings) -> list[str]:
    return [
        each.unity_catalog_principal
        for name, each in DATABRICKS_ENVIRONMENTS.items()
        if each.partition == role.partition
        and (not settings.environments or name in settings.environments)
    ]


def _meant(role: Role, settings: Settings, value: str) -> str | None:
    """Give the Unity Catalog principal of the account that a principal belongs to."""
    account = value.split(":")[4] if value.count(":") > 4 else ""
    for each in _unity_catalogs(role, settings):
        if each.split(":")[4] == account:
            return each
    return None


def _judge_root(role: Role, statement: Statement, where: str) -> Iterator[Finding]:
    verdict = others_of_account(role, statement)
    if verdict.decision is Decision.ALLOWED:
        fix = f"add ArnEquals aws:PrincipalArn = {role.shown_arn} to its Condition."
        what = "lets in other roles or users of the role's own account"
        yield violation(role.urn, where, what, risk=_RISK, fix=fix)
    elif verdict.decision is Decision.UNDECIDED:
        why = f"may let in more of the account than the role itself: {verdict.reason}"
        yield undecided(role.urn, where, why)


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
