"""The role may do with S3 what the guide lists, on one bucket, and nothing else."""

from collections.abc import Iterator

from pulumi_policy import Severity

from ..findings import Finding, undecided
from ..model import Role
from ..proofs import excesses, of_excess
from ..rule import Rule, framework
from ..settings import Settings

_RISK = (
    "both vendors, and whoever gets hold of a session of the role, reach data or settings that "
    "staging does not need."
)
_FIX = (
    "allow the guide's eight S3 actions on arn:aws:s3:::<bucket> and arn:aws:s3:::<bucket>/* (or "
    "<bucket>/<prefix>/*), written out."
)


def check(role: Role, settings: Settings) -> Iterator[Finding]:
    """Look at what each Allow of each identity policy lets the role do with S3, by its form."""
    for document in role.policies:
        if document.unknown is not None and document.arn is None:
            yield undecided(document.urn, document.place, document.unknown)
    for document, excess in excesses(role, settings):
        if excess.about != "other":
            yield of_excess(role, document, excess, risk=_RISK, fix=_FIX)


RULE = Rule(
    name="s3-least-privilege",
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
    advises=True,
    settings={
        "buckets": {
            "type": "array",
            "items": {"type": "string", "minLength": 3},
            "description": "Names of the buckets that such roles may reach. Default: one.",
        }
    },
)
