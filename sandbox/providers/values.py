"""Plain Python values for what the engine sends: None, bool, int, float, str, list, dict, UNKNOWN.

Secrets and dependencies are not kept: like the bridged providers we do not accept secrets, so the
engine takes the marks off before a call and puts them back on the outputs of the same name.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pulumi.provider.experimental.property_value import Computed, PropertyValue, ResourceReference
from pulumi.runtime.rpc import UNKNOWN as UNKNOWN_STRING


class Unknown:
    """The one value that stands for "known after apply"."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()

# From sdk/go/common/resource/plugin/rpc.go. The experimental layer leaves them as plain strings.
_WIRE_UNKNOWNS: Final = frozenset(
    {
        UNKNOWN_STRING,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)


def from_wire(value: PropertyValue) -> Any:
    """One value; numbers without a fraction come back as int."""
    plain: Any = value.value
    if isinstance(plain, Computed):
        return UNKNOWN
    if isinstance(plain, str):
        return UNKNOWN if plain in _WIRE_UNKNOWNS else plain
    if isinstance(plain, float) and plain.is_integer():
        return int(plain)
    if isinstance(plain, Mapping):
        return map_from_wire(plain)
    if isinstance(plain, Sequence):
        return [from_wire(item) for item in plain]
    if isinstance(plain, ResourceReference):
        # A resource passed where its ID is meant, as the SDKs of other languages do.
        return from_wire(plain.resource_id) if plain.resource_id else UNKNOWN
    return plain


def map_from_wire(values: Mapping[str, PropertyValue] | None) -> dict[str, Any]:
    """A property map without its nulls, which other languages send for what is unset."""
    plain = {key: from_wire(value) for key, value in (values or {}).items()}
    return {key: value for key, value in plain.items() if value is not None}


def to_wire(value: Any) -> PropertyValue:
    """The reverse of from_wire."""
    if isinstance(value, Unknown):
        # The experimental layer cannot marshal its own Computed; the sentinel is what it means.
        return PropertyValue(UNKNOWN_STRING)
    if isinstance(value, Mapping):
        return PropertyValue(map_to_wire(value))
    if isinstance(value, list | tuple):
        return PropertyValue([to_wire(item) for item in value])
    if isinstance(value, int) and not isinstance(value, bool):
        return PropertyValue(float(value))
    return PropertyValue(value)


def map_to_wire(values: Mapping[str, Any]) -> dict[str, PropertyValue]:
    """A property map, without what is None."""
    return {key: to_wire(value) for key, value in values.items() if value is not None}


def has_unknown(value: Any) -> bool:
    """Whether the value is, or has anywhere inside, something unknown."""
    if isinstance(value, Mapping):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list | tuple):
        return any(has_unknown(item) for item in value)
    return isinstance(value, Unknown)
