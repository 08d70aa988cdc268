"""Values that are known only later: made of several, and given by a component."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_origin

import pulumi


def combined(function: Callable[[Mapping[str, Any]], Any], **values: Any) -> Any:
    """Gives ``function`` of the values: at once where all are known, else as an Output.

    Does what ``Output.all(**values).apply(function)`` does, with no Output for a value that is
    known: the SDK follows each one until the program ends, and a fleet of components makes many.
    """
    later = {name: value for name, value in values.items() if not is_plain(value)}
    if not later:
        return function(values)
    if len(later) == 1:
        [(name, value)] = later.items()
        return as_output(value).apply(lambda known: function({**values, name: known}))
    return pulumi.Output.all(**later).apply(lambda found: function({**values, **found}))


def is_plain(value: object) -> bool:
    """Tells whether ``value`` is known now: neither an Output or awaitable nor holding one."""
    if isinstance(value, pulumi.Output) or inspect.isawaitable(value):
        return False
    if isinstance(value, Mapping):
        return all(is_plain(item) for item in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return all(is_plain(item) for item in value)
    return True


def as_output(value: Any) -> pulumi.Output[Any]:
    """Gives ``value`` as an Output; one that is an Output already stays what it is."""
    return value if isinstance(value, pulumi.Output) else pulumi.Output.from_input(value)


def outputs_of(owner: type) -> list[str]:
    """Gives the names of the annotated outputs of a class; its resources are none."""
    annotations: dict[str, Any] = owner.__annotations__
    return [name for name, each in annotations.items() if get_origin(each) is pulumi.Output]
