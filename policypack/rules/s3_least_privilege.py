"""The role may do with S3 what the guide lists, on one bucket, and nothing else."""

from collections.abc import Iterator

from pulumi_polytomic.iam import S3_BUCKET_ACTIONS, S3_OBJECT_ACTIONS

from ..examples import permit, shown
from ..findings import Finding, undecided
from ..model import Role
from ..proofs import excesses, of_opening
from ..rule import GUIDE, Rule, Severity
from ..settings import Settings

_BUCKET = "arn:aws:s3:::your-staging-bucket"
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
            yield of_opening(role, document, excess, risk=_RISK, fix=_FIX)


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
    practice="Grant least privilege access",
    tags=("least-privilege", "permissions", "s3"),
    url=GUIDE,
    good=shown(permit([*S3_BUCKET_ACTIONS, *S3_OBJECT_ACTIONS], [_BUCKET, f"{_BUCKET}/*"])),
    bad=shown(permit("s3:*", "*")),
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
