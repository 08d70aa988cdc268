"""A storage credential is proved, protected from accidents, and no wider than it has to be."""

from collections.abc import Iterator

from ..findings import Finding, advice, undecided, violation
from ..model import Credential, is_unknown
from ..rule import DATABRICKS, Rule, Severity
from ..settings import Settings

_NAME = "storage-credential-hygiene"
_OPEN = "ISOLATION_MODE_OPEN"
_PLACE = "storage credential"


def check(credential: Credential, settings: Settings) -> Iterator[Finding]:
    """Look at one storage credential, with the whole stack."""
    if credential.skips_validation and not credential.validated_later:
        yield advice(
            credential.urn,
            f"{_PLACE}, skip_validation",
            "is set, and nothing in the stack proves the credential later",
            risk="a role that does not work is found out by the first sync.",
            fix="add an external location on it without skip_validation, or an access check.",
        )
    if credential.names_unknown_role:
        yield undecided(credential.urn, f"{_PLACE}, role ARN", "is known only when it is deployed")
    elif credential.role_urn is None:
        yield advice(
            credential.urn,
            f"{_PLACE}, role ARN",
            f"names {credential.role_arn}, a role that is not in this stack",
            risk="nobody here sees whether that role is there, and what it allows.",
            fix="keep role and credential in one stack, or exempt this one with the reason.",
        )
    protected = credential.protect or settings.get(_NAME, "protected", False)
    if credential.force_destroy and protected:
        yield violation(
            credential.urn,
            f"{_PLACE}, force_destroy",
            "is set in a stack that is protected",
            risk="one destroy takes every external location and table that uses it along.",
            fix="leave force_destroy out; move what uses the credential first.",
        )
    yield from _isolation(credential, settings.get(_NAME, "isolationMode"))


def _isolation(credential: Credential, demanded: str | None) -> Iterator[Finding]:
    mode = credential.isolation_mode or _OPEN
    if demanded is None or mode == demanded:
        return
    where = f"{_PLACE}, isolation_mode"
    if is_unknown(mode):
        yield undecided(credential.urn, where, "is known only when it is deployed")
        return
    yield violation(
        credential.urn,
        where,
        f"is {mode}, and {demanded} is demanded",
        risk="every workspace of the metastore can use the credential.",
        fix=f"set isolation_mode to {demanded}, and bind the workspaces that need it.",
    )


RULE = Rule(
    name=_NAME,
    title="Storage credentials in order",
    description="A storage credential is proved, not destroyed by accident, and not too open.",
    why=(
        "A credential that skips validation, that names somebody else's role or that any workspace "
        "may use is found out late, and by the wrong people."
    ),
    remediation="Validate it, keep its role in the stack, isolate it, and leave force_destroy out.",
    severity=Severity.MEDIUM,
    practice="Define permission guardrails for your organization",
    tags=("databricks", "storage-credential"),
    url=f"{DATABRICKS}/manage-storage-credentials",
    good='databricks.StorageCredential(..., isolation_mode="ISOLATION_MODE_ISOLATED")',
    bad="databricks.StorageCredential(..., force_destroy=True, opts=ResourceOptions(protect=True))",
    check_credential=check,
    advises=True,
    settings={
        "isolationMode": {
            "type": "string",
            "enum": [_OPEN, "ISOLATION_MODE_ISOLATED"],
            "description": "The isolation mode that credentials must have. Default: any.",
        },
        "protected": {
            "type": "boolean",
            "description": "Whether the stack is protected as a whole. Default: false.",
        },
    },
)
