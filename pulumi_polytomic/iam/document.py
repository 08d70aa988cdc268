"""A policy document as plain, frozen data: what the parser makes and the judge reads."""

from dataclasses import dataclass
from typing import Final, Literal

CURRENT_VERSION: Final = "2012-10-17"
"""The version in which ``${...}`` is a policy variable."""
OLD_VERSION: Final = "2008-10-17"
"""The version of a document that names none; it knows no policy variables."""

PolicyKind = Literal["trust", "permissions"]
"""What a document is for: whom a role lets in, or what a role (or whom it bounds) may do."""
PrincipalKind = Literal["*", "AWS", "Service", "Federated", "CanonicalUser"]


class Unknown(str):
    """A value that is not known yet. It stands for a whole value, never for a part of one."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Principal:
    """One principal of a statement, as AWS stores it."""

    kind: PrincipalKind
    """``*`` where the whole element was the text ``*``."""
    value: str
    """An ARN, a unique ID (``AROA...``), a service, or ``*``. An account's number is its root."""

    @property
    def everybody(self) -> bool:
        """Whether it is ``"*"`` or ``{"AWS": "*"}``, which mean the same."""
        return self.kind in ("*", "AWS") and self.value == "*"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition key under one operator."""

    operator: str
    """As written, such as ``ForAnyValue:StringLikeIfExists``."""
    key: str
    """As written; compare by `name`."""
    values: tuple[str, ...]
    """Numbers and booleans as the text that AWS makes of them."""

    @property
    def name(self) -> str:
        """The key in lower case, which is how keys compare."""
        return self.key.lower()

    def __str__(self) -> str:
        """Name operator and key, never a value: it may be an external ID."""
        return f"{self.operator} on {self.key}"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. An element that it does not have is ``None``, never empty."""

    index: int
    """Place in the document, from 1."""
    effect: Literal["Allow", "Deny"]
    sid: str | None = None
    principals: tuple[Principal, ...] | None = None
    not_principals: tuple[Principal, ...] | None = None
    actions: tuple[str, ...] | None = None
    not_actions: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    not_resources: tuple[str, ...] | None = None
    conditions: tuple[Condition, ...] = ()
    """All of them must hold."""

    @property
    def label(self) -> str:
        """How to name it to a person: ``statement 2 (UnityCatalogAssumeRole)``."""
        return f"statement {self.index} ({self.sid})" if self.sid else f"statement {self.index}"


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A policy document: its statements in order, and the version of the language."""

    statements: tuple[Statement, ...]
    version: str = OLD_VERSION

    @property
    def expands_variables(self) -> bool:
        """Whether ``${...}`` is a policy variable here, or just text."""
        return self.version == CURRENT_VERSION
