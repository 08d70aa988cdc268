"""The workspace itself: its metastore, its user, and what clients ask of a host."""

from typing import Final

from sandbox.databricks.errors import missing
from sandbox.databricks.state import (
    ACCOUNT_ID,
    METASTORE,
    METASTORE_ID,
    METASTORE_NAME,
    USER,
    USER_ID,
    WORKSPACE_ID,
    State,
)
from sandbox.http import Call, Json, Route
from sandbox.identities import DEFAULT_REGION

_ROOT: Final = "/api/2.1/unity-catalog"
_CREATED_AT: Final = 1735689600000


def current_assignment(_state: State, _call: Call) -> Json:
    """The metastore of this workspace."""
    return {
        "metastore_id": METASTORE_ID,
        "workspace_id": WORKSPACE_ID,
        "default_catalog_name": "main",
    }


def summary(_state: State, _call: Call) -> Json:
    """The metastore, as every user may see it."""
    return _metastore()


def get_metastore(_state: State, call: Call) -> Json:
    """The metastore by its ID."""
    if call.path["metastore_id"] != METASTORE_ID:
        raise missing(METASTORE, call.path["metastore_id"])
    return _metastore()


def list_metastores(_state: State, _call: Call) -> Json:
    """The only metastore."""
    return {"metastores": [_metastore()]}


def me(_state: State, _call: Call) -> Json:
    """The user of the token, in SCIM."""
    return {
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:workspace:2.0:User",
        ],
        "id": USER_ID,
        "userName": USER,
        "displayName": "Administrator",
        "active": True,
        "emails": [{"type": "work", "value": USER, "primary": True}],
        "groups": [{"display": name, "type": "direct", "value": name} for name in _GROUPS],
    }


def host_metadata(_state: State, call: Call) -> Json:
    """What clients read before they sign in; no token needed."""
    return {
        "oidc_endpoint": f"http://{call.host}/oidc",
        "account_id": ACCOUNT_ID,
        "workspace_id": str(WORKSPACE_ID),
        "cloud": "aws",
    }


METADATA_OPERATION: Final = "Host.Metadata"

ROUTES: Final = (
    Route("GET", f"{_ROOT}/current-metastore-assignment", "Metastores.Current", current_assignment),
    Route("GET", f"{_ROOT}/metastore_summary", "Metastores.Summary", summary),
    Route("GET", f"{_ROOT}/metastores", "Metastores.List", list_metastores),
    Route("GET", f"{_ROOT}/metastores/<metastore_id>", "Metastores.Get", get_metastore),
    Route("GET", "/api/2.0/preview/scim/v2/Me", "CurrentUser.Me", me),
    Route("GET", "/.well-known/databricks-config", METADATA_OPERATION, host_metadata),
)

_GROUPS: Final = ("admins", "users")


def _metastore() -> Json:
    return {
        "metastore_id": METASTORE_ID,
        "name": METASTORE_NAME,
        "owner": USER,
        "cloud": "aws",
        "region": DEFAULT_REGION,
        "global_metastore_id": f"aws:{DEFAULT_REGION}:{METASTORE_ID}",
        "privilege_model_version": "1.0",
        "delta_sharing_scope": "INTERNAL",
        "external_access_enabled": False,
        "created_at": _CREATED_AT,
        "created_by": USER,
        "updated_at": _CREATED_AT,
        "updated_by": USER,
    }
