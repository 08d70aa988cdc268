"""Policies as JSON: read as AWS does, with no key twice, and measured as AWS does."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, TypeGuard


class PolicyError(ValueError):
    """A policy document is malformed. The message says where, and holds no condition's value."""


class JsonObject(dict[str, Any]):
    """A JSON object that remembers a key it was given twice, which ``dict`` would hide."""

    twice: str | None = None


def read_json(text: str) -> object:
    """Read a JSON text.

    :raises PolicyError: it is none.
    """
    try:
        return json.loads(text, object_pairs_hook=_pairs, parse_constant=_no_json)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise PolicyError(f"the document is not JSON: {error.msg} at {where}") from None
    except RecursionError:
        raise PolicyError("the document is nested too deeply") from None
    except ValueError:
        # A constant such as NaN, or a whole number of thousands of digits.
        raise PolicyError("the document has a number that is not one in a policy") from None


def _pairs(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = JsonObject(pairs)
    if len(found) < len(pairs):
        found.twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
    return found


def _no_json(_: str) -> NoReturn:
    raise ValueError


def is_list(value: object) -> TypeGuard[Sequence[Any]]:
    """Whether a value stands for a JSON list: any sequence, but no text."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray)


def policy_size(policy: str | Mapping[str, Any]) -> int:
    """Count the characters of a policy as AWS does for its quotas: white space is left out.

    :raises PolicyError: the mapping cannot be written as JSON.
    """
    if isinstance(policy, str):
        text = policy
    else:
        try:
            text = json.dumps(policy, ensure_ascii=False, default=_plain)
        except (TypeError, ValueError, RecursionError):
            raise PolicyError("the document cannot be written as JSON") from None
    return sum(map(len, text.split()))


def _plain(value: object) -> object:
    """Turn the proxies that Pulumi hands to policies into what ``json`` can write."""
    if isinstance(value, Mapping):
        return dict(value)
    if is_list(value):
        return list(value)
    raise TypeError
