"""Looking at a staging access from every side at once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..principals import POLYTOMIC_PRINCIPALS
from .aws_role import read_role
from .model import Finding, Subject, UnseenError
from .role_findings import obstacles
from .vendors import (
    Connection,
    Credential,
    mismatches,
    read_connection,
    read_credential,
    try_databricks,
    try_polytomic,
)


@dataclass(frozen=True)
class Access:
    """What is to work: one role, one place in S3, and who uses it."""

    role_arn: str
    bucket_name: str
    bucket_prefix: str = ""
    kms_key_arn: str | None = None
    polytomic_principal: str = "account"
    """As the component's argument: ``account``, ``service-role`` or an ARN."""
    polytomic_external_ids: tuple[str, ...] = field(default=(), repr=False)
    """Those that Polytomic sends. Default: the connection's."""

    @property
    def place(self) -> str:
        """``bucket`` or ``bucket/folder``."""
        prefix = self.bucket_prefix.strip("/")
        return f"{self.bucket_name}/{prefix}" if prefix else self.bucket_name

    def subject(self, credential: Credential | None, connection: Connection | None) -> Subject:
        """Gives what the role's documents are judged for."""
        principal = self.polytomic_principal
        minted = connection and connection.external_id
        external_ids = self.polytomic_external_ids or ((minted,) if minted else None)
        return Subject(
            bucket_name=self.bucket_name,
            bucket_prefix=self.bucket_prefix,
            kms_key_arn=self.kms_key_arn,
            databricks=credential is not None,
            databricks_external_id=credential and credential.external_id,
            unity_catalog_principal=credential and credential.principal,
            polytomic_external_ids=external_ids,
            # Whatever is trusted, hosted Polytomic calls as its service role.
            polytomic_principal=POLYTOMIC_PRINCIPALS["service-role"]
            if principal in POLYTOMIC_PRINCIPALS
            else principal,
        )


@dataclass(frozen=True)
class Clients:
    """How to reach the three services. None: that one is not asked."""

    iam: Callable[[], Any] | None = None
    databricks: Callable[[], Any] | None = None
    polytomic: Callable[[], Any] | None = None


@dataclass(frozen=True)
class Sides:
    """What was read of both vendors' sides."""

    credential: Credential | None = None
    connection: Connection | None = None


def read_sides(clients: Clients, credential: str | None, connection: str | None) -> Sides:
    """Reads the storage credential and the connection of these names. Raises UnseenError."""
    return Sides(
        read_credential(clients.databricks(), credential)
        if credential is not None and clients.databricks is not None
        else None,
        read_connection(clients.polytomic(), connection)
        if connection is not None and clients.polytomic is not None
        else None,
    )


def judge(clients: Clients, access: Access, sides: Sides) -> list[Finding]:
    """Judges the role as AWS stores it. Raises UnseenError."""
    if clients.iam is None:
        raise UnseenError("AWS is not asked.")
    role = read_role(clients.iam(), access.role_arn)
    found = mismatches(access.role_arn, access.place, sides.credential, sides.connection)
    return found + obstacles(role, access.subject(sides.credential, sides.connection))


def attempt(clients: Clients, access: Access, sides: Sides) -> list[Finding]:
    """Has both vendors try the access; they write a file and delete it. Raises UnseenError."""
    found: list[Finding] = []
    if sides.credential is not None and clients.databricks is not None:
        url = f"s3://{access.place}"
        found += try_databricks(clients.databricks(), sides.credential.name, url)
    if sides.connection is not None and clients.polytomic is not None:
        found += try_polytomic(clients.polytomic(), sides.connection)
    return found
