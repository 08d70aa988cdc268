"""The proof that a staging access works: by those who use it, and by the role's documents."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..principals import POLYTOMIC_PRINCIPALS
from .aws_role import read_role
from .bucket import look_at_bucket
from .model import Finding, LastingError, Subject, UnseenError
from .role_findings import obstacles
from .validation import try_databricks
from .vendors import (
    Connection,
    Credential,
    mismatches,
    read_connection,
    read_credential,
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


def _plainly(_service: str, call: Callable[[], Any]) -> Any:
    return call()


@dataclass(frozen=True)
class Clients:
    """How to reach the three services. None: that one is not asked."""

    iam: Callable[[], Any] | None = None
    s3: Callable[[], Any] | None = None
    databricks: Callable[[], Any] | None = None
    polytomic: Callable[[], Any] | None = None
    ask: Callable[[str, Callable[[], Any]], Any] = _plainly
    """Makes the calls of a service, named first; whoever has no time to lose bounds them here."""


@dataclass(frozen=True)
class Sides:
    """What was read of both vendors' sides."""

    credential: Credential | None = None
    connection: Connection | None = None


def read_sides(clients: Clients, credential: str | None, connection: str | None) -> Sides:
    """Reads the storage credential and the connection of these names. Raises UnseenError."""
    databricks, polytomic = clients.databricks, clients.polytomic
    return Sides(
        clients.ask("Databricks", lambda: read_credential(databricks(), credential))
        if credential is not None and databricks is not None
        else None,
        clients.ask("Polytomic", lambda: read_connection(polytomic(), connection))
        if connection is not None and polytomic is not None
        else None,
    )


def attempt(clients: Clients, access: Access, sides: Sides) -> list[Finding]:
    """Has both vendors try the access; they write a file and delete it. Raises UnseenError."""
    found: list[Finding] = []
    credential, databricks = sides.credential, clients.databricks
    if credential is not None and databricks is not None:
        url = f"s3://{access.place}"
        found += clients.ask("Databricks", lambda: try_databricks(databricks(), credential, url))
    connection, polytomic = sides.connection, clients.polytomic
    if connection is not None and polytomic is not None:
        found += clients.ask("Polytomic", lambda: try_polytomic(polytomic(), connection))
    return found


def require_bucket(clients: Clients, access: Access) -> None:
    """Sees that the account has the bucket, as far as AWS shows it.

    Raises:
        LastingError: it is not there, or another account's, for certain.
    """
    s3 = clients.s3
    if s3 is None:
        return
    try:
        bucket = clients.ask(
            "AWS", lambda: look_at_bucket(s3(), access.bucket_name, access.role_arn)
        )
    except LastingError:
        raise
    except UnseenError:
        return
    if bucket.finding is not None and bucket.finding.certain:
        _, found, where, fix, _ = bucket.finding
        # The same program may be making it just now.
        looks = 2 if bucket.finding.code == "bucket-missing" else 1
        raise LastingError(f"{where[0].upper()}{where[1:]} {found}. {fix}", looks=looks)


def judge(clients: Clients, access: Access, sides: Sides) -> list[Finding]:
    """Judges the role as AWS stores it. Raises UnseenError."""
    iam = clients.iam
    if iam is None:
        raise UnseenError("AWS is not asked.")
    role = clients.ask("AWS", lambda: read_role(iam(), access.role_arn))
    found = mismatches(access.role_arn, access.place, sides.credential, sides.connection)
    return found + obstacles(role, access.subject(sides.credential, sides.connection))
