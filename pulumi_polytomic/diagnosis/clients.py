"""The official clients of the three services, configured as their own tools are."""

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from ..iam import Arn
from .model import UnseenError, WrongAccountError

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient
    from mypy_boto3_iam import IAMClient
    from polytomic import Polytomic


def iam(
    session: Mapping[str, str] | None = None,
    endpoint: str | None = None,
    assume_role: Mapping[str, str] | None = None,
    *,
    role_arn: str | None = None,
) -> "IAMClient":
    """Gives a client of IAM, by AWS' own chain of credentials.

    ``session`` are arguments of ``boto3.Session``; ``assume_role`` those of ``sts:AssumeRole``, for
    a role to assume first. With ``role_arn``, AWS is asked whose credentials these are: another
    account may have a role of the same name.

    Raises:
        WrongAccountError: the credentials are another account's than the role.
        UnseenError: there are no such credentials, or the role may not be assumed.
    """
    import boto3
    from botocore.exceptions import BotoCoreError

    try:
        chosen: Any = boto3.Session(**cast(dict[str, Any], session or {}))
        if assume_role:
            chosen = _assumed(chosen, endpoint, assume_role)
        if role_arn is not None:
            refuse_another_account(role_arn, _caller(chosen, endpoint))
        client: IAMClient = chosen.client("iam", endpoint_url=endpoint)
        return client
    except (BotoCoreError, ValueError) as error:
        raise UnseenError(f"AWS: {error}. Check AWS_PROFILE.") from None


def refuse_another_account(role_arn: str, found_arn: str) -> None:
    """Compares the account of a role with that of an ARN that AWS gave.

    Raises:
        WrongAccountError: they differ, or their partitions do.
    """
    role, found = Arn.parse(role_arn), Arn.parse(found_arn)
    if (found.partition, found.account_id) != (role.partition, role.account_id):
        raise WrongAccountError(
            f"AWS: {role_arn} is in account {role.account_id}, and these credentials are of "
            f"account {found.account_id} ({found_arn}), where nothing is read or changed. Give "
            f"credentials of account {role.account_id}: in a deployment with a Provider of this "
            "package that has awsProfile (aws_profile), for example, else with AWS_PROFILE."
        )


def _assumed(session: Any, endpoint: str | None, role: Mapping[str, str]) -> Any:
    import boto3
    from botocore.exceptions import ClientError

    try:
        sts = _sts(session, endpoint)
        given = sts.assume_role(RoleSessionName="pulumi-polytomic", **role)["Credentials"]
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        raise UnseenError(
            f"AWS does not let {role.get('RoleArn')} be assumed ({code}). Check awsAssumeRoleArn, "
            "its trust policy and awsAssumeRoleExternalId."
        ) from None
    return boto3.Session(
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
        region_name=session.region_name,
    )


def _caller(session: Any, endpoint: str | None) -> str:
    """Gives the ARN of whom the credentials are; AWS tells that without any permission."""
    from botocore.exceptions import ClientError

    try:
        return str(_sts(session, endpoint).get_caller_identity()["Arn"])
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        raise UnseenError(
            f"AWS does not say whose credentials these are ({code}, sts:GetCallerIdentity). Check "
            "that they are valid still, and AWS_PROFILE."
        ) from None


def _sts(session: Any, endpoint: str | None) -> Any:
    # IAM has one address for a partition, STS may have one for each region only.
    region = session.region_name or "us-east-1"
    return session.client("sts", region_name=region, endpoint_url=endpoint)


_RETRY_S: Final = 20
"""How long Databricks' SDK makes one call again; its own 300 seconds are deaf to a deadline."""


def databricks(settings: Mapping[str, Any]) -> "WorkspaceClient":
    """Gives a client of the workspace; ``settings`` are arguments of the SDK's ``Config``.

    Raises:
        UnseenError: the SDK finds no credentials.
    """
    from databricks import sdk
    from databricks.sdk.core import Config

    try:
        return sdk.WorkspaceClient(config=Config(retry_timeout_seconds=_RETRY_S, **settings))
    except ValueError as error:
        raise UnseenError(
            f"Databricks: {str(error).splitlines()[0]}. Set DATABRICKS_CONFIG_PROFILE, or "
            "DATABRICKS_HOST and DATABRICKS_TOKEN."
        ) from None


def polytomic(api_key: str | None, url: str | None, **options: Any) -> "Polytomic":
    """Gives a client of Polytomic; ``options`` are arguments of the SDK's. Raises UnseenError."""
    try:
        import polytomic as sdk
    except ImportError:
        raise UnseenError(
            f"Polytomic's SDK is not installed for {sys.executable}: "
            "pip install 'pulumi-polytomic[connection]'"
        ) from None
    if not api_key:
        raise UnseenError("Polytomic: there is no API key. Set POLYTOMIC_API_KEY.")
    url = url or os.environ.get("POLYTOMIC_DEPLOYMENT_URL")
    address: dict[str, Any] = {"base_url": url} if url else {}
    return sdk.Polytomic(token=api_key, **address, **options)
