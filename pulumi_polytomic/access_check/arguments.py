"""The arguments of ``StagingAccessCheck``."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias, TypedDict

import pulumi

from .. import iam
from ..arguments import Argument, Arguments
from ..principals import POLYTOMIC_PRINCIPALS
from ..text_faults import object_name_fault, text_fault

DEADLINE_S: Final = 300

CheckMode: TypeAlias = Literal["fail", "warn"]


class _RequiredArgs(TypedDict):
    role_arn: pulumi.Input[str]
    """ARN of the IAM role."""
    bucket_name: pulumi.Input[str]
    """Name of the staging bucket."""


class StagingAccessCheckArgs(_RequiredArgs, total=False):
    """Arguments of ``StagingAccessCheck``; one that is absent or None takes its default."""

    bucket_prefix: pulumi.Input[str] | None
    """Folder of the bucket that is used. Default: the whole bucket."""
    kms_key_arn: pulumi.Input[str] | None
    """KMS key that encrypts the bucket. Default: none."""
    polytomic_principal: pulumi.Input[str] | None
    """Who Polytomic is to AWS, as for ``DatabricksStagingAccess``. Default: ``account``."""
    polytomic_external_ids: pulumi.Input[Sequence[pulumi.Input[str]]] | None
    """External IDs that the trust policy must let Polytomic in with. Default: the connection's.
    Secret."""
    storage_credential_name: pulumi.Input[str] | None
    """Storage credential that Databricks is asked to validate. Default: none."""
    connection_id: pulumi.Input[str] | None
    """Polytomic connection that Polytomic is asked to test. Default: none."""
    mode: pulumi.Input[CheckMode] | None
    """``fail`` (default) fails the update where the access does not work, ``warn`` only says so."""
    deadline: pulumi.Input[float] | None
    """Longest wait for the access to work, in seconds. Default: 300."""
    triggers: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None
    """Whatever, when it changes, makes the check run again."""


def _principal_fault(value: str) -> str | None:
    return None if value in POLYTOMIC_PRINCIPALS else iam.principal_arn_fault(value)


def deadline_fault(value: float) -> str | None:
    """Judges the longest wait for the access to work, in seconds."""
    return None if value >= 1 else f"is {value:g}; allowed is 1 second and more"


ARGUMENTS: Final = Arguments(
    "StagingAccessCheck",
    StagingAccessCheckArgs,
    {
        "role_arn": Argument("Give the ARN of the role.", iam.role_arn_fault),
        "bucket_name": Argument("Give the staging bucket's own name.", iam.bucket_name_fault),
        "bucket_prefix": Argument(
            "Give a folder such as 'polytomic/staging', or leave it out.", iam.bucket_prefix_fault
        ),
        "kms_key_arn": Argument("Give the ARN of the key.", iam.kms_key_arn_fault),
        "polytomic_principal": Argument(
            "Use 'account', 'service-role', or an ARN.", _principal_fault
        ),
        "polytomic_external_ids": Argument("Give a list of external IDs.", secret=True),
        "storage_credential_name": Argument("Give the credential's name.", object_name_fault),
        "connection_id": Argument("Give the connection's ID.", text_fault),
        "mode": Argument("Use one of these words.", default="fail", enum="CheckMode"),
        "deadline": Argument("Give seconds, for example 300.", deadline_fault, default=DEADLINE_S),
        "triggers": Argument("Give a map of strings."),
    },
)
