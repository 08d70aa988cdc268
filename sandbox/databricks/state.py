"""What the workspace's metastore holds, in memory, and who asks: one user."""

import threading
import time
import uuid
from typing import TYPE_CHECKING, Any, Final

from sandbox.databricks.errors import ApiError, denied, missing, taken
from sandbox.http import Json

if TYPE_CHECKING:
    from sandbox.settings import Settings

USER: Final = "administrator@example.com"
USER_ID: Final = "5127843019473025"
WORKSPACE_ID: Final = 1234567890123456
ACCOUNT_ID: Final = "0d26daa6-5e44-4c97-a497-ef015f91254a"
METASTORE_ID: Final = "7b4bd2a4-5f2c-4a3e-9d1b-3f4f7c2a9e60"
METASTORE_NAME: Final = "sandbox-metastore"

CREDENTIAL: Final = "Storage Credential"
LOCATION: Final = "External Location"
METASTORE: Final = "Metastore"
OPEN: Final = "ISOLATION_MODE_OPEN"
ISOLATED: Final = "ISOLATION_MODE_ISOLATED"


class State:
    """Everything that a reset forgets. Hold ``lock`` from the look-up to the change."""

    def __init__(self, aws_endpoint: str, settings: "Settings") -> None:
        self.aws_endpoint = aws_endpoint
        self.settings = settings
        self.lock = threading.RLock()
        self.securables: dict[str, dict[str, Json]] = {}
        self.grants: dict[tuple[str, str], dict[str, set[str]]] = {}
        self.bindings: dict[tuple[str, str], set[int]] = {}
        self.reset()

    def reset(self) -> None:
        """As a new metastore."""
        with self.lock:
            self.securables = {CREDENTIAL: {}, LOCATION: {}}
            self.grants = {}
            self.bindings = {}

    def get(self, kind: str, name: str) -> Json:
        """A securable by its name, upper and lower case alike. Raises ApiError."""
        found = self.securables[kind].get(name.lower())
        if found is None:
            raise missing(kind, name)
        return found

    def get_bound(self, kind: str, name: str) -> Json:
        """A securable that this workspace may use: an isolated one must be bound to it."""
        found = self.get(kind, name)
        if not self.is_bound(kind, found):
            raise denied(f"{kind} '{found['name']}' is not accessible in current workspace")
        return found

    def require_free(self, kind: str, name: str, but: Json | None = None) -> None:
        """Raises ApiError where another securable than ``but`` has the name, in any case."""
        holder = self.securables[kind].get(name.lower())
        if holder is not None and holder is not but:
            raise taken(kind, name)

    def is_bound(self, kind: str, securable: Json) -> bool:
        """Whether this workspace may use it."""
        bound = self.bindings.get((kind, securable["id"]), set())
        return securable["isolation_mode"] == OPEN or WORKSPACE_ID in bound

    def add(self, kind: str, securable: Json) -> None:
        """Keep a new securable under its name, which must be free."""
        self.securables[kind][securable["name"].lower()] = securable

    def rename(self, kind: str, securable: Json, new_name: str) -> None:
        """Keep a securable under another name, which must be free."""
        del self.securables[kind][securable["name"].lower()]
        securable["name"] = new_name
        self.add(kind, securable)

    def remove(self, kind: str, securable: Json) -> None:
        """Forget a securable, its grants and its bindings."""
        del self.securables[kind][securable["name"].lower()]
        self.grants.pop((kind, securable["id"]), None)
        self.bindings.pop((kind, securable["id"]), None)

    def locations_of(self, credential: Json) -> list[Json]:
        """The external locations that use a credential."""
        locations = self.securables[LOCATION].values()
        return [item for item in locations if item["credential_id"] == credential["id"]]


def new_securable(name: str, **fields: Any) -> Json:
    """What every new securable has, and its own fields; those that are ``None`` are left out."""
    now = now_milliseconds()
    return {
        "id": str(uuid.uuid4()),
        "name": name,
        "owner": USER,
        "metastore_id": METASTORE_ID,
        "isolation_mode": OPEN,
        "created_at": now,
        "created_by": USER,
        "updated_at": now,
        "updated_by": USER,
    } | {key: value for key, value in fields.items() if value is not None}


def touch(securable: Json) -> None:
    """Note who changed it, and when."""
    securable["updated_at"] = now_milliseconds()
    securable["updated_by"] = USER


def now_milliseconds() -> int:
    """Milliseconds since 1970, as all times of this API."""
    return time.time_ns() // 1_000_000


def owns(securable: Json) -> bool:
    """Whether the user owns it, alone or as a member of a group. The user is in every group; an
    owner with an ``@`` is a user, and a UUID is a service principal."""
    owner = securable["owner"]
    return owner == USER or ("@" not in owner and not _is_uuid(owner))


def require_owner(kind: str, securable: Json) -> None:
    """Raises ApiError where somebody else owns it."""
    if not owns(securable):
        raise denied(f"User is not an owner of {kind} '{securable['name']}'.")


def not_supported(what: str) -> ApiError:
    """400 for what a workspace on AWS does not have."""
    return ApiError(400, "INVALID_PARAMETER_VALUE", f"{what} is not supported on AWS.")


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
