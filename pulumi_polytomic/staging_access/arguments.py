"""The arguments of ``DatabricksStagingAccess``: as they are declared, and the table of checks."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias, TypedDict

import pulumi

from .. import iam
from ..access_check.arguments import deadline_fault
from ..arguments import Argument, Arguments
from ..connection.arguments import config_fault
from ..principals import POLYTOMIC_PRINCIPALS
from ..text_faults import (
    comment_fault,
    object_name_fault,
    owner_fault,
    role_description_fault,
    text_fault,
)

CheckAccess: TypeAlias = bool | Literal["warn"]
DatabricksEnvironment: TypeAlias = Literal["aws", "aws-us-gov", "aws-us-gov-dod"]
IsolationMode: TypeAlias = Literal["ISOLATION_MODE_ISOLATED", "ISOLATION_MODE_OPEN"]
Partition: TypeAlias = Literal[
    "aws",
    "aws-us-gov",
    "aws-cn",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
    "aws-eusc",
]
SelfTrust: TypeAlias = Literal["condition", "principal"]
StorageCredential: TypeAlias = Literal["create", "existing", "none"]


class _RequiredArgs(TypedDict):
    bucket_name: pulumi.Input[str]
    """Name of the S3 bucket in which Polytomic stages files."""


class DatabricksStagingAccessArgs(_RequiredArgs, total=False):
    """Arguments of ``DatabricksStagingAccess``; one that is absent or None takes its default."""

    bucket_prefix: pulumi.Input[str] | None
    """Folder of the bucket, such as ``polytomic/staging``, to which every S3 permission is limited.
    Default: the whole bucket."""
    polytomic_external_id: pulumi.Input[str] | None
    """External ID that Polytomic shows on the connection. Required, unless
    ``polytomic_external_ids`` or ``polytomic_connection_name`` is given. Secret in the state where
    it is given as a secret."""
    polytomic_external_ids: pulumi.Input[list[pulumi.Input[str]]] | None
    """External IDs of several Polytomic connections that share the role."""
    polytomic_connection_name: pulumi.Input[str] | None
    """Name of a Polytomic connection to make here, in place of giving the external ID of one.
    Needs Polytomic's API key as ``POLYTOMIC_API_KEY`` or as the secret
    ``polytomic-databricks:polytomicApiKey`` of the stack's configuration."""
    polytomic_connection_config: pulumi.Input[Mapping[str, Any]] | None
    """Configuration of that connection with the keys of Polytomic's API: ``server_hostname``,
    ``http_path``, ``access_token`` or ``service_principal_id`` and ``service_principal_secret``,
    and any further ones. What follows from the role and the bucket is added. Default of
    ``s3_bucket_region``: the AWS provider's region. Secret."""
    polytomic_principal: pulumi.Input[str] | None
    """Who Polytomic is to AWS: ``account`` (hosted Polytomic's account, the default),
    ``service-role`` (only its service role), or the ARN of your own Polytomic installation."""
    role_name: pulumi.Input[str] | None
    """Name of the IAM role, 1 to 64 characters. Default: ``<name>-polytomic-databricks``. Never
    auto-named: its ARN must be known before it exists."""
    role_path: pulumi.Input[str] | None
    """Path of the IAM role, begins and ends with ``/``. Default: ``/``."""
    role_description: pulumi.Input[str] | None
    """Description of the IAM role. Default: says what the role is for."""
    permissions_boundary: pulumi.Input[str] | None
    """ARN of the managed policy that bounds the role. Default: none."""
    max_session_duration: pulumi.Input[int] | None
    """Longest session of the role in seconds, 3600 to 43200. Default: AWS' own, 3600."""
    tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None
    """Tags of the IAM role, besides the AWS provider's default tags."""
    account_id: pulumi.Input[str] | None
    """AWS account of the role, 12 digits. Default: looked up once per stack and provider."""
    partition: pulumi.Input[Partition] | None
    """AWS partition of the role. Default: looked up once per stack and provider."""
    databricks_environment: pulumi.Input[DatabricksEnvironment] | None
    """Where the Databricks workspace runs: ``aws`` (default), ``aws-us-gov`` or
    ``aws-us-gov-dod``."""
    unity_catalog_principal: pulumi.Input[str] | None
    """ARN with which Unity Catalog assumes the role. Default: what the storage credential
    returns."""
    storage_credential: StorageCredential | None
    """``create`` (default) makes a storage credential; ``existing`` uses the one named by
    ``storage_credential_name``; ``none`` leaves Databricks out, for a bucket that is already an
    External Location of another credential."""
    storage_credential_name: pulumi.Input[str] | None
    """Name of the storage credential in Unity Catalog. Default: the role's default name. Changing
    it makes a new credential, with a new external ID."""
    storage_credential_comment: pulumi.Input[str] | None
    """Comment on the storage credential. Default: none."""
    storage_credential_owner: pulumi.Input[str] | None
    """Owner of the storage credential: user, group, or a service principal's application ID.
    Default: who creates it."""
    storage_credential_read_only: pulumi.Input[bool] | None
    """Whether Databricks may only read with the credential. Default: false."""
    isolation_mode: pulumi.Input[IsolationMode] | None
    """``ISOLATION_MODE_OPEN`` (every workspace of the metastore) or ``ISOLATION_MODE_ISOLATED``.
    Default: Databricks' own, open."""
    force_destroy: pulumi.Input[bool] | None
    """Whether the credential is deleted even where external locations use it. Default: false."""
    self_trust: SelfTrust | None
    """How the role is let assume itself: ``condition`` (default), the account narrowed to this role
    by ``aws:PrincipalArn``, which works from creation on and survives a re-creation; or
    ``principal``, the one statement of Polytomic's guide with the role as its own principal, which
    is written once the role exists, and in which each vendor may use the other's external ID."""
    kms_key_arn: pulumi.Input[str] | None
    """ARN of the KMS key that encrypts the bucket; adds what SSE-KMS needs. Default: none."""
    check_access: CheckAccess | None
    """Whether to prove, once all is made, that Databricks can use the role, and Polytomic where its
    connection is made here, and to judge the policies as AWS stores them. ``True`` (default) waits
    for AWS to spread the role, and fails the update with a diagnosis where it does not work;
    ``warn`` only says so; ``False`` proves nothing. Needs credentials of Databricks where Pulumi
    runs, from the environment or the stack's configuration."""
    check_access_deadline: pulumi.Input[int] | None
    """Longest wait for the access to work, in seconds. Default: 300."""


