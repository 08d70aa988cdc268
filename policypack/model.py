"""What the rules judge: a role with all that bears on it, gathered from a stack's resources."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pulumi_policy.proxy import (
    UNKNOWN_ARCHIVE_VALUE,
    UNKNOWN_ARRAY_VALUE,
    UNKNOWN_ASSET_VALUE,
    UNKNOWN_BOOLEAN_VALUE,
    UNKNOWN_NUMBER_VALUE,
    UNKNOWN_OBJECT_VALUE,
    UNKNOWN_STRING_VALUE,
)

from pulumi_polytomic.iam import PolicyDocument, Verdict

UNKNOWNS: Final = frozenset(
    {
        UNKNOWN_ARCHIVE_VALUE,
        UNKNOWN_ARRAY_VALUE,
        UNKNOWN_ASSET_VALUE,
        UNKNOWN_BOOLEAN_VALUE,
        UNKNOWN_NUMBER_VALUE,
        UNKNOWN_OBJECT_VALUE,
        UNKNOWN_STRING_VALUE,
    }
)
"""What stands for a value that is known only once the program has been deployed."""
_SHORTEST_UNKNOWN: Final = min(map(len, UNKNOWNS))


def is_unknown(value: object) -> bool:
    """Whether a value, or any part of its text, is not known yet."""
    if not isinstance(value, str) or len(value) < _SHORTEST_UNKNOWN:
        return False
    return any(unknown in value for unknown in UNKNOWNS)


NO_ACCOUNT: Final = "000000000000"
"""Account of a role that is not made yet, where nothing tells it."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as the engine shows it: inputs at registration, outputs once deployed."""

    urn: str
    type: str
    name: str
    """Logical name."""
    properties: Mapping[str, Any]
    """Plain values; one of `UNKNOWNS` stands where a value is not known yet."""
    parent: str | None = None
    protect: bool = False
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """URNs by property; known only for the whole stack."""

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
    """One of `UNKNOWNS` where it is not known yet."""
    role_urn: str | None = None
    """URN of the role of this stack that it names; None: of none."""
    names_unknown_role: bool = False
    """Whether which role it names is not known yet."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role in scope, and what bears on what it allows."""

    urn: str
    name: str
    """Logical name."""
    arn: str
    """Real once it is deployed; before that, made of what its own documents say."""
    arn_known: bool
    trust: Document
    policies: tuple[Document, ...] = ()
    """Identity policies. At registration those alone that came with the resource in hand."""
    policies_missing: tuple[str, ...] = ()
    """Why there may be more identity policies than `policies`; empty where that is all."""
    boundary: Document | None = None
    """Permissions boundary; None: it has none."""
    boundary_arn: str | None = None
    """ARN of the boundary, one of `UNKNOWNS` where not known yet; None: it has none."""
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
    bucket_name: str | None = None
    """Of the component that made the role; None: not known, or made by hand."""
    bucket_prefix: str | None = None
    answers: dict[Any, Verdict] = field(default_factory=dict, compare=False, repr=False)
    """What the judge has said of the trust policy already, because rules ask alike."""

    @property
    def shown_account(self) -> str:
        """How to show its account to a person."""
        return "<your account ID>" if self.account_id == NO_ACCOUNT else self.account_id

    @property
    def shown_arn(self) -> str:
        """How to show its ARN to a person."""
        return self.arn.replace(NO_ACCOUNT, "<your account ID>")

    @property
    def account_id(self) -> str:
        """AWS account, 12 digits."""
        return self.arn.split(":")[4]

    @property
    def partition(self) -> str:
        """AWS partition."""
        return self.arn.split(":")[1]
