"""Reading JSON as AWS does: no constants of JavaScript, and no key that is given twice."""

import json
from collections import Counter
from typing import Any, NoReturn


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
