"""A provider resource's configuration: the engine passes all but strings as JSON text."""

import json
from collections.abc import Mapping
from typing import Any

from pulumi.provider.experimental.property_value import PropertyValue

from sandbox.providers.checking import Failure, faults
from sandbox.providers.resource import Package, Property, State
from sandbox.providers.values import UNKNOWN, has_unknown, map_from_wire

_BY_THE_ENGINE = frozenset({"version", "pluginDownloadURL"})


def check(
    package: Package, given: Mapping[str, PropertyValue]
) -> tuple[dict[str, PropertyValue], list[Failure]]:
    """The configuration with its secrets marked, and what is wrong with it."""
    inputs = {
        key: value.with_secret(True)
        if key in package.config and package.config[key].secret
        else value
        for key, value in given.items()
    }
    config = parse(package.config, map_from_wire(given))
    failures = list(faults(package.config, config))
    if not failures and not has_unknown(config):
        failures.extend(package.check_config(config))
    return inputs, failures


def parse(properties: Mapping[str, Property], given: State) -> State:
    """Plain values; text that should be JSON and is not stays text, and fails the check."""
    return {
        key: _decoded(properties[key].kind if key in properties else "string", value)
        for key, value in given.items()
        if key not in _BY_THE_ENGINE
    }


def changed(properties: Mapping[str, Property], old: State, new: State) -> list[str]:
    """Names of the settings that differ."""
    before, after = parse(properties, old), parse(properties, new)
    return sorted(key for key in {*before, *after} if before.get(key) != after.get(key))


def _decoded(kind: str, value: Any) -> Any:
    if kind == "string" or not isinstance(value, str):
        return value
    try:
        decoded = json.loads(value)
    except ValueError:
        return value
    # A program's unknown inside a JSON-encoded setting makes the whole setting unknown.
    return UNKNOWN if "04da6b54-80e4-46f7-96ec-b56ff0331ba9" in value else decoded
