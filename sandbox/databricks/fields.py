"""Fields of a request's JSON: an absent or null field is not there; unknown ones are left alone."""

from collections.abc import Collection, Mapping

from sandbox.databricks.errors import invalid
from sandbox.http import Json


def text(body: Mapping[str, object], key: str) -> str | None:
    """A string, or ``None`` where it is absent. Raises ApiError."""
    value = body.get(key)
    if value is not None and not isinstance(value, str):
        raise invalid(f"Invalid value for field '{key}': expected a string.")
    return value


def required_text(body: Mapping[str, object], key: str) -> str:
    """A string that must be there and not be empty. Raises ApiError."""
    value = text(body, key)
    if not value:
        raise invalid(f"Missing required field: {key}")
    return value


def flag(body: Mapping[str, object], key: str) -> bool | None:
    """A boolean, or ``None`` where it is absent. Raises ApiError."""
    value = body.get(key)
    if value is not None and not isinstance(value, bool):
        raise invalid(f"Invalid value for field '{key}': expected a boolean.")
    return value


def query_flag(query: Mapping[str, str], key: str) -> bool:
    """A boolean of the query string; absent is false. Raises ApiError."""
    value = query.get(key, "false").lower()
    if value not in ("true", "false"):
        raise invalid(f"Invalid value for parameter '{key}': expected a boolean.")
    return value == "true"


def mapping(body: Mapping[str, object], key: str) -> Json | None:
    """An object, or ``None`` where it is absent. Raises ApiError."""
    value = body.get(key)
    if value is not None and not isinstance(value, dict):
        raise invalid(f"Invalid value for field '{key}': expected an object.")
    return value


def objects(body: Mapping[str, object], key: str) -> list[Json]:
    """A list of objects; absent is empty. Raises ApiError."""
    value = body.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise invalid(f"Invalid value for field '{key}': expected a list of objects.")
    return value


def texts(body: Mapping[str, object], key: str) -> list[str]:
    """A list of strings; absent is empty. Raises ApiError."""
    value = body.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise invalid(f"Invalid value for field '{key}': expected a list of strings.")
    return value


def choice(body: Mapping[str, object], key: str, allowed: Collection[str]) -> str | None:
    """One of some words, or ``None`` where it is absent. Raises ApiError."""
    value = text(body, key)
    if value is not None and value not in allowed:
        raise invalid(f"Invalid value '{value}' for field '{key}'; allowed: {', '.join(allowed)}.")
    return value


def securable_name(body: Mapping[str, object], key: str = "name") -> str:
    """The name of a new securable: 1-255 characters without ``/``, ``.``, spaces and control
    characters. Raises ApiError."""
    name = required_text(body, key)
    if len(name) > 255 or any(char in "/. \x7f" or ord(char) < 32 for char in name):
        raise invalid(f"'{name}' is not a valid name.")
    return name


def new_name(body: Mapping[str, object]) -> str | None:
    """The name that an update asks for, or ``None``. Raises ApiError."""
    return securable_name(body, "new_name") if "new_name" in body else None


def page_size(query: Mapping[str, str], key: str, minimum: int, maximum: int) -> int | None:
    """Items of a page: ``None`` = all (not asked for), 0 = as many as the server likes.

    Raises ApiError.
    """
    if key not in query:
        return None
    try:
        size = int(query[key])
    except ValueError:
        raise invalid(f"Invalid value for parameter '{key}': expected an integer.") from None
    if size < 0 or 0 < size < minimum:
        raise invalid(f"Invalid value {size} for parameter '{key}': must be 0 or >= {minimum}.")
    return min(size, maximum) if size else maximum
