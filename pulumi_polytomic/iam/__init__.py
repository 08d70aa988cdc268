"""IAM policies in plain Python: building them, reading them, and judging who may do what.

Standard library only; it knows nothing of Pulumi.
"""

from pulumi_polytomic.iam.arn_faults import (
    kms_key_arn_fault,
    policy_arn_fault,
    principal_arn_fault,
    role_arn_fault,
)
from pulumi_polytomic.iam.arns import (
    PARTITIONS,
    Arn,
    ArnError,
    bucket_arn,
    partition_fault,
    role_arn,
)
from pulumi_polytomic.iam.build import (
    S3_BUCKET_ACTIONS,
    S3_OBJECT_ACTIONS,
    permissions_policy,
    trust_policy,
)
from pulumi_polytomic.iam.context import RequestContext, vendor_call
from pulumi_polytomic.iam.document import (
    Condition,
    PolicyDocument,
    PolicyKind,
    Principal,
    Statement,
    Unknown,
)
from pulumi_polytomic.iam.external_ids import external_id_fault
from pulumi_polytomic.iam.forms import Opening
from pulumi_polytomic.iam.judge import may_assume_role, may_perform
from pulumi_polytomic.iam.names import (
    INLINE_POLICIES_QUOTA,
    MANAGED_POLICY_QUOTA,
    TRUST_POLICY_MAXIMUM,
    TRUST_POLICY_QUOTA,
    account_id_fault,
    bucket_name_fault,
    bucket_prefix_fault,
    role_name_fault,
    role_path_fault,
    session_duration_fault,
    tag_fault,
)
from pulumi_polytomic.iam.parse import parse_policy
from pulumi_polytomic.iam.permission_forms import Allowance, excess_permissions
from pulumi_polytomic.iam.strict_json import PolicyError, policy_size
from pulumi_polytomic.iam.trust_forms import is_for, may_be_vendor, trust_openings
from pulumi_polytomic.iam.trusted import VENDOR_ACCOUNTS, Trusted
from pulumi_polytomic.iam.verdict import Decision, Verdict

__all__ = [
    "INLINE_POLICIES_QUOTA",
    "MANAGED_POLICY_QUOTA",
    "PARTITIONS",
    "S3_BUCKET_ACTIONS",
    "S3_OBJECT_ACTIONS",
    "TRUST_POLICY_MAXIMUM",
    "TRUST_POLICY_QUOTA",
    "VENDOR_ACCOUNTS",
    "Allowance",
    "Arn",
    "ArnError",
    "Condition",
    "Decision",
    "Opening",
    "PolicyDocument",
    "PolicyError",
    "PolicyKind",
    "Principal",
    "RequestContext",
    "Statement",
    "Trusted",
    "Unknown",
    "Verdict",
    "account_id_fault",
    "bucket_arn",
    "bucket_name_fault",
    "bucket_prefix_fault",
    "excess_permissions",
    "external_id_fault",
    "is_for",
    "kms_key_arn_fault",
    "may_assume_role",
    "may_be_vendor",
    "may_perform",
    "parse_policy",
    "partition_fault",
    "permissions_policy",
    "policy_arn_fault",
    "policy_size",
    "principal_arn_fault",
    "role_arn",
    "role_arn_fault",
    "role_name_fault",
    "role_path_fault",
    "session_duration_fault",
    "tag_fault",
    "trust_openings",
    "trust_policy",
    "vendor_call",
]
