"""The role may do with S3 what the guide lists, on one bucket, and nothing else."""

from collections.abc import Iterator

from pulumi_policy import Severity

from pulumi_polytomic.iam import S3_BUCKET_ACTIONS, S3_OBJECT_ACTIONS, Arn, ArnError, Statement

from ..findings import Finding, undecided, violation
from ..model import Role, is_unknown
from ..permissions import allows, is_for_file_events, reaches_s3, service_of
from ..rule import Rule, framework
from ..settings import Settings

_NAME = "s3-least-privilege"
_ACTIONS = {each.lower() for each in (*S3_BUCKET_ACTIONS, *S3_OBJECT_ACTIONS)}
_FILE_EVENTS = {"s3:getbucketnotification", "s3:putbucketnotification"}
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
        if not reaches_s3(statement):
            continue
        where = document.at(statement.label)
        for what in _too_many_actions(statement, allowed):
            yield _violation(document.urn, where, what)
        if statement.not_resources is not None:
            yield _violation(document.urn, where, "allows S3 everywhere but in its NotResource")
        for resource in statement.resources or ():
            if is_unknown(resource):
                what = "has a resource that is known only when it is deployed"
                yield undecided(document.urn, where, what)
                continue
            fault, bucket = _resource_fault(resource, statement, role)
            if fault is not None:
                yield _violation(document.urn, where, fault)
            elif bucket:
                buckets.setdefault(bucket, (document.urn, where))
    yield from _too_many_buckets(role, buckets, settings)


def _too_many_actions(statement: Statement, allowed: set[str]) -> Iterator[str]:
    if statement.actions is None:
        yield "allows S3 by NotAction: every action that it does not name"
    for action in statement.actions or ():
        service = service_of(action)
        if service not in ("s3", "*") and "*" not in service:
            continue
        if set(action) & set("*?"):
            yield f"allows {action}, which is more than the guide's eight actions"
        elif action.lower() not in allowed:
            yield f"allows {action}, which is none of the guide's eight actions"


def _resource_fault(resource: str, statement: Statement, role: Role) -> tuple[str | None, str]:
    """Say what is wrong with a resource; else which bucket it is of."""
    try:
        arn = Arn.parse(resource)
    except ArnError:
        return f"allows S3 on {resource}, which is not one bucket and its objects", ""
    if arn.service != "s3":
        mixed = set(resource) & set("*?") and "s3".startswith(arn.service.rstrip("*"))
        return (f"allows S3 on {resource}", "") if mixed else (None, "")
    if arn.partition != role.partition:
        return f"names {resource}, of another partition than the role's", ""
    bucket, slash, path = arn.resource.partition("/")
    if not bucket or set(bucket) & set("*?"):
        return f"allows S3 on {resource}, which is more than one bucket", ""
    prefix = (role.bucket_prefix or "").strip("/")
    if slash:
        folder = path.removesuffix("*").rstrip("/")
        if set(folder) & set("*?") or not path.endswith("*") or (folder and path[-2:] != "/*"):
            return f"allows S3 on {resource}, which is not all objects of a bucket or folder", ""
        if prefix and folder != prefix:
            return f"allows S3 on {resource}, outside of the prefix {prefix}", ""
    elif prefix and _lists_all(statement):
        return f"lists all of {resource}, not only the prefix {prefix}", ""
    return None, bucket


def _lists_all(statement: Statement) -> bool:
    lists = any(each.lower() == "s3:listbucket" for each in statement.actions or ())
    return lists and not any(each.key.lower() == "s3:prefix" for each in statement.conditions)


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
