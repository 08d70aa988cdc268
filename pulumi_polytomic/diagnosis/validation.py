"""Databricks' own validation of a storage credential, beside external locations that are there."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from .model import Finding, LastingError
from .vendors import IN_THE_WAY, Credential, unseen_by_databricks

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient
    from databricks.sdk.service.catalog import ExternalLocationInfo, ValidationResult


def try_databricks(client: "WorkspaceClient", credential: Credential, url: str) -> list[Finding]:
    """Has Databricks try the credential on ``url``; it writes a file and deletes it.

    Raises:
        LastingError: this user may not validate it, or another credential has the bucket.
        UnseenError: Databricks could not be asked.
    """
    from databricks.sdk.errors.base import DatabricksError

    try:
        try:
            results = _validated(client, credential, url=url)
        except DatabricksError as error:
            if "LOCATION_OVERLAP" not in f"{error.error_code} {error}" and (
                "overlap" not in str(error)
            ):
                raise
            results = _validated_beside_locations(client, credential, url, str(error))
    # An OSError where the network fails, or the SDK gives up trying again.
    except (DatabricksError, OSError, ValueError) as error:
        owner = f" ('{credential.owner}')" if credential.owner else ""
        raise unseen_by_databricks(
            f"does not validate the storage credential '{credential.name}'",
            error,
            f"It does so for the credential's owner{owner}, for a metastore admin, and for who has "
            "CREATE EXTERNAL LOCATION on the metastore and on the credential. Deploy as one of "
            "them, or leave the check out (check_access).",
        ) from None
    failed: dict[str, list[str]] = {}
    for each in results:
        if each.result is not None and each.result.value == "FAIL":
            operation = each.operation.value if each.operation is not None else "?"
            failed.setdefault(each.message or "no reason given", []).append(operation)
    return [
        Finding(
            "databricks-refused",
            f"fails {', '.join(operations)}: {message}",
            f"Databricks' validation of '{credential.name}' on {url}",
            IN_THE_WAY,
        )
        for message, operations in failed.items()
    ]


def _validated(
    client: "WorkspaceClient", credential: Credential, **where: Any
) -> "list[ValidationResult]":
    answer = client.storage_credentials.validate(storage_credential_name=credential.name, **where)
    return answer.results or []


def _validated_beside_locations(
    client: "WorkspaceClient", credential: Credential, url: str, refusal: str
) -> "list[ValidationResult]":
    """Validates where external locations overlap ``url``, which Databricks refuses by itself.

    A location at or above ``url`` is the only one that overlaps, since no two of them do; it is
    left out of account where it is named. Below ``url`` there may be several, of which only one can
    be named, so each is tried by itself.
    """
    there = [each for each in client.external_locations.list() if _overlap(each.url or "", url)]
    ours = [
        str(each.name)
        for each in there
        if (each.credential_name or "").lower() == credential.name.lower()
    ]
    if not ours:
        raise LastingError(_covered(there, url, refusal))
    if len(there) == 1:
        return _validated(client, credential, url=url, external_location_name=ours[0])
    return [
        result
        for name in ours
        for result in _validated(client, credential, external_location_name=name)
    ]


def _covered(locations: "Iterable[ExternalLocationInfo]", url: str, refusal: str) -> str:
    named = ", ".join(f"'{each.name}' (credential '{each.credential_name}')" for each in locations)
    what = f"{url} is covered already by external location {named}" if named else refusal
    return f"{what.rstrip('.')}. {_NONE_IS_MEANT_FOR_THAT}"


_NONE_IS_MEANT_FOR_THAT: Final = (
    "Databricks reads the staged files with that location's credential: set "
    'storage_credential="none" (storageCredential), which is meant for that, or stage in another '
    "bucket or folder."
)


def _overlap(one: str, other: str) -> bool:
    first, second = (f"{url.rstrip('/')}/" for url in (one, other))
    return first.startswith(second) or second.startswith(first)
