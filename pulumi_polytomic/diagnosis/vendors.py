"""What Databricks and Polytomic say of their sides. Nothing is changed; external IDs stay here."""

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..errors import cause
from .model import Finding, LastingError, UnseenError

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient
    from databricks.sdk.errors.base import DatabricksError
    from polytomic import Polytomic


class Credential(NamedTuple):
    """A storage credential of Unity Catalog."""

    name: str
    role_arn: str | None
    external_id: str | None
    principal: str | None
    owner: str | None = None


class Connection(NamedTuple):
    """A Databricks connection of Polytomic."""

    connection_id: str
    name: str
    role_arn: str | None
    external_id: str | None
    storage_credential_name: str | None
    bucket: str | None
    """With the folder, where there is one: ``bucket/folder``."""
    bucket_region: str | None = None


def read_credential(client: "WorkspaceClient", name: str) -> Credential:
    """Gives a storage credential.

    Raises:
        LastingError: it is not there, or this user may not see it.
        UnseenError: Databricks could not be asked.
    """
    from databricks.sdk.errors.base import DatabricksError

    try:
        found = client.storage_credentials.get(name)
    # An OSError where the network fails, or the SDK gives up trying again.
    except (DatabricksError, OSError, ValueError) as error:
        raise unseen_by_databricks(
            f"does not show the storage credential '{name}'",
            error,
            "Check the name, the workspace, DATABRICKS_CONFIG_PROFILE and its token.",
        ) from None
    role = found.aws_iam_role
    if role is None:
        return Credential(name, None, None, None, found.owner)
    return Credential(
        name, role.role_arn, role.external_id, role.unity_catalog_iam_arn, found.owner
    )


def read_connection(client: "Polytomic", wanted: str) -> Connection:
    """Gives a connection by its ID or its name.

    Raises:
        LastingError: it is not there, or the API key does not show it.
        UnseenError: Polytomic could not be asked.
    """
    import httpx
    from polytomic.core.api_error import ApiError

    try:
        every = client.connections.list().data or []
    except (ApiError, httpx.HTTPError) as error:
        raise _unseen_by_polytomic("does not show its connections", error) from None
    for each in every:
        if wanted in (each.id, each.name):
            configuration = each.configuration or {}
            return Connection(
                str(each.id),
                str(each.name),
                configuration.get("iam_role_arn"),
                configuration.get("external_id"),
                configuration.get("storage_credential_name"),
                str(configuration.get("s3_bucket_name") or "").removeprefix("s3://") or None,
                configuration.get("s3_bucket_region"),
            )
    names = ", ".join(sorted(str(each.name) for each in every)) or "none"
    raise LastingError(f"Polytomic has no connection '{wanted}'. It has: {names}.")


def mismatches(
    role_arn: str, place: str | None, credential: Credential | None, connection: Connection | None
) -> list[Finding]:
    """Says where the two sides mean something else than this role and this bucket.

    ``place`` is ``bucket`` or ``bucket/folder``.
    """
    found = []
    if credential is not None and credential.role_arn != role_arn:
        where = f"storage credential '{credential.name}'"
        names = f"names role {credential.role_arn}" if credential.role_arn else "names no IAM role"
        found.append(Finding("credential-role", names, where, f"Set its IAM role to {role_arn}."))
    if connection is None:
        return found
    where = f"Polytomic connection '{connection.name}'"
    if connection.role_arn != role_arn:
        names = f"names role {connection.role_arn}" if connection.role_arn else "names no IAM role"
        found.append(Finding("connection-role", names, where, f"Set its IAM role to {role_arn}."))
    named = connection.storage_credential_name
    if credential is not None and named != credential.name:
        what = f"names storage credential '{named}'" if named else "names no storage credential"
        fix = f"Set its storage credential to {credential.name}."
        found.append(Finding("connection-credential", what, where, fix))
    stages = (connection.bucket or "").strip("/")
    if place is not None and stages not in ("", place.strip("/")):
        fix = f"Set its S3 bucket to {place}, or look at that bucket."
        found.append(Finding("connection-bucket", f"stages in {stages}", where, fix))
    return found


def try_polytomic(client: "Polytomic", connection: Connection) -> list[Finding]:
    """Has Polytomic test its connection.

    Raises:
        LastingError: the API key may not.
        UnseenError: Polytomic could not be asked.
    """
    import httpx
    from polytomic.core.api_error import ApiError

    try:
        client.connections.test_connection(
            type="databricks", configuration={}, connection_id=connection.connection_id
        )
    except ApiError as error:
        if error.status_code not in (400, 422):
            raise _unseen_by_polytomic("could not test its connection", error) from None
        return [
            Finding(
                "polytomic-refused",
                f"fails: {_said(error.body)}",
                f"Polytomic's test of connection '{connection.name}'",
                IN_THE_WAY,
            )
        ]
    except httpx.HTTPError as error:
        raise _unseen_by_polytomic("could not test its connection", error) from None
    return []


IN_THE_WAY: Final = (
    "If the role's own documents allow it, something else is in the way: a service control policy, "
    "the bucket's policy, a permissions boundary, or the policy of a KMS key; or a change of the "
    "last minute has not propagated in AWS yet."
)
"""How to fix what a vendor is refused; what its documents lack is said by findings of its own."""


def unseen_by_databricks(
    doing: str, error: "DatabricksError | OSError | ValueError", fix: str
) -> UnseenError:
    """Gives the error to raise, which tells what waiting helps against from what it does not.

    A refusal that speaks of the IAM role passes once AWS knows the role; one that speaks of the
    user does not.
    """
    from databricks.sdk.errors import NotFound, PermissionDenied, Unauthenticated
    from databricks.sdk.errors.base import DatabricksError

    if not isinstance(error, DatabricksError):
        # The text of a library may hold anything.
        silent = isinstance(error, TimeoutError)
        why = "it did not answer" if silent else f"it could not be reached, {type(error).__name__}"
        return UnseenError(f"Databricks {doing}: {why}. Check the workspace's address.")
    text = f"Databricks {doing}: {str(error).rstrip('.')}. {fix}"
    about_role = any(words in str(error) for words in ("IAM role", "Failed to get credentials"))
    if isinstance(error, NotFound | Unauthenticated | PermissionDenied) and not about_role:
        return LastingError(text)
    return UnseenError(text)


def _unseen_by_polytomic(doing: str, error: Exception) -> UnseenError:
    status = getattr(error, "status_code", None)
    if status in (401, 403):
        return LastingError(
            f"Polytomic {doing} (HTTP {status}). Check POLYTOMIC_API_KEY, and that its user may "
            "manage connections."
        )
    why = f"HTTP {status}" if status else type(error).__name__
    return UnseenError(f"Polytomic {doing} ({why}). Check POLYTOMIC_DEPLOYMENT_URL.")


def _told(error: Exception) -> str:
    """Gives the words of Databricks itself, and of an HTTP library only what is safe."""
    from databricks.sdk.errors.base import DatabricksError

    return str(error) if isinstance(error, DatabricksError) else cause(error)


def _said(body: Any) -> str:
    message = body.get("message") if isinstance(body, dict) else getattr(body, "message", None)
    return str(message or "no reason given")
