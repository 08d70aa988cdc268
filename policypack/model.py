"""What the rules judge: a role with all that bears on it, gathered from a stack's resources."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pulumi_polytomic.iam import PolicyDocument, Unknown

NO_ACCOUNT: Final = "000000000000"
"""Account of a role that is not made yet, where nothing tells it."""


def is_unknown(value: object) -> bool:
    """Whether a value is not known yet. A part of a text never is."""
    return isinstance(value, Unknown)


def known_text(value: object) -> str | None:
    """Give a text; None where it is none, empty or not known yet."""
    return value if isinstance(value, str) and value and not is_unknown(value) else None


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as the engine shows it: inputs at registration, outputs once deployed."""

    urn: str
    type: str
    name: str
    """Logical name."""
    properties: Mapping[str, Any]
    """Plain values; an `Unknown` stands where a value is not known yet."""
    parent: str | None = None
    protect: bool = False
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """URNs by property; known only for the whole stack."""
    provider: str | None = None
    """URN of its provider; None: not told."""
    account: str | None = None
    """AWS account that its provider is held to; None: any."""
    partition: str | None = None
    """AWS partition of its provider's region; None: not told."""

    def known(self, name: str) -> Any:
        """Give a property; None where it is absent or not known."""
        value = self.properties.get(name)
        return None if is_unknown(value) else value


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document and where it stands."""

    place: str
    """Such as ``trust policy`` or ``inline policy s3``."""
    urn: str
    """URN of the resource that holds it."""
    content: PolicyDocument | None = None
    """None: malformed, or not known."""
    fault: str | None = None
    """Why it is malformed."""
    unknown: str | None = None
    """Why it is not known, such as ``is known only when it is deployed``."""
    arn: str | None = None
    """ARN of a managed policy that is not in the stack."""
    size: int | None = None
    """Characters without white space, as AWS counts them."""
    later: bool = False
    """Whether the whole stack may yet tell what is not known."""

    def at(self, label: str) -> str:
        """Name a statement of it by its label."""
        return f"{self.place}, {label}"


@dataclass(frozen=True, slots=True)
class Credential:
    """A storage credential of Unity Catalog. None: not known, or absent where that says so."""

    urn: str
    name: str
    """Logical name."""
    role_arn: str | None
    external_id: str | None
    principal: str | None
    """ARN with which Unity Catalog assumes the role, as the credential returned it."""
    skips_validation: bool
    validated_later: bool
    """Whether something in the stack proves it once role and policies are there."""
    force_destroy: bool
    protect: bool
    isolation_mode: str | None
    """`Unknown` where it is not known yet."""
    role_urn: str | None = None
    """URN of the role of this stack that it names; None: of none."""
    names_unknown_role: bool = False
    """Whether which role it names is not known yet, or two roles go by that name."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role in scope, and what bears on what it allows."""

    urn: str
    name: str
    """Logical name."""
    arn: str
    """Real once it is deployed; before that, made of what is sure."""
    account_known: bool
    """Whether the account in `arn` is sure; else it is `NO_ACCOUNT`."""
    trust: Document
    policies: tuple[Document, ...] = ()
    """Identity policies, as far as they have been seen."""
    policies_missing: tuple[str, ...] = ()
    """Why there may be more identity policies than `policies`; empty where that is all."""
    boundary: Document | None = None
    """Permissions boundary; None: it has none."""
    boundary_arn: str | None = None
    """ARN of the boundary, `Unknown` where not known yet; None: it has none."""
    max_session_duration: float | None = None
    """Seconds; None: not set or not known."""
    unique_id: str | None = None
    credentials: tuple[Credential, ...] = ()
    """Storage credentials that name the role, as far as they have been seen."""
    trust_depends_on: frozenset[str] = frozenset()
    """URNs of what the trust policy was made of; known only for the whole stack."""
    whole: bool = False
    """Whether all resources of the stack have been seen; False: the role is just registered."""
    preview: bool = False
    of_component: bool = False
    bucket_name: str | None = None
    """Of that component; None: not known, or made by hand."""
    bucket_prefix: str | None = None

    @property
    def shown_arn(self) -> str:
        """How to show its ARN to a person."""
        return self.shown(self.arn)

    @property
    def partition(self) -> str:
        """AWS partition."""
        return self.arn.split(":")[1]

    @property
    def root(self) -> str:
        """ARN of its account's root."""
        return f"{self.arn.rpartition(':')[0]}:root"

    def shown(self, text: str) -> str:
        """Show a text that may hold the role's ARN to a person."""
        return text if self.account_known else text.replace(NO_ACCOUNT, "<your account ID>")
