"""What each argument of ``DatabricksStagingAccess`` may be, on its own."""

from collections.abc import Mapping, Sequence
from typing import Final

from .. import iam
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
from .arguments import DatabricksStagingAccessArgs


def polytomic_principal_fault(value: str) -> str | None:
    """Says that ``value`` is neither a word for hosted Polytomic nor the ARN of a principal."""
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


def _deadline_fault(value: float) -> str | None:
    return None if value >= 1 else f"is {value:g}; allowed is 1 second and more"


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
            polytomic_principal_fault,
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
            "Give seconds, for example 300.", _deadline_fault, default=300
        ),
    },
)
