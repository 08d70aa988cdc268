"""Proves that the programs made the same things: in AWS, in Unity Catalog and in Pulumi's state."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bench.programs.fleet import BARE_TOKEN
from bench.projects import Project
from sandbox.client import Sandbox

_SECRET: Final = "4dabf18193072939515e22adb298388d"
_COMPONENTS: Final = (
    "polytomic-databricks:index:DatabricksStagingAccess",
    BARE_TOKEN,
)


class DifferenceError(Exception):
    """Two programs made different things, so that their figures cannot be compared."""


def require_same(sandbox: Sandbox, projects: Sequence[Project]) -> int:
    """Compares what stands in the clouds and in the stacks; gives the number of things compared.

    Raises:
        DifferenceError: names the first thing that differs.
    """
    found = {project.variant: _everything(sandbox, project) for project in projects}
    first, *others = found.items()
    for other in others:
        # A flat program has no component to compare.
        keys = [
            key for key in first[1] if "flat" not in (first[0], other[0]) or key[0] != "wrapper"
        ]
        require_equal(first, other, keys)
    return len(first[1])


def require_equal(
    one: tuple[str, Mapping[Any, Any]], other: tuple[str, Mapping[Any, Any]], keys: Sequence[Any]
) -> None:
    """Raises DifferenceError for the first of ``keys`` that the two do not have alike."""
    for key in keys:
        if one[1].get(key) != other[1].get(key):
            raise DifferenceError(
                f"{key} differs. {one[0]}: {one[1].get(key)}; {other[0]}: {other[1].get(key)}"
            )
    surplus = [key for key in other[1] if key not in one[1]]
    if surplus:
        raise DifferenceError(f"only {other[0]} has {surplus[0]}")


def anonymous(value: Any, replacements: Mapping[str, str]) -> Any:
    """``value`` with each text replaced, and policy documents parsed, so that only facts count."""
    if isinstance(value, Mapping):
        if _SECRET in value:
            return anonymous(json.loads(value["plaintext"]), replacements)
        return {key: anonymous(item, replacements) for key, item in value.items()}
    if isinstance(value, list):
        return [anonymous(item, replacements) for item in value]
    if not isinstance(value, str):
        return value
    for old, new in replacements.items():
        value = value.replace(old, new)
    return json.loads(value) if value.startswith("{") else value


def _everything(sandbox: Sandbox, project: Project) -> dict[tuple[str, str], Any]:
    exported = json.loads(project.run("stack", "export", "--show-secrets"))
    resources = exported["deployment"]["resources"]
    found: dict[tuple[str, str], Any] = {}
    for resource in resources:
        kind, name = str(resource["type"]), str(resource["urn"]).rpartition("::")[2]
        if kind in _COMPONENTS:
            found["wrapper", name] = {
                "inputs": resource.get("inputs"),
                "outputs": resource.get("outputs"),
            }
        elif kind.startswith(("aws:", "databricks:")):
            found[kind, name] = resource["inputs"]
    external_ids = {}
    for kind, name in list(found):
        if kind == "databricks:index/storageCredential:StorageCredential":
            base = name.removesuffix("-credential")
            cloud = _cloud(sandbox, f"{base}-polytomic-databricks")
            external_ids[cloud["credential"]["aws_iam_role"]["external_id"]] = f"<ID of {base}>"
            found["cloud", base] = cloud
    replacements = {**external_ids, project.variant: "<prefix>"}
    return {
        (kind, anonymous(name, replacements)): anonymous(value, replacements)
        for (kind, name), value in found.items()
    }


def _cloud(sandbox: Sandbox, name: str) -> dict[str, Any]:
    """A role, its policies and the storage credential of the same name, as the clouds tell."""
    iam = sandbox.aws_client("iam")
    role = iam.get_role(RoleName=name)["Role"]
    credential = sandbox.databricks().storage_credentials.get(name).as_dict()
    return {
        "role": {k: v for k, v in role.items() if k not in ("RoleId", "CreateDate")},
        "inline policies": {
            policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
        },
        "attached policies": iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"],
        "credential": {k: v for k, v in credential.items() if k != "id" and not k.endswith("_at")},
    }
