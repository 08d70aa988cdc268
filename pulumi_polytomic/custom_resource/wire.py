"""Properties as the engine sends them, and as resources see them: plain values, secrets apart."""

from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]
from pulumi.runtime import rpc


class Unknown:
    """A value that is known only when another resource has been made."""

    def __repr__(self) -> str:
        return "<unknown>"

    def __bool__(self) -> bool:
        return False


UNKNOWN: Final = Unknown()


class Properties(NamedTuple):
    """Properties by name."""

    values: dict[str, Any]
    secrets: frozenset[str]
    """Names of those that are secret, or hold a secret somewhere."""


def read(struct: Struct) -> Properties:
    """Reads properties; secrets are taken out of their wrapping."""
    values, secrets = {}, set()
    for name, value in MessageToDict(struct).items():
        if name == "__defaults":
            continue
        found = [False]
        values[name] = _unwrap(value, found)
        if found[0]:
            secrets.add(name)
    return Properties(values, frozenset(secrets))


def write(values: Mapping[str, Any], secrets: Collection[str] = ()) -> Struct:
    """Writes properties; those in ``secrets`` are marked."""
    struct = Struct()
    for name, value in values.items():
        written = _wrapped(value)
        if name in secrets and value is not None and value is not UNKNOWN:
            written = {rpc._special_sig_key: rpc._special_secret_sig, "value": written}
        struct.update({name: written})
    return struct


def contains_unknown(value: object) -> bool:
    """Tells whether a value is unknown, or holds one that is."""
    if isinstance(value, Mapping):
        return any(map(contains_unknown, value.values()))
    if isinstance(value, list):
        return any(map(contains_unknown, value))
    return value is UNKNOWN


def _unwrap(value: Any, found: list[bool]) -> Any:
    if isinstance(value, dict):
        signature = value.get(rpc._special_sig_key)
        if signature == rpc._special_secret_sig:
            found[0] = True
            return _unwrap(value.get("value"), found)
        if signature == rpc._special_output_value_sig:
            found[0] = found[0] or bool(value.get("secret"))
            return _unwrap(value["value"], found) if "value" in value else UNKNOWN
        return {key: _unwrap(item, found) for key, item in value.items()}
    if isinstance(value, list):
        return [_unwrap(item, found) for item in value]
    if isinstance(value, float) and value.is_integer():
        # The wire knows only one kind of number.
        return int(value)
    return UNKNOWN if value == rpc.UNKNOWN else value


def _wrapped(value: Any) -> Any:
    if value is UNKNOWN:
        return rpc.UNKNOWN
    if isinstance(value, Mapping):
        return {key: _wrapped(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_wrapped(item) for item in value]
    return value
