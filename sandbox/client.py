"""A running sandbox, for tests and tools: its addresses, clients, faults, calls and settings."""

import http.client
import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox import environment
from sandbox.identities import DEFAULT_REGION, Identity, administrator
from sandbox.lifecycle_state import ADDRESS, State, read_state
from sandbox.tokens import databricks_token, polytomic_api_key

if TYPE_CHECKING:
    import boto3
    from databricks.sdk import WorkspaceClient
    from polytomic import Polytomic

# boto3 may not make clients of one session in several threads at once.
_aws_clients = threading.Lock()


class ControlError(Exception):
    """The control server refused; the text is its reason."""


@dataclass(frozen=True)
class Sandbox:
    """One running sandbox. Get it with ``Sandbox.load(folder)``."""

    folder: Path
    state: State
    _sessions: "dict[Identity, boto3.Session]" = field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def load(cls, folder: Path) -> "Sandbox":
        """The sandbox whose state is in a folder. Raises FileNotFoundError where none runs."""
        state = read_state(folder)
        if state is None:
            raise FileNotFoundError(
                f"No sandbox runs in {folder}; start it with: python -m sandbox start"
            )
        return cls(folder.resolve(), state)

    @property
    def account_id(self) -> str:
        """The AWS account that the sandbox stands for."""
        return self.state.account_id

    @property
    def administrator(self) -> Identity:
        """Who may do anything in that account."""
        return administrator(self.account_id)

    @property
    def aws_endpoint(self) -> str:
        """URL of the sandbox's AWS, all services."""
        return self.state.url("aws")

    @property
    def databricks_host(self) -> str:
        """URL of the sandbox's Databricks workspace."""
        return self.state.url("databricks")

    @property
    def polytomic_url(self) -> str:
        """URL of the sandbox's Polytomic."""
        return self.state.url("polytomic")

    @property
    def control_url(self) -> str:
        """URL of the control server."""
        return self.state.url("control")

    def environment(self) -> dict[str, str]:
        """What ``. <folder>/env`` exports."""
        return environment.exports(self.folder, self.state)

    def process_environment(self) -> dict[str, str]:
        """This process's environment as it is after ``. <folder>/env``: also what that unsets."""
        return environment.process_environment(self.folder, self.state)

    def fault(self, **values: Any) -> None:
        """Let something go wrong: the keys of ``sandbox.faults.Fault``. Raises ControlError."""
        self._control("POST", "/faults", values)

    def clear_faults(self) -> None:
        """Nothing goes wrong any more."""
        self._control("DELETE", "/faults")

    def calls(self, service: str | None = None) -> list[dict[str, Any]]:
        """The calls that came, oldest first: ``service``, ``operation``, ``status``."""
        calls: list[dict[str, Any]] = self._control("GET", "/calls")
        return [call for call in calls if service in (None, call["service"])]

    def clear_calls(self) -> None:
        """Forget the calls that came."""
        self._control("DELETE", "/calls")

    def settings(self, **patch: Any) -> dict[str, Any]:
        """Change settings (``sandbox.settings.Settings``), and get all. Raises ControlError."""
        settings: dict[str, Any] = self._control("PATCH", "/settings", patch)
        return settings

    def reset(self) -> None:
        """Everything as in a new sandbox: resources, settings, faults, calls."""
        self._control("POST", "/reset")

    def aws_client(
        self, service: str, identity: Identity | None = None, region: str = DEFAULT_REGION
    ) -> Any:
        """A boto3 client that signs as the administrator, or another of ``sandbox.identities``."""
        import boto3

        identity = identity or self.administrator
        with _aws_clients:
            if identity not in self._sessions:
                self._sessions[identity] = boto3.Session(
                    identity.access_key_id, identity.secret_access_key
                )
            return self._sessions[identity].client(  # type: ignore[call-overload]
                service, region_name=region, endpoint_url=self.aws_endpoint
            )

    def databricks(self) -> "WorkspaceClient":
        """The official client of the sandbox's workspace."""
        from databricks.sdk import WorkspaceClient

        return WorkspaceClient(host=self.databricks_host, token=databricks_token(self.account_id))

    def polytomic(self) -> "Polytomic":
        """The official client of the sandbox's Polytomic."""
        from polytomic import Polytomic

        return Polytomic(base_url=self.polytomic_url, token=polytomic_api_key(self.account_id))

    def _control(self, method: str, path: str, values: Any = None) -> Any:
        connection = http.client.HTTPConnection(ADDRESS, self.state.ports["control"], timeout=30)
        try:
            connection.request(method, path, None if values is None else json.dumps(values))
            answer = connection.getresponse()
            content = json.load(answer)
        finally:
            connection.close()
        if answer.status != 200:
            raise ControlError(content["error"])
        return content
