"""A role that Unity Catalog may assume must be permitted to assume itself."""

from collections.abc import Iterator

from pulumi_policy import Severity

from pulumi_polytomic.iam import Decision, may_perform

from ..calls import trusts_unity_catalog
from ..findings import Finding, undecided, violation
from ..model import Role
from ..rule import Rule, framework
from ..settings import Settings

_PLACE = "permissions policies"
_RISK = (
    "Databricks blocks the storage credential (since January 2025): syncs fail with 'the IAM role "
    "was found to be non self-assuming'."
)


def check(role: Role, _: Settings) -> Iterator[Finding]:
    """Ask the judge whether the identity policies, under the boundary, permit the call."""
    if not role.whole or not trusts_unity_catalog(role):
        return
    known = [each for each in role.policies if each.content is not None]
    unread = [f"{each.place} {each.unknown}" for each in role.policies if each.unknown]
    unread += role.policies_missing
    boundary = role.boundary.content if role.boundary is not None else None
    verdict = may_perform(
        action="sts:AssumeRole",
        resource=role.arn,
        policies=[each.content for each in known if each.content is not None],
        boundary=boundary,
        caller_arn=role.arn,
    )
    if role.boundary is not None and boundary is None:
        unread.append(f"the permissions boundary {role.boundary.unknown or role.boundary.fault}")
    denied_for_certain = verdict.decision is Decision.DENIED and bool(verdict.statements)
    if verdict.decision is Decision.ALLOWED and not unread:
        return
    if unread and not denied_for_certain:
        sure = "" if verdict.decision is Decision.ALLOWED else "may not permit the role itself: "
        sure = sure or "may yet deny the role itself: "
        yield undecided(role.urn, _PLACE, sure + "; ".join(unread))
    elif verdict.decision is Decision.UNDECIDED:
        reason = f"may not permit the role to assume itself: {verdict.reason}"
        yield undecided(role.urn, _PLACE, reason)
    elif verdict.decision is Decision.DENIED:
        where = ", ".join([_PLACE, *verdict.statements])
        fix = (
            f"allow sts:AssumeRole on {role.shown_arn} in a policy of the role, and take away what "
            "denies it, in its policies or its permissions boundary."
        )
        what = f"do not permit the role to assume itself: {verdict.reason}"
        yield violation(role.urn, where, what, risk=_RISK, fix=fix)


RULE = Rule(
    name="permissions-allow-self-assume",
    title="Permissions let the role assume itself",
    description="A role that Unity Catalog may assume has the permission to assume itself.",
    why=(
        "Databricks asks for self-assumption on both sides: in the trust policy and in the "
        "permissions. A Deny or a permissions boundary can take away what a policy gives."
    ),
    remediation="Allow sts:AssumeRole on the role's own ARN in one of its policies.",
    severity=Severity.HIGH,
    framework=framework("SEC03", "Permissions management"),
    tags=("availability", "permissions", "databricks"),
    url="https://docs.databricks.com/aws/en/connect/unity-catalog/cloud-storage/storage-credentials",
    good="""\
{
  "Sid": "AllowSelfAssume",
  "Effect": "Allow",
  "Action": "sts:AssumeRole",
  "Resource": "arn:aws:iam::123456789012:role/staging"
}""",
    bad="""\
{
  "Effect": "Allow",
  "Action": "sts:AssumeRole",
  "Resource": "arn:aws:iam::123456789012:role/another-role"
}""",
    check_role=check,
)
