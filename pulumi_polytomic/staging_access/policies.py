"""The role's ARN and policy documents, made from arguments that have resolved."""

import json
from collections.abc import Mapping
from typing import Any

import pulumi

from .. import iam
from ..errors import DeploymentError
from ..principals import DATABRICKS_ENVIRONMENTS, POLYTOMIC_PRINCIPALS


def role_arn(parts: Mapping[str, str]) -> str:
    """Computes the ARN that the role will have, so that others can name it before it exists.

    Raises:
        DeploymentError: the AWS provider is in another partition than the Databricks environment.
    """
    environment = parts["environment"]
    expected = DATABRICKS_ENVIRONMENTS[environment].partition
    if parts["partition"] != expected:
        raise DeploymentError(
            f"databricks_environment: '{environment}' is in AWS partition '{expected}', and the "
            f"AWS provider is in '{parts['partition']}'. Set databricks_environment to where the "
            "Databricks workspace runs, or use an AWS provider of its partition."
        )
    return iam.role_arn(
        partition=parts["partition"],
        account_id=parts["account_id"],
        path=parts["path"],
        name=parts["name"],
    )


def trust_policy(parts: Mapping[str, Any]) -> str:
    """Writes the trust policy as JSON; warns where only a raised quota lets AWS take it."""
    principal = parts["polytomic_principal"]
    document = iam.trust_policy(
        **{**parts, "polytomic_principal": POLYTOMIC_PRINCIPALS.get(principal, principal)}
    )
    size = iam.policy_size(document)
    if size > iam.TRUST_POLICY_QUOTA:
        pulumi.log.warn(
            f"The trust policy of {parts['role_arn']} has {size} characters. AWS refuses more than "
            f"{iam.TRUST_POLICY_QUOTA} unless the account's quota 'Role trust policy length' is "
            f"raised (to at most {iam.TRUST_POLICY_MAXIMUM})."
        )
    return json.dumps(document)


def permissions_policy(parts: Mapping[str, Any]) -> str:
    """Writes the permissions policy as JSON."""
    document = iam.permissions_policy(
        role_arn=parts["role_arn"] if parts["self_assume"] else None,
        bucket_name=parts["bucket_name"],
        bucket_prefix=parts["bucket_prefix"],
        partition=iam.Arn.parse(parts["role_arn"]).partition,
        kms_key_arn=parts["kms_key_arn"],
    )
    return json.dumps(document)


def staging_url(parts: Mapping[str, str]) -> str:
    """Names the staging folder as ``s3://bucket/prefix``."""
    bucket_name, prefix = parts["bucket_name"], parts["bucket_prefix"].strip("/")
    return f"s3://{bucket_name}/{prefix}" if prefix else f"s3://{bucket_name}"


def same_arn(parts: Mapping[str, str]) -> str:
    """Gives the ARN that AWS gave the role (``real``) if it is the ``computed`` one.

    Raises:
        DeploymentError: they differ, so the policies and the credential name another role.
    """
    real, computed = parts["real"], parts["computed"]
    if real != computed:
        raise DeploymentError(
            f"account_id or partition: AWS made the role as {real}, while the arguments say "
            f"{computed}, which is what the policies and the storage credential name. Correct or "
            "remove account_id and partition, and run pulumi up again."
        )
    return real
