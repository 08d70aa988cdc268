"""The fence: these plugins stand in for the real ones, and must never reach a real account."""

import ipaddress
import os
from typing import Final
from urllib.parse import urlsplit

from sandbox.providers.errors import ProviderError

SANDBOX_VARIABLE: Final = "PULUMI_POLYTOMIC_SANDBOX"


def require_sandbox(package: str) -> None:
    """Raises ProviderError outside a sandbox's environment."""
    if not os.environ.get(SANDBOX_VARIABLE):
        raise ProviderError(
            f"this is pulumi-polytomic's sandbox in place of the {package} provider, and "
            f"{SANDBOX_VARIABLE} is not set. {_how_to_leave(package)}"
        )


def require_loopback(package: str, url: str | None, setting: str) -> None:
    """Raises ProviderError unless the URL's host is this machine."""
    host = (urlsplit(url).hostname or "") if url else ""
    if not _is_loopback(host):
        raise ProviderError(
            f"this is pulumi-polytomic's sandbox in place of the {package} provider, and it talks "
            f"to nothing but the sandbox's own servers on this machine: {setting} "
            f"{f'points to {host}' if host else 'is not set'}. {_how_to_leave(package)}"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _how_to_leave(package: str) -> str:
    return (
        f"To deploy with the real {package} provider, open a shell without the sandbox's "
        "environment (its PULUMI_HOME holds this plugin); to use the sandbox, source its env file."
    )
