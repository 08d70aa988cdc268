"""What changed between a resource's state and its new inputs, with the bridge's rules."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pulumi.provider.experimental.provider import PropertyDiffKind as Kind

from sandbox.providers.resource import DEFAULTS_KEY, Property, ResourceType, State
from sandbox.providers.values import UNKNOWN, has_unknown

_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][\w-]*\Z")
_REPLACING: Final = {
    Kind.ADD: Kind.ADD_REPLACE,
    Kind.DELETE: Kind.DELETE_REPLACE,
    Kind.UPDATE: Kind.UPDATE_REPLACE,
}


@dataclass(frozen=True)
class Diff:
    """Changed property paths, the top-level names that force a replacement, and how to replace."""

    changes: dict[str, Kind] = field(default_factory=dict)
    replaces: list[str] = field(default_factory=list)
    stables: list[str] = field(default_factory=list)
    delete_before_replace: bool = False

    @property
    def names(self) -> list[str]:
        """Top-level names of what changed."""
        return sorted({re.split(r"[.\[]", path, maxsplit=1)[0] for path in self.changes})


def diff(resource: ResourceType, state: State, inputs: State) -> Diff:
    """Nothing changed means an empty ``changes``."""
    changes: dict[str, Kind] = {}
    replaces = []
    for key, item in resource.inputs.items():
        found = dict(_changes(item, state.get(key), inputs.get(key), key))
        if found and item.force_new:
            replaces.append(key)
            found = {path: _REPLACING[kind] for path, kind in found.items()}
        changes.update(found)
    return Diff(
        changes=changes,
        replaces=replaces,
        stables=[
            key for key, item in resource.inputs.items() if item.force_new and key not in replaces
        ],
        delete_before_replace=bool(replaces) and _name_is_taken(resource, state, inputs),
    )


def same(item: Property, old: Any, new: Any) -> bool:
    """Whether two values of this property mean the same."""
    if old == new:
        return True
    if item.same is not None:
        return item.same(old, new)
    if item.unordered and isinstance(old, list) and isinstance(new, list):
        return sorted(map(repr, old)) == sorted(map(repr, new))
    return False


def planned(resource: ResourceType, state: State | None, inputs: State) -> State:
    """The outputs that a preview can promise: what is computed anew is unknown, the rest stays."""
    plan: State = {}
    for key, item in resource.properties.items():
        old = state.get(key) if state is not None else None
        if key in inputs and not item.output_only:
            plan[key] = _with_computed_fields(item, old, inputs[key], created=state is None)
        elif item.computed or item.output_only:
            plan[key] = old if state is not None else UNKNOWN
    if resource.plan is not None:
        plan.update(resource.plan(state, inputs))
    return {key: value for key, value in plan.items() if value is not None}


def _changes(item: Property, old: Any, new: Any, path: str) -> Iterator[tuple[str, Kind]]:
    if old is None and item.kind == "boolean":
        old = False
    if new is None:
        # What the service chose itself is no change, nor is what was never set.
        if not item.computed and not _is_zero(old) and old != item.default:
            yield path, Kind.DELETE
    elif isinstance(new, dict) and item.kind == "object" and item.fields and isinstance(old, dict):
        for key, inner in item.fields.items():
            yield from _changes(inner, old.get(key), new.get(key), f"{path}.{key}")
    elif isinstance(new, dict) and item.kind == "map":
        yield from _map_changes(old if isinstance(old, dict) else {}, new, path)
    elif has_unknown(new):
        yield path, Kind.UPDATE if old is not None else Kind.ADD
    elif old is None:
        if not _is_zero(new):
            yield path, Kind.ADD
    elif not same(item, old, new):
        yield path, Kind.UPDATE


def _map_changes(
    old: Mapping[str, Any], new: Mapping[str, Any], path: str
) -> Iterator[tuple[str, Kind]]:
    for key in sorted({*old, *new}):
        place = f"{path}.{key}" if _PLAIN_KEY.match(key) else f'{path}["{key}"]'
        if key not in new:
            yield place, Kind.DELETE
        elif key not in old:
            yield place, Kind.ADD
        elif old[key] != new[key]:
            yield place, Kind.UPDATE


def _is_zero(value: Any) -> bool:
    return value in (None, "", False, 0, [], {})


def _name_is_taken(resource: ResourceType, state: State, inputs: State) -> bool:
    """A name that the user gave and kept is still in use by the resource to be replaced."""
    name = resource.unique_name
    if DEFAULTS_KEY not in inputs or inputs.get(name) is None:
        return False
    return state.get(name) == inputs[name] and name not in inputs[DEFAULTS_KEY]


def _with_computed_fields(item: Property, old: Any, new: Any, *, created: bool) -> Any:
    if item.kind != "object" or item.fields is None or not isinstance(new, dict):
        return new
    whole = dict(new)
    for key, inner in item.fields.items():
        if key not in whole and (inner.computed or inner.output_only):
            known = old.get(key) if isinstance(old, dict) else None
            whole[key] = UNKNOWN if created or known is None else known
    return whole
