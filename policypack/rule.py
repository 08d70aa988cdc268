"""The form of a rule: its metadata, and the function that judges one subject."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from pulumi_policy import EnforcementLevel
from pulumi_policy import Severity as Severity

from .findings import Finding
from .model import Credential, Role
from .settings import Settings

GUIDE: Final = (
    "https://docs.polytomic.com/docs/iam-role-authentication-to-databricks-aws-staging-buckets"
)
IAM_GUIDE: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
DATABRICKS: Final = "https://docs.databricks.com/aws/en/connect/unity-catalog/cloud-storage"

RoleCheck = Callable[[Role, Settings], Iterable[Finding]]
CredentialCheck = Callable[[Credential, Settings], Iterable[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, with all that its documentation and a policy service show of it."""

    name: str
    title: str
    description: str
    """One sentence: what it refuses."""
    why: str
    """What goes wrong without it: for an attacker, or for a sync."""
    remediation: str
    severity: Severity
    practice: str
    """Best practice of SEC03 in the AWS Well-Architected Framework that it carries out."""
    tags: tuple[str, ...]
    url: str
    """Source of the rule."""
    good: str
    """Example that passes, as JSON of a policy or as a program."""
    bad: str
    """Example that is refused."""
    check_role: RoleCheck | None = None
    """Judges a role in scope: when it or a policy of it is registered, and with the whole stack."""
    check_credential: CredentialCheck | None = None
    """Judges each storage credential, with the whole stack."""
    level: EnforcementLevel = EnforcementLevel.MANDATORY
    advises: bool = False
    """Whether it also gives advice, under the policy `<name>-advisory`."""
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    """JSON Schema of each of its settings."""
