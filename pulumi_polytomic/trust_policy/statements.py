"""Trust policies as values: the same, merged, and taken apart by Sid."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

Document: TypeAlias = dict[str, Any]
Statement: TypeAlias = Mapping[str, Any]


def read_document(text: str) -> Document:
    """Reads a policy document. Raises ValueError."""
    document = json.loads(text)
    if not isinstance(document, dict) or "Statement" not in document:
        raise ValueError("is not a policy document: it has no Statement")
    return document


def read_statements(text: str) -> list[Statement]:
    """Reads a list of statements, each with a Sid of its own. Raises ValueError."""
    statements = json.loads(text)
    if not isinstance(statements, list) or not all(isinstance(s, dict) for s in statements):
        raise ValueError("is not a JSON list of statements")
    sids = [statement.get("Sid") for statement in statements]
    if not sids or not all(isinstance(sid, str) and sid for sid in sids):
        raise ValueError("has a statement without a Sid, by which it is known again")
    if len(set(sids)) != len(sids):
        raise ValueError("has two statements of one Sid")
    return statements


def statements_of(document: Mapping[str, Any]) -> list[Statement]:
    """Gives the statements; a single one need not be in a list."""
    found = document["Statement"]
    return [found] if isinstance(found, Mapping) else list(found)


def same(one: Any, other: Any) -> bool:
    """Whether two documents or statements mean the same; AWS keeps no order of principals."""
    return bool(_canonical(one) == _canonical(other))


def merged(document: Document, own: Sequence[Statement], before: Iterable[str]) -> Document:
    """Gives the document with ``own`` statements in place of those with the Sids ``before``."""
    sids = {*before, *(str(statement["Sid"]) for statement in own)}
    foreign = [each for each in statements_of(document) if each.get("Sid") not in sids]
    return {**document, "Statement": [*foreign, *own]}


def own_statements(document: Document, sids: Iterable[str]) -> list[Statement]:
    """Gives the statements with these Sids, in their order."""
    by_sid = {each.get("Sid"): each for each in statements_of(document)}
    return [by_sid[sid] for sid in sids if sid in by_sid]


def _canonical(value: Any) -> Any:
    if isinstance(value, Mapping):
        found = {key: _canonical(item) for key, item in value.items()}
        if isinstance(found.get("Statement"), dict):
            found["Statement"] = [found["Statement"]]
        return found
    if isinstance(value, list):
        items = [_canonical(item) for item in value]
        if all(isinstance(item, str) for item in items):
            # One value and a list of it are the same to IAM.
            return items[0] if len(items) == 1 else sorted(items)
        return items
    return value
