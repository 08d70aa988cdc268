"""Makes a connection once, whatever becomes of the answers."""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from ..custom_resource.plugin_side import ProviderError
from ..custom_resource.settings import Settings
from .polytomic_api import TakenError, connect, explained

if TYPE_CHECKING:
    from polytomic.types import ConnectionResponseSchema

_HOUR_S: Final = 3600


def attempts(
    settings: Settings, urn: str, body: Mapping[str, Any]
) -> "Iterator[ConnectionResponseSchema]":
    """Gives what each idempotency key makes or made, without end; the first that is still there
    is the connection.

    A key is made of URN, request, hour and a number. An attempt of this hour whose answer got lost
    is answered again by its key; that of an earlier hour holds the name, and the keys of the hour
    in which it was made tell whether it is ours. So the connections of other hours that were
    deleted since are not asked for, however many there are.

    Raises:
        ProviderError: Polytomic refuses the connection, or somebody else has its name.
    """
    try:
        yield from _made_in(int(time.time()) // _HOUR_S, settings, urn, body)
    except TakenError as error:
        name = body["name"]
        same = _named(settings, name)
        for each in same:
            hour = int(each.created_at.timestamp()) // _HOUR_S if each.created_at else 0
            # Neither clock is exact, and an answer may take its time.
            for near in (hour, hour - 1, hour + 1):
                with suppress(TakenError):
                    yield from _made_in(near, settings, urn, body)
        raise _taken(name, same, error) from None


def name_is_taken(settings: Settings, name: str, error: TakenError, but: str) -> ProviderError:
    """Says which connection other than ``but`` has the name, if that is what Polytomic refuses."""
    return _taken(name, [each for each in _named(settings, name) if each.id != but], error)


def _made_in(
    hour: int, settings: Settings, urn: str, body: Mapping[str, Any]
) -> "Iterator[ConnectionResponseSchema]":
    client = connect(settings)
    for number in count():
        text = json.dumps([urn, body, hour, number], sort_keys=True)
        key = hashlib.sha256(text.encode()).hexdigest()
        with explained(settings, f"make the connection '{body['name']}'"):
            made = client.connections.create(**body, idempotency_key=key).data
        if made is None or made.id is None:
            raise ProviderError("Polytomic made a connection and did not say which.")
        yield made


def _named(settings: Settings, name: str) -> "list[ConnectionResponseSchema]":
    with explained(settings, "list the connections"):
        every = connect(settings).connections.list().data or []
    return [each for each in every if each.name == name]


def _taken(name: str, same: "list[ConnectionResponseSchema]", error: TakenError) -> ProviderError:
    if not same:
        return error
    return ProviderError(
        f"name: Polytomic has a connection '{name}' already, {same[0].id}. Choose another name, "
        "delete it, or take it over: pulumi import "
        f"polytomic-databricks:index:DatabricksConnection <name> {same[0].id}"
    )
