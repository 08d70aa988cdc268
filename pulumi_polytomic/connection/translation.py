"""Between the arguments of a Databricks connection and the configuration that Polytomic has."""

from collections.abc import Mapping
from typing import Any

from .arguments import KEYS, MASK, Values


def to_polytomic(inputs: Values) -> dict[str, Any]:
    """Gives the configuration of a connection."""
    path = str(inputs.get("bucketPrefix") or "").strip("/")
    return {
        **(inputs.get("configuration") or {}),
        **{key: inputs[name] for name, key in KEYS.items() if name in inputs},
        "cloud_provider": "aws",
        "auth_mode": "iam_role",
        "databricks_auth_mode": "access_token"
        if "accessToken" in inputs
        else "oauth_service_principal",
        "s3_bucket_name": f"{inputs['bucketName']}/{path}" if path else inputs["bucketName"],
    }


def from_polytomic(answer: Mapping[str, Any], inputs: Values | None) -> Values:
    """Gives the inputs that would make the connection what it is.

    ``inputs`` are those of the program, None on an import: what they leave to Polytomic is left
    out, and a secret that Polytomic masks is theirs.
    """
    configuration = answer["configuration"]
    given = KEYS if inputs is None else inputs
    found: Values = {"name": answer["name"]}
    for name, key in KEYS.items():
        value = configuration.get(key)
        if value == MASK:
            value = (inputs or {}).get(name)
        if name in given and value not in (None, ""):
            found[name] = value
    found |= _bucket(configuration, (inputs or {}).get("bucketPrefix"))
    for name, key in (("policies", "policies"), ("organizationId", "organization_id")):
        if inputs is not None and name in inputs:
            found[name] = answer[key]
    for name in _lost(configuration):
        found.pop(name, None)
    free = (inputs or {}).get("configuration")
    if free is not None:
        now = {
            key: free[key] if configuration.get(key) == MASK else configuration.get(key)
            for key in free
        }
        found["configuration"] = {key: value for key, value in now.items() if value is not None}
    return found


def _bucket(configuration: Mapping[str, Any], given: str | None) -> Values:
    place = str(configuration.get("s3_bucket_name") or "").removeprefix("s3://")
    name, _, path = place.partition("/")
    path = path.strip("/")
    # Slashes around a folder are a matter of spelling.
    if given is not None and given.strip("/") == path:
        return {"bucketName": name, "bucketPrefix": given}
    return {"bucketName": name, **({"bucketPrefix": path} if path else {})}


def _lost(configuration: Mapping[str, Any]) -> list[str]:
    """Names the arguments that have no say any more, because somebody chose another way in."""
    lost = []
    mode = configuration.get("databricks_auth_mode", "access_token")
    if mode != "access_token":
        lost.append("accessToken")
    if mode != "oauth_service_principal":
        lost += ["servicePrincipalId", "servicePrincipalSecret"]
    if configuration.get("auth_mode") != "iam_role":
        lost.append("roleArn")
    return lost
