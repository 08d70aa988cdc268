"""Building the role's two policies, as Polytomic's guide asks for them."""

from collections.abc import Sequence
from typing import Any, Final, Literal

from pulumi_polytomic.iam.arn_faults import kms_key_arn_fault, principal_arn_fault, role_arn_fault
from pulumi_polytomic.iam.arns import Arn, bucket_arn
from pulumi_polytomic.iam.names import bucket_prefix_fault

_GUIDE_ORDER: Final = (
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:GetBucketLocation",
    "s3:ListBucketMultipartUploads",
    "s3:ListMultipartUploadParts",
    "s3:AbortMultipartUpload",
)
S3_BUCKET_ACTIONS: Final = tuple(each for each in _GUIDE_ORDER if "Bucket" in each)
"""The guide's actions that act on the bucket."""
S3_OBJECT_ACTIONS: Final = tuple(each for each in _GUIDE_ORDER if "Bucket" not in each)
"""The guide's actions that act on objects."""
_KMS_ACTIONS: Final = ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*")
_VERSION: Final = "2012-10-17"

_Json = dict[str, Any]


def trust_policy(
    *,
    role_arn: str,
    polytomic_principal: str,
    polytomic_external_ids: Sequence[str],
    unity_catalog_principal: str | None,
    databricks_external_id: str | None,
    self_trust: Literal["condition", "principal"] = "condition",
) -> _Json:
    """Build the trust policy of the role, as a dict that ``json.dumps`` takes.

    ``condition`` gives three statements, each with one principal that may use only its own
    external ID; the role trusts itself through its account's root, narrowed by
    ``aws:PrincipalArn``, so the document is accepted before the role exists. ``principal`` gives
    the guide's one statement, in which every principal may use every ID.

    With neither a Unity Catalog principal nor a Databricks external ID, only Polytomic is
    trusted, and ``self_trust`` changes nothing: nobody but Databricks asks for self-assumption.

    :raises ValueError: an ARN is malformed, an external ID is missing, or only one of the two
        arguments of Databricks is given.
    """
    if self_trust not in ("condition", "principal"):
        raise ValueError("self_trust is neither 'condition' nor 'principal'")
    _refuse("role_arn", role_arn_fault(role_arn))
    _refuse("polytomic_principal", principal_arn_fault(polytomic_principal))
    polytomic_ids = _external_ids(polytomic_external_ids)
    if (unity_catalog_principal is None) != (databricks_external_id is None):
        raise ValueError(
            "unity_catalog_principal and databricks_external_id belong together: give both or none"
        )
    one_or_many = polytomic_ids[0] if len(polytomic_ids) == 1 else polytomic_ids
    polytomic = _assume_role("PolytomicAssumeRole", polytomic_principal, one_or_many)
    if unity_catalog_principal is None:
        return {"Version": _VERSION, "Statement": [polytomic]}
    _refuse("unity_catalog_principal", principal_arn_fault(unity_catalog_principal))
    databricks_id = _external_id("databricks_external_id", databricks_external_id)
    if self_trust == "principal":
        principals = [polytomic_principal, unity_catalog_principal, role_arn]
        ids = list(dict.fromkeys([*polytomic_ids, databricks_id]))
        combined = _assume_role(None, principals, ids)
        return {"Version": _VERSION, "Statement": [combined]}
    arn = Arn.parse(role_arn)
    root = str(Arn(arn.partition, "iam", "", arn.account_id, "root"))
    oneself = _assume_role("ExplicitSelfRoleAssumption", root, databricks_id)
    # Checkov's CKV_AWS_61 flags ":root" in spite of this condition (bridgecrewio/checkov#7209).
    oneself["Condition"]["ArnEquals"] = {"aws:PrincipalArn": role_arn}
    unity_catalog = _assume_role("UnityCatalogAssumeRole", unity_catalog_principal, databricks_id)
    return {"Version": _VERSION, "Statement": [polytomic, unity_catalog, oneself]}


def permissions_policy(
    *,
    role_arn: str | None,
    bucket_name: str,
    bucket_prefix: str = "",
    partition: str = "aws",
    kms_key_arn: str | None = None,
) -> _Json:
    """Build the policy of what the role may do, as a dict that ``json.dumps`` takes.

    Without a prefix: the guide's document. With one: objects below it, listings of it and
    nothing else. ``role_arn=None`` leaves self-assumption out.

    :raises ValueError: an ARN, the bucket's name, the prefix or the partition is malformed.
    """
    bucket = bucket_arn(partition=partition, bucket_name=bucket_name)
    _refuse("bucket_prefix", bucket_prefix_fault(bucket_prefix))
    statements = _s3_statements(bucket, bucket_prefix.removesuffix("/"))
    if role_arn is not None:
        _refuse("role_arn", role_arn_fault(role_arn) or _partition_fault(role_arn, partition))
        statements.append(_allow("AllowSelfAssume", "sts:AssumeRole", role_arn))
    if kms_key_arn is not None:
        fault = kms_key_arn_fault(kms_key_arn) or _partition_fault(kms_key_arn, partition)
        _refuse("kms_key_arn", fault)
        statements.append(_allow("AllowKms", list(_KMS_ACTIONS), kms_key_arn))
    return {"Version": _VERSION, "Statement": statements}


def _external_ids(external_ids: object) -> list[str]:
    if isinstance(external_ids, str) or not isinstance(external_ids, Sequence):
        raise ValueError("polytomic_external_ids is not a list of external IDs")
    if not external_ids:
        raise ValueError("polytomic_external_ids is empty: Polytomic could not assume the role")
    # An ID given twice stands once: AWS would count its characters twice.
    return list(dict.fromkeys(_external_id("polytomic_external_ids", x) for x in external_ids))


def _external_id(argument: str, external_id: object) -> str:
    """Refuse what would switch the guard off: no ID ("null" in JSON), or one that is a pattern."""
    if not isinstance(external_id, str) or not external_id.strip():
        raise ValueError(f"{argument} holds an external ID that is missing or empty")
    if "${" in external_id:
        raise ValueError(f"{argument} holds a policy variable instead of an external ID")
    return external_id


def _assume_role(
    sid: str | None, principals: str | list[str], external_ids: str | list[str]
) -> _Json:
    return {
        **({"Sid": sid} if sid else {}),
        "Effect": "Allow",
        "Principal": {"AWS": principals},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": external_ids}},
    }


def _s3_statements(bucket: str, prefix: str) -> list[_Json]:
    sid = "PolytomicAndDatabricksS3Access"
    if not prefix:
        return [_allow(sid, list(_GUIDE_ORDER), [f"{bucket}/*", bucket])]
    listing = _allow(f"{sid}List", "s3:ListBucket", bucket)
    # The bare prefix and "prefix/" are listed too (lakekeeper/lakekeeper#1795); "prefix*" would
    # show the names of its siblings.
    listing["Condition"] = {"StringLike": {"s3:prefix": [prefix, f"{prefix}/", f"{prefix}/*"]}}
    return [
        _allow(sid, list(S3_OBJECT_ACTIONS), f"{bucket}/{prefix}/*"),
        listing,
        _allow(f"{sid}Bucket", list(S3_BUCKET_ACTIONS[1:]), bucket),
    ]


def _allow(sid: str, actions: str | list[str], resources: str | list[str]) -> _Json:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}


def _partition_fault(arn: str, partition: str) -> str | None:
    found = Arn.parse(arn).partition
    return None if found == partition else f"is of partition {found!r}, not of {partition!r}"


def _refuse(argument: str, fault: str | None) -> None:
    if fault:
        raise ValueError(f"{argument} {fault}")
