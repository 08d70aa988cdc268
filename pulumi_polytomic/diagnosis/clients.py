"""The official clients of the three services, configured as their own tools are."""

import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from ..errors import cause
from ..iam import Arn
from .model import UnseenError, WrongAccountError

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient
    from mypy_boto3_iam import IAMClient
    from polytomic import Polytomic

_CONNECT_S: Final = 5
_AWS_ANSWER_S: Final = 10
"""How long IAM, STS and S3 may be silent; each call here is answered within a second or two."""
_ANSWER_S: Final = 60
"""How long Databricks and Polytomic may be silent: they try a role meanwhile."""
_RETRY_S: Final = 20
"""How long Databricks' SDK makes one call again; its own 300 seconds are deaf to a deadline."""


class AwsClients:
    """Clients of AWS that sign as one principal."""

    def __init__(self, session: Any, endpoint: str | None, timeout: float) -> None:
        self._session = session
        self._endpoint = endpoint
        self._timeout = timeout

    def client(self, service: str) -> Any:
        """Gives a client of a service: ``iam``, ``s3``, ``sts``. Raises UnseenError."""
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError

        limits = Config(
            connect_timeout=min(_CONNECT_S, self._timeout),
            read_timeout=min(_AWS_ANSWER_S, self._timeout),
        )
        # IAM has one address for a partition, STS may have one for each region only.
        region = self._session.region_name or "us-east-1"
        try:
            return self._session.client(
                service, region_name=region, endpoint_url=self._endpoint, config=limits
            )
        except (BotoCoreError, ValueError) as error:
            raise UnseenError(f"AWS: {cause(error)}. Check AWS_PROFILE.") from None


def aws(
    session: Mapping[str, str] | None = None,
    endpoint: str | None = None,
    assume_role: Mapping[str, str] | None = None,
    *,
    role_arn: str | None = None,
    timeout: float = _ANSWER_S,
) -> AwsClients:
    """Gives clients of AWS, by AWS' own chain of credentials.

    ``session`` are arguments of ``boto3.Session``; ``assume_role`` those of ``sts:AssumeRole``, for
    a role to assume first. With ``role_arn``, AWS is asked whose credentials these are: another
    account may have a role of the same name. ``timeout`` is the longest silence, in seconds.

    Raises:
        WrongAccountError: the credentials are another account's than the role.
        UnseenError: there are no such credentials, or the role may not be assumed.
    """
    import boto3
    from botocore.exceptions import BotoCoreError

    try:
        chosen = AwsClients(boto3.Session(**cast(Any, session or {})), endpoint, timeout)
        if assume_role:
            chosen = AwsClients(_assumed(chosen, assume_role), endpoint, timeout)
        if role_arn is not None:
            refuse_another_account(role_arn, _caller(chosen))
        return chosen
    except (BotoCoreError, ValueError) as error:
        raise UnseenError(f"AWS: {cause(error)}. Check AWS_PROFILE.") from None


def iam(
    session: Mapping[str, str] | None = None,
    endpoint: str | None = None,
    assume_role: Mapping[str, str] | None = None,
    *,
    role_arn: str | None = None,
) -> "IAMClient":
    """Gives a client of IAM, as ``aws`` does. Raises UnseenError."""
    client: IAMClient = aws(session, endpoint, assume_role, role_arn=role_arn).client("iam")
    return client


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
            f"credentials of account {role.account_id}: in a deployment with a Provider of "
            "pulumi_polytomic (aws_profile, for example), else with AWS_PROFILE."
        )


def databricks(settings: Mapping[str, Any], timeout: float = _ANSWER_S) -> "WorkspaceClient":
    """Gives a client of the workspace; ``settings`` are arguments of the SDK's ``Config``.

    ``timeout`` is the longest silence, in seconds.

    Raises:
        UnseenError: the SDK finds no credentials.
    """
    from databricks import sdk
    from databricks.sdk.core import Config

    limits: dict[str, Any] = {
        "http_timeout_seconds": max(1, min(_ANSWER_S, timeout)),
        # What it does again leaves time for what comes after.
        "retry_timeout_seconds": max(1, int(min(_RETRY_S, timeout / 3))),
    }
    try:
        return sdk.WorkspaceClient(config=Config(**limits, **settings))
    except ValueError as error:
        # The SDK masks what it knows to be secret, and an HTTP library masks nothing.
        beneath = error.__cause__
        said = cause(beneath) if isinstance(beneath, OSError) else str(error).splitlines()[0]
        raise UnseenError(
            f"Databricks: {said}. Set DATABRICKS_CONFIG_PROFILE, or "
            "DATABRICKS_HOST and DATABRICKS_TOKEN."
        ) from None


def polytomic(
    api_key: str | None,
    url: str | None,
    timeout: float = _ANSWER_S,
    http_client: Callable[[], Any] = lambda: None,
    **options: Any,
) -> "Polytomic":
    """Gives a client of Polytomic; ``options`` are arguments of the SDK's.

    ``timeout`` is the longest silence, in seconds; ``http_client`` makes the client of HTTP.
    Default: the SDK's own.

    Raises:
        UnseenError: the SDK is not installed, or there is no API key.
    """
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
    return sdk.Polytomic(
        token=api_key, timeout=timeout, httpx_client=http_client(), **address, **options
    )


def _assumed(clients: AwsClients, role: Mapping[str, str]) -> Any:
    import boto3
    from botocore.exceptions import ClientError

    sts = clients.client("sts")
    try:
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
        region_name=sts.meta.region_name,
    )


def _caller(clients: AwsClients) -> str:
    """Gives the ARN of whom the credentials are; AWS tells that without any permission."""
    from botocore.exceptions import ClientError

    try:
        return str(clients.client("sts").get_caller_identity()["Arn"])
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        raise UnseenError(
            f"AWS does not say whose credentials these are ({code}, sts:GetCallerIdentity). Check "
            "that they are valid still, and AWS_PROFILE."
        ) from None