def _polytomic_principal_fault(value: str) -> str | None:
    if value in POLYTOMIC_PRINCIPALS:
        return None
    problem = iam.principal_arn_fault(value)
    if problem is None:
        return None
    return f"{problem}; it is neither {' nor '.join(POLYTOMIC_PRINCIPALS)} nor an ARN"


def _external_ids_fault(values: Sequence[str]) -> str | None:
    if not values:
        return "is an empty list; at least one external ID is needed"
    if len(set(values)) != len(values):
        return "holds the same external ID twice"
    for number, value in enumerate(values, 1):
        problem = iam.external_id_fault(value)
        if problem is not None:
            return f"entry {number} {problem}"
    return None


def _tags_fault(tags: Mapping[str, str]) -> str | None:
    if len(tags) > 50:
        return f"has {len(tags)} tags; a role takes at most 50"
    return next((f for key, value in tags.items() if (f := iam.tag_fault(key, value))), None)


_COPY_POLYTOMIC_ID: Final = "Polytomic shows it on the connection once that is saved."
_SEE_DESCRIPTION: Final = "See the argument's description for each."

ARGUMENTS: Final = Arguments(
    "DatabricksStagingAccess",
    DatabricksStagingAccessArgs,
    {
        "bucket_name": Argument("Give the staging bucket's own name.", iam.bucket_name_fault),
        "bucket_prefix": Argument(
            "Give a folder such as 'polytomic/staging', or leave it out.", iam.bucket_prefix_fault
        ),
        "polytomic_external_id": Argument(
            _COPY_POLYTOMIC_ID, iam.external_id_fault, sensitive=True
        ),
        "polytomic_external_ids": Argument(_COPY_POLYTOMIC_ID, _external_ids_fault, sensitive=True),
        "polytomic_connection_name": Argument("Name the connection.", text_fault),
        "polytomic_connection_config": Argument(
            "Give Polytomic's own keys, such as server_hostname, http_path and access_token.",
            config_fault,
            secret=True,
        ),
        "polytomic_principal": Argument(
            "Use 'account', 'service-role', or the ARN of your own Polytomic installation's role.",
            _polytomic_principal_fault,
            default="account",
        ),
        "role_name": Argument("Set role_name to a valid IAM role name.", iam.role_name_fault),
        "role_path": Argument("Begin and end it with '/'.", iam.role_path_fault, default="/"),
        "role_description": Argument("Shorten or respell it.", role_description_fault),
        "permissions_boundary": Argument("Give the ARN of a managed policy.", iam.policy_arn_fault),
        "max_session_duration": Argument(
            "Give whole seconds, for example 3600.", iam.session_duration_fault, default=3600
        ),
        "tags": Argument("Correct or remove the tag.", _tags_fault),
        "account_id": Argument(
            "Give the 12 digits of the role's AWS account, as a string.", iam.account_id_fault
        ),
        "partition": Argument("Leave it out to look it up, or name the AWS partition."),
        "databricks_environment": Argument(
            "Say where the Databricks workspace runs.", default="aws"
        ),
        "unity_catalog_principal": Argument(
            "Leave it out to use the principal that the storage credential returns.",
            iam.principal_arn_fault,
        ),
        "storage_credential": Argument(_SEE_DESCRIPTION, default="create"),
        "storage_credential_name": Argument("Name the storage credential.", object_name_fault),
        "storage_credential_comment": Argument("Give a string.", comment_fault),
        "storage_credential_owner": Argument(
            "Name a user, a group or a service principal's application ID.", owner_fault
        ),
        "storage_credential_read_only": Argument("Give true or false."),
        "isolation_mode": Argument("Use one of these words."),
        "force_destroy": Argument("Give true or false."),
        "self_trust": Argument(_SEE_DESCRIPTION),
        "kms_key_arn": Argument(
            "Give the ARN of the key that encrypts the bucket.", iam.kms_key_arn_fault
        ),
        "check_access": Argument(_SEE_DESCRIPTION, default=True),
        "check_access_deadline": Argument(
            "Give seconds, for example 300.", deadline_fault, default=300
        ),
    },
)
