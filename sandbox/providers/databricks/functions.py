"""The databricks provider's functions."""

import re
import uuid
from typing import Any, Final

from sandbox.providers.databricks.failures import doing
from sandbox.providers.resource import Function, Property, State

_ONE_WORKSPACE: Final = Property("object", refused="the sandbox has one workspace")


def _storage_credential(cloud: Any, arguments: State) -> State:
    with doing("read storage credential"):
        found = cloud.workspace.storage_credentials.get(arguments["name"]).as_dict()
    info = {_camel(key): value for key, value in found.items() if key != "aws_iam_role"}
    if role := found.get("aws_iam_role"):
        info["awsIamRole"] = {_camel(key): value for key, value in role.items()}
    return {"id": found["id"], "name": found["name"], "storageCredentialInfo": info}


def _current_user(cloud: Any, arguments: State) -> State:
    with doing("read current user"):
        user = cloud.workspace.current_user.me()
    name = user.user_name or ""
    kind = "servicePrincipals" if _is_uuid(name) else "users"
    return {
        "aclPrincipalId": f"{kind}/{name}",
        "alphanumeric": re.sub(r"[^a-zA-Z0-9]+", "_", name.split("@")[0]).lower(),
        "externalId": user.external_id or "",
        "home": f"/Users/{name}",
        "id": user.id or "",
        "repos": f"/Repos/{name}",
        "userName": name,
        "workspaceUrl": cloud.workspace.config.host,
    }


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


FUNCTIONS: Final = (
    Function(
        "databricks:index/getStorageCredential:getStorageCredential",
        {
            "id": Property(),
            "name": Property(required=True),
            "providerConfig": _ONE_WORKSPACE,
            "storageCredentialInfo": Property("object", refused="it is what the function returns"),
        },
        _storage_credential,
    ),
    Function(
        "databricks:index/getCurrentUser:getCurrentUser",
        {"providerConfig": _ONE_WORKSPACE},
        _current_user,
    ),
)
