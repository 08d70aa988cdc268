"""The role keeps to AWS's quotas and to the boundary that a team demands."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from pulumi_polytomic.iam import TRUST_POLICY_MAXIMUM, TRUST_POLICY_QUOTA

from ..findings import Finding, undecided, violation
from ..model import Role, is_unknown
from ..rule import IAM_GUIDE, Rule, Severity
from ..settings import Settings

_NAME = "role-limits"


def check(role: Role, settings: Settings) -> Iterator[Finding]:
    """Compare size, session and boundary with what is allowed."""
    quota = settings.get(_NAME, "trustPolicyQuota", TRUST_POLICY_QUOTA)
    if role.trust.size is not None and role.trust.size > quota:
        yield violation(
            role.urn,
            role.trust.place,
            f"has {role.trust.size} characters without white space, over the quota of {quota:.0f}",
            risk="AWS refuses the role: the deployment fails half-way.",
            fix="have fewer principals or external IDs, or ask AWS for a higher quota and set "
            f"{_NAME}.trustPolicyQuota.",
        )
    if role.trust.unknown is not None:
        yield undecided(role.urn, role.trust.place, role.trust.unknown)
    longest = settings.get(_NAME, "maxSessionDuration", 43_200)
    if role.max_session_duration is not None and role.max_session_duration > longest:
        yield violation(
            role.urn,
            "max session duration",
            f"is {role.max_session_duration:.0f} s, over {longest:.0f} s",
            risk="a session that leaks is of use for longer.",
            fix=f"set it to at most {longest:.0f} seconds; vendors renew sessions by themselves.",
        )
    yield from _boundary(role, settings.get(_NAME, "permissionsBoundary"))


def _boundary(role: Role, demanded: str | None) -> Iterator[Finding]:
    if demanded is None:
        return
    if is_unknown(role.boundary_arn):
        yield undecided(role.urn, "permissions boundary", "is known only when it is deployed")
    elif not role.boundary_arn or not fnmatchcase(role.boundary_arn, demanded):
        what = f"is {role.boundary_arn}" if role.boundary_arn else "is missing"
        yield violation(
            role.urn,
            "permissions boundary",
            f"{what}, and {demanded} is demanded",
            risk="a policy that is attached later is not bounded by what your organization allows.",
            fix=f"set the role's permissions boundary to {demanded}.",
        )


RULE = Rule(
    name=_NAME,
    title="Quotas and permissions boundary",
    description="The role keeps to AWS's quotas, and has the boundary that is demanded.",
    why=(
        "AWS refuses a trust policy over the quota only when the role is made, in the middle of a "
        "deployment. A boundary that is missing shows only when something goes wrong."
    ),
    remediation="Shorten the trust policy or the session; set the permissions boundary.",
    severity=Severity.MEDIUM,
    practice="Define permission guardrails for your organization",
    tags=("quota", "permissions-boundary"),
    url=f"{IAM_GUIDE}/reference_iam-quotas.html",
    good='aws.iam.Role(..., permissions_boundary="arn:aws:iam::123456789012:policy/boundary")',
    bad="aws.iam.Role(...)  # where the pack is configured to demand a permissions boundary",
    check_role=check,
    settings={
        "permissionsBoundary": {
            "type": "string",
            "minLength": 1,
            "description": "ARN, or pattern of ARNs, that the role's boundary must be.",
        },
        "trustPolicyQuota": {
            "type": "number",
            "minimum": TRUST_POLICY_QUOTA,
            "maximum": TRUST_POLICY_MAXIMUM,
            "description": "Characters of a trust policy that your account allows. Default: 2048.",
        },
        "maxSessionDuration": {
            "type": "number",
            "minimum": 3600,
            "maximum": 43_200,
            "description": "Longest session in seconds. Default: AWS's own limit, 43200.",
        },
    },
)
