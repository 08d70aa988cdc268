"""What Databricks and Polytomic say of their sides. Nothing is changed; external IDs stay here."""

from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import cause
from .model import Finding, UnseenError

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient
    from polytomic import Polytomic


class Credential(NamedTuple):
    """A storage credential of Unity Catalog."""

    name: str
    role_arn: str | None
    external_id: str | None
    principal: str | None


class Connection(NamedTuple):
    """A Databricks connection of Polytomic."""

    connection_id: str
    name: str
    role_arn: str | None
    external_id: str | None
    storage_credential_name: str | None
    bucket: str | None
    """With the folder, where there is one: ``bucket/folder``."""


def read_credential(client: "WorkspaceClient", name: str) -> Credential:
    """Gives a storage credential. Raises UnseenError."""
    from databricks.sdk.errors.base import DatabricksError

    try:
        found = client.storage_credentials.get(name)
    # An OSError where the network fails, or the SDK gives up trying again.
    except (DatabricksError, OSError, ValueError) as error:
        raise UnseenError(
            f"Databricks does not show the storage credential '{name}': {_told(error)}. Check the "
            "name, the workspace and DATABRICKS_CONFIG_PROFILE."
        ) from None
    role = found.aws_iam_role
    if role is None:
        return Credential(name, None, None, None)
    return Credential(name, role.role_arn, role.external_id, role.unity_catalog_iam_arn)


def read_connection(client: "Polytomic", wanted: str) -> Connection:
    """Gives a connection by its ID or its name. Raises UnseenError."""
    import httpx
    from polytomic.core.api_error import ApiError

    try:
        every = client.connections.list().data or []
    except (ApiError, httpx.HTTPError) as error:
        said = getattr(error, "status_code", None) or cause(error)
        raise UnseenError(
            f"Polytomic does not show its connections ({said}). Check POLYTOMIC_API_KEY and "
            "POLYTOMIC_DEPLOYMENT_URL."
        ) from None
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
            )
    names = ", ".join(sorted(str(each.name) for each in every)) or "none"
    raise UnseenError(f"Polytomic has no connection '{wanted}'. It has: {names}.")


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


def try_databricks(client: "WorkspaceClient", credential: str, url: str) -> list[Finding]:
    """Has Databricks try the credential; it writes a file and deletes it. Raises UnseenError."""
    from databricks.sdk.errors.base import DatabricksError

    try:
        answer = client.storage_credentials.validate(storage_credential_name=credential, url=url)
    # An OSError where the network fails, or the SDK gives up trying again.
    except (DatabricksError, OSError, ValueError) as error:
        text = f"Databricks could not try the storage credential: {_told(error)}"
        raise UnseenError(text) from None
    failed: dict[str, list[str]] = {}
    for each in answer.results or []:
        if each.result is not None and each.result.value == "FAIL":
            operation = each.operation.value if each.operation is not None else "?"
            failed.setdefault(each.message or "no reason given", []).append(operation)
    return [
        Finding(
            "databricks-refused",
            f"fails {', '.join(operations)}: {message}",
            f"Databricks' validation of '{credential}' on {url}",
            _IN_THE_WAY,
        )
        for message, operations in failed.items()
    ]


def try_polytomic(client: "Polytomic", connection: Connection) -> list[Finding]:
    """Has Polytomic test its connection. Raises UnseenError."""
    import httpx
    from polytomic.core.api_error import ApiError

    try:
        client.connections.test_connection(
            type="databricks", configuration={}, connection_id=connection.connection_id
        )
    except ApiError as error:
        if error.status_code not in (400, 422):
            raise UnseenError(
                f"Polytomic could not test its connection (HTTP {error.status_code})."
            ) from None
        return [
            Finding(
                "polytomic-refused",
                f"fails: {_said(error.body)}",
                f"Polytomic's test of connection '{connection.name}'",
                _IN_THE_WAY,
            )
        ]
    except httpx.HTTPError as error:
        raise UnseenError(f"Polytomic could not be reached: {type(error).__name__}.") from None
    return []


_IN_THE_WAY = (
    "Mend what is named above first. Where nothing is, something else is in the way: a service "
    "control policy, the bucket's policy, a permissions boundary, or the policy of a KMS key; or "
    "AWS has not spread a change of the last minute yet."
)


def _told(error: Exception) -> str:
    """Gives the words of Databricks itself, and of an HTTP library only what is safe."""
    from databricks.sdk.errors.base import DatabricksError

    return str(error) if isinstance(error, DatabricksError) else cause(error)


def _said(body: Any) -> str:
    message = body.get("message") if isinstance(body, dict) else getattr(body, "message", None)
    return str(message or "no reason given")
