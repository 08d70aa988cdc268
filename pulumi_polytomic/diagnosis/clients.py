"""The official clients of the three services, configured as their own tools are."""

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from ..errors import cause
from .model import UnseenError

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient
    from mypy_boto3_iam import IAMClient
    from polytomic import Polytomic


def iam(
    session: Mapping[str, str] | None = None,
    endpoint: str | None = None,
    assume_role: Mapping[str, str] | None = None,
) -> "IAMClient":
    """Gives a client of IAM, by AWS' own chain of credentials.

    ``session`` are arguments of ``boto3.Session``; ``assume_role`` those of ``sts:AssumeRole``, for
    a role to assume first.

    Raises:
        UnseenError: there are no such credentials, or the role may not be assumed.
    """
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        chosen: Any = boto3.Session(**cast(dict[str, Any], session or {}))
        if assume_role:
            sts = chosen.client("sts", endpoint_url=endpoint)
            given = sts.assume_role(RoleSessionName="pulumi-polytomic", **assume_role)
            chosen = boto3.Session(
                aws_access_key_id=given["Credentials"]["AccessKeyId"],
                aws_secret_access_key=given["Credentials"]["SecretAccessKey"],
                aws_session_token=given["Credentials"]["SessionToken"],
                region_name=chosen.region_name,
            )
        client: IAMClient = chosen.client("iam", endpoint_url=endpoint)
        return client
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        role = (assume_role or {}).get("RoleArn")
        raise UnseenError(
            f"AWS does not let {role} be assumed ({code}). Check awsAssumeRoleArn, its trust "
            "policy and awsAssumeRoleExternalId."
        ) from None
    except (BotoCoreError, ValueError) as error:
        raise UnseenError(f"AWS: {cause(error)}. Check AWS_PROFILE.") from None


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
        # The SDK masks what it knows to be secret, and an HTTP library masks nothing.
        beneath = error.__cause__
        said = cause(beneath) if isinstance(beneath, OSError) else str(error).splitlines()[0]
        raise UnseenError(
            f"Databricks: {said}. Set DATABRICKS_CONFIG_PROFILE, or "
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
