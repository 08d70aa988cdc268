"""Check a program's arguments against a table: names, types, values, defaults, made-up names."""

import difflib
import json
import random
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.providers.resource import DEFAULTS_KEY, Property, State
from sandbox.providers.values import UNKNOWN, Unknown, has_unknown

Failure = tuple[str, str]
"""Property path and reason."""

_HEX_DIGITS: Final = 7


def with_defaults(
    properties: Mapping[str, Property],
    given: State,
    old_inputs: State,
    name: str,
    seed: bytes,
) -> State:
    """The arguments, and the defaults and the made-up name; the latter stays what it once was."""
    inputs = {
        key: _documents(properties[key], value) if key in properties else value
        for key, value in given.items()
        if key != DEFAULTS_KEY
    }
    chosen = []
    for key, item in properties.items():
        if key in inputs or any(other in inputs for other in item.conflicts_with):
            continue
        if item.default is not None:
            inputs[key] = item.default
        elif item.auto_name:
            inputs[key] = _kept_name(key, old_inputs) or _made_up_name(name, seed)
        else:
            continue
        chosen.append(key)
    return {**inputs, DEFAULTS_KEY: sorted(chosen)}


def faults(properties: Mapping[str, Property], inputs: State, path: str = "") -> Iterator[Failure]:
    """Everything that is wrong with the arguments, as far as they are known."""
    for key, item in properties.items():
        if item.required and inputs.get(key) is None:
            yield path + key, f"missing required property '{path}{key}'"
    for key, value in inputs.items():
        if key == DEFAULTS_KEY or value is None:
            continue
        place = path + key
        known = properties.get(key)
        if known is None or known.output_only:
            yield place, _unknown_name(place, key, properties)
        elif known.refused:
            yield place, f"'{place}' is not part of the sandbox's provider: {known.refused}"
        else:
            yield from _value_faults(known, value, place)
            for other in known.conflicts_with:
                if inputs.get(other) is not None and key < other:
                    yield place, f"'{place}' conflicts with '{path}{other}': give one of them"


def nearest(name: str, known: list[str]) -> str:
    """`` Did you mean 'x'?``, or nothing where no known name is close."""
    close = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean '{close[0]}'?" if close else ""


def _unknown_name(place: str, key: str, properties: Mapping[str, Property]) -> str:
    if key in properties:
        return f"'{place}' is an output, and cannot be given"
    known = [other for other, item in properties.items() if not item.output_only]
    return f"unknown property '{place}'.{nearest(key, known)}"


def _documents(item: Property, value: Any) -> Any:
    """A policy that was given as an object, as the JSON text of it."""
    if item.kind != "policy" or not isinstance(value, dict):
        return value
    return UNKNOWN if has_unknown(value) else json.dumps(value)


def _kept_name(key: str, old_inputs: State) -> str | None:
    old = old_inputs.get(key)
    if DEFAULTS_KEY in old_inputs and key not in old_inputs[DEFAULTS_KEY]:
        return None
    return old if isinstance(old, str) else None


def _made_up_name(name: str, seed: bytes) -> str:
    # The engine's seed gives the same name in the preview and in the update that follows it.
    source = random.Random(seed) if seed else random.SystemRandom()
    return f"{name}-{source.getrandbits(4 * _HEX_DIGITS):0{_HEX_DIGITS}x}"


def _value_faults(item: Property, value: Any, place: str) -> Iterator[Failure]:
    if isinstance(value, Unknown):
        return
    if not _fits(item, value):
        yield place, f"'{place}' must be {_KIND_NAMES[item.kind]}, not {_name_of(value)}"
    elif item.kind == "object" and item.fields is not None:
        yield from faults(item.fields, value, f"{place}.")
    elif item.kind == "list" and item.fields is not None:
        for index, element in enumerate(value):
            if isinstance(element, Unknown):
                continue
            if not isinstance(element, dict):
                yield place, f"'{place}[{index}]' must be an object, not {_name_of(element)}"
            else:
                yield from faults(item.fields, element, f"{place}[{index}].")
    elif item.auto_name and len(value) > item.auto_name:
        yield place, f"'{place}' has {len(value)} characters, {item.auto_name} are allowed"
    elif item.fault is not None and not has_unknown(value) and (reason := item.fault(value)):
        yield place, f"'{place}' {reason}"


def _fits(item: Property, value: Any) -> bool:
    if item.kind == "boolean":
        return isinstance(value, bool)
    if item.kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if item.kind == "map":
        return isinstance(value, dict) and all(map(_is_text, value.values()))
    if item.kind == "object":
        return isinstance(value, dict)
    if item.kind == "list":
        return isinstance(value, list) and (item.fields is not None or all(map(_is_text, value)))
    return isinstance(value, str)


def _is_text(value: Any) -> bool:
    return isinstance(value, str | Unknown)


def _name_of(value: Any) -> str:
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "a list" if isinstance(value, list) else "an object"


_KIND_NAMES: Final = {
    "string": "a string",
    "boolean": "a boolean",
    "integer": "an integer",
    "policy": "a JSON string or an object",
    "map": "a map of strings",
    "list": "a list of strings",
    "object": "an object",
}
