"""Amazon Resource Names: reading them, and computing those of the role and the bucket."""

from dataclasses import dataclass
from typing import Final

from pulumi_polytomic.iam.names import (
    account_id_fault,
    bucket_name_fault,
    role_name_fault,
    role_path_fault,
)

PARTITIONS: Final = (
    "aws",
    "aws-us-gov",
    "aws-cn",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
    "aws-eusc",
)
"""The partitions of AWS: separate clouds, whose principals cannot call across."""


class ArnError(ValueError):
    """A text is not an ARN, or the parts of one do not make an ARN."""


@dataclass(frozen=True, slots=True)
class Arn:
    """An ARN in its parts: ``arn:partition:service:region:account_id:resource``."""

    partition: str
    service: str
    region: str
    account_id: str
    resource: str
    """All after the fifth colon, such as ``role/path/name``, ``root`` or ``bucket/key``."""

    @classmethod
    def parse(cls, text: str) -> "Arn":
        """Read an ARN. Region and account may be empty.

        :raises ArnError: it is no text, has too few parts, or an empty partition, service or
            resource.
        """
        if not isinstance(text, str):
            raise ArnError("an ARN is a text")
        parts = text.split(":", 5)
        if len(parts) != 6 or parts[0] != "arn":
            raise ArnError("an ARN looks like arn:partition:service:region:account:resource")
        arn = cls(*parts[1:])
        if not (arn.partition and arn.service and arn.resource):
            raise ArnError("the partition, the service and the resource of an ARN are never empty")
        return arn

    @classmethod
    def read(cls, text: str) -> "Arn | None":
        """Read an ARN; None where it is none."""
        try:
            return cls.parse(text)
        except ArnError:
            return None

    @property
    def name(self) -> str:
        """The last part of the resource: a role's or user's name without its path."""
        return self.resource.rpartition("/")[2]

    def __str__(self) -> str:
        return ":".join(
            ("arn", self.partition, self.service, self.region, self.account_id, self.resource)
        )


def partition_fault(partition: object) -> str | None:
    """Judge a partition's name."""
    if partition in PARTITIONS:
        return None
    return f"is not a partition of AWS; known are {', '.join(PARTITIONS)}"


def role_arn(*, partition: str, account_id: str, name: str, path: str = "/") -> str:
    """Compute the ARN that IAM will give to a role, before the role exists.

    :raises ArnError: one of the parts is malformed.
    """
    _refuse(partition=partition_fault(partition))
    _refuse(account_id=account_id_fault(account_id))
    _refuse(name=role_name_fault(name))
    _refuse(path=role_path_fault(path))
    return f"arn:{partition}:iam::{account_id}:role{path}{name}"


def bucket_arn(*, partition: str, bucket_name: str) -> str:
    """Compute a bucket's ARN, which holds neither account nor region.

    :raises ArnError: one of the parts is malformed.
    """
    _refuse(partition=partition_fault(partition))
    _refuse(bucket_name=bucket_name_fault(bucket_name))
    return f"arn:{partition}:s3:::{bucket_name}"


def _refuse(**faults: str | None) -> None:
    for argument, fault in faults.items():
        if fault:
            raise ArnError(f"{argument} {fault}")
