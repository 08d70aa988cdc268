"""The role may do with S3 what the guide lists, on one bucket, and nothing else."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from pulumi_policy import Severity

from pulumi_polytomic.iam import (
    S3_BUCKET_ACTIONS,
    S3_OBJECT_ACTIONS,
    Arn,
    ArnError,
    Decision,
    PolicyDocument,
    RequestContext,
    Statement,
    may_perform,
)

from ..findings import Finding, undecided, violation
from ..limits import denials, taken_away
from ..model import Role, is_unknown
from ..permissions import (
    OPEN,
    allows,
    is_for_file_events,
    is_of_s3,
    is_open,
    may_reach_s3,
    reaches_s3,
)
from ..rule import Rule, framework
from ..settings import Settings

_NAME = "s3-least-privilege"
_ACTIONS = {each.lower() for each in (*S3_BUCKET_ACTIONS, *S3_OBJECT_ACTIONS)}
_FILE_EVENTS = {"s3:getbucketnotification", "s3:putbucketnotification"}
_VERSION = "2012-10-17"
"""In it a variable in s3:prefix stays undecided, which is what it is."""
_WILD = re.compile(r"[*?]|\$\{")
"""Where a resource stops being the text that it is: a wildcard or a policy variable."""
_RISK = (
    "both vendors, and whoever gets hold of a session of the role, reach data or settings that "
    "staging does not need."
)
_FIX = (
    "allow the guide's eight S3 actions on arn:aws:s3:::<bucket> and arn:aws:s3:::<bucket>/* (or "
    "<bucket>/<prefix>/*), written out."
)


def check(role: Role, settings: Settings) -> Iterator[Finding]:
    """Look at what each Allow of each identity policy lets the role do with S3."""
    for document in role.policies:
        if document.unknown is not None and document.arn is None:
            yield undecided(document.urn, document.place, document.unknown)
    statements = list(allows(role))
    file_events = any(is_for_file_events(statement) for _, statement in statements)
    allowed = _ACTIONS | (_FILE_EVENTS if file_events else set())
    buckets: dict[str, tuple[str, str]] = {}
    for document, statement in statements:
        where = document.at(statement.label)
        if is_open(statement) and may_reach_s3(statement):
            yield undecided(document.urn, where, OPEN)
        if not reaches_s3(statement):
            continue
        for what in _too_many_actions(role, statement, allowed):
            yield _violation(document.urn, where, what)
        if statement.not_resources is not None:
            yield _violation(document.urn, where, "allows S3 everywhere but in its NotResource")
        for resource in statement.resources or ():
            if is_unknown(resource):
                continue
            fault, bucket = _resource_fault(resource, role)
            if fault is None and _lists_beyond_prefix(role, statement, resource):
                fault = f"lists all of {resource}, not only the prefix {_prefix(role)}"
            if fault is not None:
                yield _violation(document.urn, where, fault)
            elif bucket:
                buckets.setdefault(bucket, (document.urn, where))
    yield from _too_many_buckets(role, buckets, settings)


def _too_many_actions(role: Role, statement: Statement, allowed: set[str]) -> Iterator[str]:
    resources = statement.resources or ("*",)

    def no_more_than_allowed(action: str, _: str) -> bool:
        return action.lower() in allowed

    if statement.actions is None and not taken_away(role, "s3:*", resources, no_more_than_allowed):
        yield "allows S3 by NotAction: every action that it does not name"
    for action in statement.actions or ():
        if is_unknown(action) or not is_of_s3(action) or action.lower() in allowed:
            continue
        asked = f"s3:{action.partition(':')[2] or '*'}"
        if taken_away(role, asked, resources, no_more_than_allowed):
            continue
        if set(action) & set("*?"):
            yield f"allows {action}, which is more than the guide's eight actions"
        else:
            yield f"allows {action}, which is none of the guide's eight actions"


def _resource_fault(resource: str, role: Role) -> tuple[str | None, str]:
    """Say what is wrong with a resource; else which bucket it is of, if it is of S3."""
    try:
        arn = Arn.parse(resource)
    except ArnError:
        return f"allows S3 on {resource}, which is not one bucket and its objects", ""
    if arn.service != "s3":
        mixed = fnmatchcase("s3", arn.service)
        return (f"allows S3 on {resource}, which is not S3 alone" if mixed else None), ""
    if arn.partition != role.partition:
        return f"names {resource}, of another partition than the role's", ""
    if arn.region or arn.account_id:
        return f"allows S3 on {resource}, an access point or the like, not the bucket itself", ""
    bucket, _, path = arn.resource.partition("/")
    if not bucket or _WILD.search(bucket):
        return f"allows S3 on {resource}, which is more than one bucket", ""
    literal = _WILD.split(path)[0]
    prefix = _prefix(role)
    if prefix and path != literal and literal == prefix:
        return f"allows S3 on {resource}: other folders begin alike", ""
    if prefix and "/" in arn.resource and not literal.startswith(f"{prefix}/"):
        return f"allows S3 on {resource}, outside of the prefix {prefix}", ""
    if path != literal and literal and not literal.endswith("/"):
        return f"allows S3 on {resource}: other folders begin alike", ""
    return None, bucket


def _lists_beyond_prefix(role: Role, statement: Statement, resource: str) -> bool:
    """Ask the judge whether a listing shows names outside of the prefix that the role is for."""
    prefix = _prefix(role)
    actions = [each.lower() for each in statement.actions or ("*",)]
    if not prefix or "/" in resource or not any(fnmatchcase("s3:listbucket", a) for a in actions):
        return False
    requests = [RequestContext({}, complete=True)]
    requests += [
        RequestContext({"s3:prefix": each}) for each in ("", "zz9any/", f"{prefix}-zz9any/")
    ]
    return any(
        may_perform(
            action="s3:ListBucket",
            resource=resource,
            policies=[PolicyDocument((statement,), _VERSION), *denials(role)],
            boundary=role.boundary.content if role.boundary is not None else None,
            caller_arn=role.arn,
            context=request,
        ).decision
        is not Decision.DENIED
        for request in requests
    )


def _prefix(role: Role) -> str:
    return (role.bucket_prefix or "").strip("/")


def _too_many_buckets(
    role: Role, buckets: dict[str, tuple[str, str]], settings: Settings
) -> Iterator[Finding]:
    configured = settings.get(_NAME, "buckets")
    if configured is None and role.bucket_name is not None:
        configured = [role.bucket_name]
    if configured is None:
        configured = list(buckets)[:1]
    for bucket, (urn, where) in buckets.items():
        if bucket not in configured:
            others = ", ".join(configured)
            yield _violation(urn, where, f"allows S3 on bucket {bucket} besides {others}")


def _violation(urn: str, where: str, what: str) -> Finding:
    return violation(urn, where, what, risk=_RISK, fix=_FIX)


RULE = Rule(
    name=_NAME,
    title="No more of S3 than staging needs",
    description="The role may do the guide's eight S3 actions, on one bucket and its objects.",
    why=(
        "The role is lent to two vendors. Whatever it may do beyond staging, they may do, and so "
        "may whoever breaks into one of them."
    ),
    remediation="Write out the eight actions and the one bucket.",
    severity=Severity.HIGH,
    framework=framework("SEC03", "Grant least privilege access"),
    tags=("least-privilege", "permissions", "s3"),
    url=(
        "https://docs.polytomic.com/docs/iam-role-authentication-to-databricks-aws-staging-buckets"
    ),
    good="""\
{
  "Effect": "Allow",
  "Action": [
    "s3:GetObject", "s3:ListBucket", "s3:PutObject", "s3:DeleteObject", "s3:GetBucketLocation",
    "s3:ListBucketMultipartUploads", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"
  ],
  "Resource": ["arn:aws:s3:::your-staging-bucket/*", "arn:aws:s3:::your-staging-bucket"]
}""",
    bad='{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}',
    check_role=check,
    settings={
        "buckets": {
            "type": "array",
            "items": {"type": "string", "minLength": 3},
            "description": "Names of the buckets that such roles may reach. Default: one.",
        }
    },
)
