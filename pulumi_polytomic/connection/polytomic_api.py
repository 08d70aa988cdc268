"""Polytomic's API through its official SDK, with errors that a user can act on."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..custom_resource.plugin_side import ProviderError
from ..custom_resource.settings import Settings, is_one_word
from ..errors import cause

if TYPE_CHECKING:
    from polytomic import Polytomic


class MissingError(ProviderError):
    """What was asked for is not in Polytomic."""


class TakenError(ProviderError):
    """Polytomic refuses the request as it is."""


def connect(settings: Settings) -> "Polytomic":
    """Gives a client, the same for the same settings: to make one takes longer than a call.

    Raises:
        ProviderError: the SDK is not installed, or there is no API key.
    """
    try:
        import polytomic  # noqa: F401
    except ImportError as error:
        raise ProviderError(
            f"Polytomic's SDK is not installed for {sys.executable}, which runs this plugin: "
            "pip install 'pulumi-polytomic[connection]'"
        ) from error
    if not settings.polytomic_api_key:
        raise ProviderError(
            "there is no API key for Polytomic: set POLYTOMIC_API_KEY, or run "
            "pulumi config set --secret polytomic-databricks:polytomicApiKey"
        )
    if not is_one_word(settings.polytomic_api_key):
        raise ProviderError(
            "the API key for Polytomic holds white space or a control character: copy it anew into "
            "POLYTOMIC_API_KEY or polytomicApiKey"
        )
    return _client(
        base_url=settings.polytomic_url,
        token=settings.polytomic_api_key,
        timeout=settings.timeout_s,
        max_retries=settings.max_retries,
    )


@lru_cache(maxsize=8)
def _client(**options: Any) -> "Polytomic":
    from polytomic import Polytomic

    return Polytomic(**options)


@contextmanager
def explained(settings: Settings, doing: str) -> Iterator[None]:
    """Turns errors of the SDK into ours; ``doing`` is the call in words."""
    import httpx
    from polytomic.core.api_error import ApiError

    try:
        yield
    except ApiError as error:
        raise _of_status(error.status_code)(
            f"Polytomic could not {doing}: {_said(error.body)} (HTTP {error.status_code})"
            f"{_hint(error.status_code)}"
        ) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ProviderError(
            f"Polytomic at {_host(settings.polytomic_url)} could not be reached to {doing}: "
            f"{cause(error)}. Check polytomicUrl and the network, and run again: nothing is made "
            "twice."
        ) from None


def _host(url: str) -> str:
    """Gives the address without a path, and without a password."""
    return url.split("://")[-1].split("/")[0].rpartition("@")[2]


def _of_status(status: int | None) -> type[ProviderError]:
    return {404: MissingError, 422: TakenError}.get(status or 0, ProviderError)


def _hint(status: int | None) -> str:
    if status in (401, 403):
        return ". Check the API key, and that its user may manage connections."
    if status == 429 or (status or 0) >= 500:
        return ". Run again: nothing is made twice."
    return ""


def _said(body: Any) -> str:
    """Gives Polytomic's own words."""
    if isinstance(body, dict):
        return str(body.get("message") or body.get("title") or body.get("key") or "no reason given")
    message = getattr(body, "message", None)
    return str(message or "no reason given")
