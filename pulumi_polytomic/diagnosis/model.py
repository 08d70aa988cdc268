"""What is diagnosed, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..principals import POLYTOMIC_PRINCIPALS


class UnseenError(Exception):
    """Something could not be looked at; the text says what, why, and what to do."""


class WrongAccountError(UnseenError):
    """The credentials are those of another AWS account; the text names both."""


class Finding(NamedTuple):
    """One thing that is wrong. Holds no external ID."""

    code: str
    """What it is, for programs: ``databricks-external-id``, ``s3-action``, ..."""
    found: str
    """What was found, as a sentence without its end."""
    where: str
    """Which policy, and which statement of it by Sid or number."""
    fix: str
    """What to write instead, as a sentence."""
    certain: bool = True
    """Whether it is wrong for certain; else it depends on what was not to be seen."""

    def __str__(self) -> str:
        return f"{self.where}: {self.found}. {self.fix}"


class Policy(NamedTuple):
    """An identity policy of the role."""

    name: str
    document: str | Mapping[str, Any]


@dataclass(frozen=True)
class Role:
    """A role as AWS has it."""

    arn: str
    trust_policy: str | Mapping[str, Any]
    policies: tuple[Policy, ...] = ()
    """All of them, inline and attached."""
    boundary: Policy | None = None
    unique_id: str | None = None


@dataclass(frozen=True)
class Subject:
    """What the role is for. None: not known, so nothing is said of it."""

    bucket_name: str | None = None
    bucket_prefix: str = ""
    kms_key_arn: str | None = None
    databricks: bool = True
    """Whether Unity Catalog is to use the role."""
    databricks_external_id: str | None = field(default=None, repr=False)
    unity_catalog_principal: str | None = None
    polytomic_external_ids: tuple[str, ...] | None = field(default=None, repr=False)
    polytomic_principal: str = POLYTOMIC_PRINCIPALS["service-role"]
    """Who calls: hosted Polytomic signs as its service role."""
