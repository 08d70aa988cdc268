"""The role may do nothing but staging, and what Databricks needs for it."""

from collections.abc import Iterator

from pulumi_policy import Severity

from pulumi_polytomic.iam import Arn, Statement, kms_key_arn_fault

from ..findings import Finding, undecided, violation
from ..limits import Harmless, taken_away
from ..model import NO_ACCOUNT, Role, is_unknown
from ..permissions import OPEN, allows, is_for_file_events, is_open, service_of
from ..rule import Rule, framework
from ..settings import Settings

_KMS = {
    "kms:decrypt",
    "kms:describekey",
    "kms:encrypt",
    "kms:generatedatakey",
    "kms:generatedatakey*",
    "kms:generatedatakeywithoutplaintext",
}
_ALL_BUT = "everything but its NotResource"
_RISK = "both vendors may do it with your account, and so may whoever breaks into one of them."
_FIX = "take the statement away, or give it to a role that no vendor may assume."


def check(role: Role, _: Settings) -> Iterator[Finding]:
    """Look at each Allow of each identity policy, S3 apart."""
    for document in role.policies:
        if document.fault is not None:
            fix = "write it as a JSON object with Version and Statement; look at the place named."
            risk = "AWS refuses it, or nobody can tell what it allows."
            yield violation(document.urn, document.place, document.fault, risk=risk, fix=fix)
        elif document.arn is not None and ":iam::aws:policy/" in document.arn:
            what = "is one of AWS's own, and allows far more than staging needs"
            yield violation(document.urn, document.place, what, risk=_RISK, fix=_FIX)
        elif document.unknown is not None:
            yield undecided(document.urn, document.place, document.unknown)
    keys: list[str] = []
    for document, statement in allows(role):
        where = document.at(statement.label)
        for what in _foreign(statement, role, keys):
            yield violation(document.urn, where, what, risk=_RISK, fix=_FIX)
        if is_open(statement) and not _is_of_s3_alone(statement):
            yield undecided(document.urn, where, OPEN)


def _is_of_s3_alone(statement: Statement) -> bool:
    return all(service_of(each) == "s3" for each in statement.actions or ("*",))


def _foreign(statement: Statement, role: Role, keys: list[str]) -> Iterator[str]:
    """Say what a statement allows that is foreign; ``keys`` gathers the KMS keys of the role."""
    resources = statement.resources or ("*",)
    if statement.actions is None:
        if not taken_away(role, "*", resources, _harmless(role)):
            yield "allows by NotAction whatever it does not name"
        return
    others = [each for each in statement.actions if service_of(each) != "s3"]
    if others and is_for_file_events(statement):
        others = [each for each in others if service_of(each) not in ("sqs", "sns")]
    for action in others:
        if action.lower() == "sts:assumerole":
            yield from _other_roles(statement, role)
        elif action.lower() in _KMS:
            yield from _foreign_keys(statement, role, keys)
        elif not is_unknown(action) and not taken_away(role, action, resources, _harmless(role)):
            yield f"allows {action}"


def _harmless(role: Role) -> Harmless:
    def harmless(action: str, resource: str) -> bool:
        is_own = action.lower() == "sts:assumerole" and _is_itself(resource, role)
        return is_own or service_of(action) == "s3"

    return harmless


def _other_roles(statement: Statement, role: Role) -> Iterator[str]:
    for resource in statement.resources or (_ALL_BUT,):
        pattern = "*" if resource == _ALL_BUT else resource
        if _is_itself(resource, role):
            continue
        if not taken_away(role, "sts:AssumeRole", [pattern], _harmless(role)):
            yield f"allows sts:AssumeRole on {resource}, another role than itself"


def _is_itself(resource: str, role: Role) -> bool:
    if resource == role.arn or is_unknown(resource):
        return True
    # Before the role is made nothing may tell its account; path and name do.
    suffix = role.arn.rpartition(":")[2]
    return role.account_id == NO_ACCOUNT and resource.endswith(f":{suffix}")


def _foreign_keys(statement: Statement, role: Role, keys: list[str]) -> Iterator[str]:
    for resource in statement.resources or (_ALL_BUT,):
        if is_unknown(resource):
            continue
        if kms_key_arn_fault(resource) or Arn.parse(resource).partition != role.partition:
            yield f"allows KMS on {resource}, which is not one key of the role's partition"
            continue
        if resource not in keys:
            keys.append(resource)
        if len(keys) > 1 and resource == keys[-1]:
            yield f"allows KMS on a second key, {resource}"


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
    framework=framework("SEC03", "Grant least privilege access"),
    tags=("least-privilege", "permissions"),
    url="https://docs.databricks.com/aws/en/connect/unity-catalog/cloud-storage/storage-credentials",
    good="""\
{
  "Effect": "Allow",
  "Action": ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*"],
  "Resource": "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
}""",
    bad="""\
{
  "Effect": "Allow",
  "Action": "secretsmanager:GetSecretValue",
  "Resource": "arn:aws:secretsmanager:us-east-1:123456789012:secret:payroll"
}""",
    check_role=check,
)
