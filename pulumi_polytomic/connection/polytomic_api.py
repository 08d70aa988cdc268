"""Polytomic's API through its official SDK, with errors that a user can act on."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..custom_resource.plugin_side import ProviderError
from ..custom_resource.settings import Settings
from ..custom_resource.time_limit import TimeLimit, UnansweredError
from ..diagnosis import clients
from ..diagnosis.model import UnseenError
from ..errors import cause
from ..text_faults import one_word_fault

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
    if not settings.polytomic_api_key:
        raise ProviderError(
            "there is no API key for Polytomic: set POLYTOMIC_API_KEY, or run "
            "pulumi config set --secret polytomic-databricks:polytomicApiKey"
        )
    problem = one_word_fault(settings.polytomic_api_key)
    if problem is not None:
        raise ProviderError(
            f"the API key for Polytomic {problem}: copy it anew into POLYTOMIC_API_KEY or "
            "polytomicApiKey"
        )
    try:
        return _client(
            settings.polytomic_api_key,
            settings.polytomic_url,
            settings.timeout_s,
            settings.max_retries,
        )
    except UnseenError as error:
        raise ProviderError(str(error)) from None


@lru_cache(maxsize=8)
def _client(api_key: str, url: str, timeout: float, max_retries: int) -> "Polytomic":
    return clients.polytomic(
        api_key,
        url,
        timeout=timeout,
        max_retries=max_retries,
        http_client=lambda: _bounded_client(timeout),
    )


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
    except UnansweredError as error:
        raise ProviderError(
            f"{error}, asked to {doing}. Run again: nothing is made twice."
        ) from None
    except httpx.TimeoutException:
        raise ProviderError(
            f"Polytomic at {_host(settings.polytomic_url)} did not answer within "
            f"{settings.timeout_s:.0f} s to {doing}. Check the network, or give it longer "
            "(timeout), and run again: nothing is made twice."
        ) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ProviderError(
            f"Polytomic at {_host(settings.polytomic_url)} could not be reached to {doing}: "
            f"{cause(error)}. Check polytomicUrl and the network, and run again: nothing is made "
            "twice."
        ) from None


def _bounded_client(seconds: float) -> Any:
    """Gives an HTTP client whose requests end as a whole, also where no name server answers."""
    import httpx

    class Bounded(httpx.Client):
        def request(self, *args: Any, **options: Any) -> httpx.Response:
            ask = super().request
            # Its own time-out, if it notices, is the first.
            return TimeLimit(seconds + 1).ask("Polytomic", lambda: ask(*args, **options))

    return Bounded(timeout=seconds, follow_redirects=True)


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
