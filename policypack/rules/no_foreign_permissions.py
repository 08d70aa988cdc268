"""The role may do nothing but staging, and what Databricks needs for it."""

from collections.abc import Iterator

from ..examples import permit, shown
from ..findings import Finding, undecided, violation
from ..model import Role
from ..proofs import excesses, of_opening
from ..rule import DATABRICKS, Rule, Severity
from ..settings import Settings

_RISK = "both vendors may do it with your account, and so may whoever breaks into one of them."
_FIX = "take the statement away, or give it to a role that no vendor may assume."


def check(role: Role, settings: Settings) -> Iterator[Finding]:
    """Look at each Allow of each identity policy, by its form; S3 apart."""
    for document in role.policies:
        if document.fault is not None:
            fix = "write it as a JSON object with Version and Statement; look at the place named."
            risk = "AWS refuses it, or nobody can tell what it allows."
            yield violation(document.urn, document.place, document.fault, risk=risk, fix=fix)
        elif document.arn is not None and ":iam::aws:policy/" in document.arn:
            what = "is one of AWS's own, and allows far more than staging needs"
            yield violation(document.urn, document.place, what, risk=_RISK, fix=_FIX)
        elif document.unknown is not None and not document.later:
            yield undecided(document.urn, document.place, document.unknown)
    for why in role.policies_missing:
        yield undecided(role.urn, "permissions policies", f"may be more than were read: {why}")
    for document, excess in excesses(role, settings):
        if excess.about != "s3":
            yield of_opening(role, document, excess, risk=_RISK, fix=_FIX)


RULE = Rule(
    name="no-foreign-permissions",
    title="Nothing but staging",
    description="The role has no permission but S3 staging, itself, one KMS key and file events.",
    why=(
        "A role with a trust policy for two vendors is a door. A permission that was added to it "
        "'because the role was there' is given to both of them."
    ),
    remediation="Move the permission to a role of its own.",
    severity=Severity.HIGH,
    practice="Grant least privilege access",
    tags=("least-privilege", "permissions"),
    url=f"{DATABRICKS}/storage-credentials",
    good=shown(
        permit(
            ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*"],
            "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        )
    ),
    bad=shown(
        permit(
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:payroll",
        )
    ),
    check_role=check,
    advises=True,
)
