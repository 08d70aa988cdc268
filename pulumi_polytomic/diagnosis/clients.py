"""The official clients of the three services, configured as their own tools are."""

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .unseen import UnseenError

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient
    from mypy_boto3_iam import IAMClient
    from polytomic import Polytomic


def iam(settings: Mapping[str, Any]) -> "IAMClient":
    """Gives a client of IAM; ``settings`` are those of ``boto3.Session``. Raises UnseenError."""
    boto3 = _needed("boto3", lambda: __import__("boto3"))
    from botocore.exceptions import BotoCoreError

    try:
        client: IAMClient = boto3.Session(**settings).client("iam")
    except (BotoCoreError, ValueError) as error:
        raise UnseenError(f"AWS: {error}. Check AWS_PROFILE.") from None
    return client


def databricks(settings: Mapping[str, Any]) -> "WorkspaceClient":
    """Gives a client of the workspace; ``settings`` are arguments of ``WorkspaceClient``.

    Raises:
        UnseenError: the SDK is not installed, or finds no credentials.
    """
    sdk = _needed("databricks-sdk", lambda: __import__("databricks.sdk", fromlist=["sdk"]))
    try:
        client: WorkspaceClient = sdk.WorkspaceClient(**settings)
    except ValueError as error:
        raise UnseenError(
            f"Databricks: {str(error).splitlines()[0]}. Set DATABRICKS_CONFIG_PROFILE, or "
            "DATABRICKS_HOST and DATABRICKS_TOKEN."
        ) from None
    return client


def polytomic(api_key: str | None, url: str | None) -> "Polytomic":
    """Gives a client of Polytomic. Raises UnseenError."""
    sdk = _needed("polytomic", lambda: __import__("polytomic"))
    if not api_key:
        raise UnseenError("Polytomic: there is no API key. Set POLYTOMIC_API_KEY.")
    url = url or os.environ.get("POLYTOMIC_DEPLOYMENT_URL")
    client: Polytomic = sdk.Polytomic(token=api_key, **({"base_url": url} if url else {}))
    return client


def _needed(distribution: str, load: Callable[[], Any]) -> Any:
    try:
        return load()
    except ImportError:
        raise UnseenError(
            f"{distribution} is not installed: pip install 'pulumi-polytomic[doctor]'"
        ) from None
