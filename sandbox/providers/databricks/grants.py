"""databricks:index/grants:Grants: all the grants on one securable, after resource_grants.go."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sandbox.providers.databricks.failures import doing
from sandbox.providers.databricks.securables import require_metastore
from sandbox.providers.errors import ProviderError, none_if_gone
from sandbox.providers.resource import Property, ResourceType, State
from sandbox.providers.retry import retry_while

_SECURABLES: Final = {
    "externalLocation": "external_location",
    "metastore": "metastore",
    "storageCredential": "storage_credential",
}
"""Arguments that name a securable, and its type in the API, which is the ID's first part too."""

_NOT_HERE: Final = [
    "catalog",
    "credential",
    "foreignConnection",
    "function",
    "mcpService",
    "model",
    "modelProviderService",
    "modelService",
    "pipeline",
    "recipient",
    "schema",
    "secret",
    "share",
    "table",
    "volume",
]


class _NotAppliedError(ProviderError):
    """The grants that were asked for do not show yet."""


def _create(cloud: Any, inputs: State) -> str:
    require_metastore(cloud, inputs.get("metastore"))
    argument = next(key for key in _SECURABLES if inputs.get(key))
    kind, name = _SECURABLES[argument], inputs[argument]
    _replace_all(cloud, kind, name, _by_principal(inputs["grants"]))
    return f"{kind}/{name}"


@none_if_gone
def _read(cloud: Any, resource_id: str, old: State) -> State | None:
    kind, name = _split(resource_id)
    current = _current(cloud, kind, name)
    if not current:
        return None
    argument = next(key for key, value in _SECURABLES.items() if value == kind)
    return {
        argument: name,
        "grants": [
            {"principal": principal, "privileges": sorted(privileges)}
            for principal, privileges in sorted(current.items())
        ],
    }


def _update(cloud: Any, resource_id: str, old: State, inputs: State) -> None:
    _replace_all(cloud, *_split(resource_id), _by_principal(inputs["grants"]))


@none_if_gone
def _delete(cloud: Any, resource_id: str, state: State) -> None:
    _replace_all(cloud, *_split(resource_id), {})


def _replace_all(cloud: Any, kind: str, name: str, wanted: Mapping[str, set[str]]) -> None:
    changes = _changes(_current(cloud, kind, name), wanted)
    if not changes:
        return
    with doing(f"update grants of {kind} {name}"):
        cloud.workspace.grants.update(kind, name, changes=changes)

    def settled() -> None:
        if _changes(_current(cloud, kind, name), wanted):
            raise _NotAppliedError(f"permissions for {kind}-{name} are not what they have to be")

    retry_while(settled, lambda error: isinstance(error, _NotAppliedError), timeout=60)


def _current(cloud: Any, kind: str, name: str) -> dict[str, set[str]]:
    with doing(f"read grants of {kind} {name}"):
        answer = cloud.workspace.grants.get(kind, name).as_dict()
    return {
        item["principal"]: {_normal(privilege) for privilege in item.get("privileges", [])}
        for item in answer.get("privilege_assignments", [])
        if item.get("privileges")
    }


def _changes(current: Mapping[str, set[str]], wanted: Mapping[str, set[str]]) -> list[Any]:
    from databricks.sdk.service.catalog import PermissionsChange, Privilege

    def privileges(names: set[str]) -> list[Any]:
        return [Privilege(name) for name in sorted(names)]

    changes = []
    for principal in sorted({*current, *wanted}):
        before, after = current.get(principal, set()), wanted.get(principal, set())
        if before != after:
            with doing(f"grant to {principal}"):
                change = PermissionsChange(
                    principal=principal,
                    add=privileges(after - before),
                    remove=privileges(before - after),
                )
            changes.append(change)
    return changes


def _by_principal(grants: list[State]) -> dict[str, set[str]]:
    return {
        item["principal"]: {_normal(privilege) for privilege in item["privileges"]}
        for item in grants
    }


def _same(old: Any, new: Any) -> bool:
    return {key.lower(): value for key, value in _by_principal(old).items()} == {
        key.lower(): value for key, value in _by_principal(new).items()
    }


def _normal(privilege: str) -> str:
    return privilege.replace(" ", "_").upper()


def _split(resource_id: str) -> tuple[str, str]:
    kind, separator, name = resource_id.partition("/")
    if not separator or kind not in _SECURABLES.values():
        raise ProviderError(
            f"ID must be two elements split by `/`: {resource_id}; "
            f"the first is one of {', '.join(_SECURABLES.values())}"
        )
    return kind, name


def _check(inputs: State) -> Iterable[tuple[str, str]]:
    given = [key for key in _SECURABLES if key in inputs]
    if len(given) != 1:
        yield "grants", f"one of {', '.join(_SECURABLES)} must be specified, not {len(given)}"


GRANTS: Final = ResourceType(
    token="databricks:index/grants:Grants",
    properties={
        "grants": Property(
            "list",
            required=True,
            same=_same,
            fields={
                "principal": Property(required=True),
                "privileges": Property("list", required=True, unordered=True),
            },
        ),
        **{key: Property(force_new=True) for key in _SECURABLES},
        **{key: Property(refused="the sandbox has no such securable") for key in _NOT_HERE},
        "providerConfig": Property("object", refused="the sandbox has one workspace"),
    },
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    check=_check,
    unique_name="grants",
)
