"""The databricks provider's configuration, and the client that follows from it."""

import os
import threading
from typing import Any, Final

from sandbox.providers.errors import ProviderError
from sandbox.providers.loopback import require_loopback
from sandbox.providers.resource import Property, State

_OTHER_SIGN_IN: Final = "the sandbox's workspace takes 'host' and 'token', or a 'profile'"

_PASSED_ON: Final = {
    "authType": "auth_type",
    "configFile": "config_file",
    "debugHeaders": "debug_headers",
    "debugTruncateBytes": "debug_truncate_bytes",
    "host": "host",
    "httpTimeoutSeconds": "http_timeout_seconds",
    "profile": "profile",
    "rateLimit": "rate_limit",
    "retryTimeoutSeconds": "retry_timeout_seconds",
    "skipVerify": "skip_verify",
    "token": "token",
}
_REFUSED: Final = [
    "accountId",
    "actionsIdTokenRequestToken",
    "actionsIdTokenRequestUrl",
    "audience",
    "azureClientId",
    "azureClientSecret",
    "azureEnvironment",
    "azureLoginAppId",
    "azureTenantId",
    "azureUseMsi",
    "azureWorkspaceResourceId",
    "clientId",
    "clientSecret",
    "cloud",
    "databricksCliPath",
    "databricksIdTokenFilepath",
    "disableOauthRefreshToken",
    "discoveryUrl",
    "googleCredentials",
    "googleServiceAccount",
    "groupId",
    "metadataServiceUrl",
    "oauthCallbackPort",
    "oidcTokenEnv",
    "password",
    "scopes",
    "serverlessComputeId",
    "username",
    "workspaceId",
]

CONFIG: Final = {
    **{name: Property() for name in ("authType", "configFile", "host", "profile")},
    **{name: Property() for name in ("clusterId", "warehouseId")},
    **{name: Property("boolean") for name in ("debugHeaders", "skipVerify")},
    **{
        name: Property("integer")
        for name in ("debugTruncateBytes", "httpTimeoutSeconds", "rateLimit", "retryTimeoutSeconds")
    },
    "token": Property(secret=True),
    **{name: Property(refused=_OTHER_SIGN_IN) for name in _REFUSED},
}


class Cloud:
    """The workspace's client, made at the first call that needs it."""

    def __init__(self, config: State) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._workspace: Any = None

    @property
    def workspace(self) -> Any:
        """A WorkspaceClient, which threads may share. Raises ProviderError off this machine."""
        with self._lock:
            if self._workspace is None:
                self._workspace = _workspace(self._config)
            return self._workspace


def warm_up() -> None:
    """Import the SDK while the engine is still busy elsewhere."""
    import databricks.sdk  # noqa: F401


def connect(config: State) -> Cloud:
    """The client for this configuration; like the real provider it signs in only when used."""
    # A proxy of the user's could carry a call for this machine somewhere else.
    os.environ["NO_PROXY"] = "*"
    if host := config.get("host") or os.environ.get("DATABRICKS_HOST"):
        require_loopback("databricks", _with_scheme(host), "its host")
    return Cloud(config)


def _workspace(config: State) -> Any:
    from databricks.sdk import WorkspaceClient
    from databricks.sdk.core import Config

    arguments = {
        argument: config[name] for name, argument in _PASSED_ON.items() if config.get(name)
    }
    try:
        settings = Config(
            max_connection_pools=4,
            max_connections_per_pool=64,
            product="pulumi-polytomic-sandbox",
            product_version="0",
            **arguments,
        )
    except ValueError as error:
        raise ProviderError(f"configuring the databricks provider: {error}") from error
    # The profile of a config file names a host too.
    require_loopback("databricks", settings.host, "its host")
    return WorkspaceClient(config=settings)


def _with_scheme(host: str) -> str:
    return host if "://" in host else f"https://{host}"
