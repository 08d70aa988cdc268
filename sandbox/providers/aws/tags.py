"""Tags: the provider's defaultTags are merged into each resource's own, which win."""

from collections.abc import Mapping
from typing import Any

from sandbox.providers.resource import Property, ResourceType, State
from sandbox.providers.values import UNKNOWN, Unknown, has_unknown

TAGS = {
    "tags": Property("map"),
    "tagsAll": Property("map", output_only=True),
}
"""The two properties of every resource that takes tags."""


def with_default_tags(config: State, resource: ResourceType, inputs: State) -> State:
    """The inputs with the tags that the resource shall have, as pulumi-aws merges them."""
    if "tags" not in resource.properties:
        return inputs
    defaults = (config.get("defaultTags") or {}).get("tags") or {}
    own = inputs.get("tags") or {}
    if not isinstance(own, dict) or not defaults:
        return inputs
    return {**inputs, "tags": {**defaults, **own}}


def plan_tags(state: State | None, inputs: State) -> State:
    """``tagsAll`` in a preview."""
    tags = inputs.get("tags")
    if tags is None and state is None:
        return {"tagsAll": UNKNOWN}
    return {"tagsAll": tags if isinstance(tags, Unknown) or not has_unknown(tags) else UNKNOWN}


def tag_list(tags: Mapping[str, str] | None, key: str = "Key", value: str = "Value") -> list[Any]:
    """Tags in the form of AWS's requests."""
    return [{key: name, value: text} for name, text in (tags or {}).items()]


def tag_outputs(tags: list[Any], key: str = "Key", value: str = "Value") -> State:
    """``tags`` and ``tagsAll`` from an answer of AWS, without AWS's own tags."""
    found = {item[key]: item[value] for item in tags if not item[key].startswith("aws:")}
    return {"tags": found or None, "tagsAll": found}


def tag_changes(old: State, inputs: State) -> tuple[list[str], dict[str, str]]:
    """Keys to remove, and tags to set."""
    before = old.get("tagsAll") or {}
    after = inputs.get("tags") or {}
    removed = [key for key in before if key not in after]
    return removed, {key: value for key, value in after.items() if before.get(key) != value}
