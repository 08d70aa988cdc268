"""Trust policies as values: the same, merged, and taken apart by Sid."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

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
    """Whether two documents, or two lists of statements, are the same to IAM.

    To IAM, an account's number is its root's ARN, one value a list of it, and the case of an action
    or a condition key means nothing; neither does the order of statements and values.
    """
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


_ROOT: Final = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):root")
_OLD_VERSION: Final = "2008-10-17"
"""What a document is of that names no version."""


def _canonical(value: Any) -> Any:
    if isinstance(value, Mapping):
        rest = {key: item for key, item in value.items() if key != "Statement"}
        return {"Version": _OLD_VERSION, **rest, "Statement": _canonical(statements_of(value))}
    return sorted((_statement(each) for each in value), key=json.dumps)


def _statement(statement: Statement) -> dict[str, Any]:
    found = {key: _element(key, value) for key, value in statement.items()}
    return {key: found[key] for key in sorted(found) if found[key] != {}}


def _element(name: str, value: Any) -> Any:
    if name in ("Principal", "NotPrincipal"):
        kinds = value if isinstance(value, Mapping) else {"AWS": value}
        return {kind: _values(kinds[kind], _principal) for kind in sorted(kinds)}
    if name in ("Action", "NotAction"):
        return _values(value, str.lower)
    if name == "Condition":
        return {operator: _conditions(value[operator]) for operator in sorted(value)}
    return _values(value) if isinstance(value, list) else value


def _conditions(keys: Mapping[str, Any]) -> dict[str, list[str]]:
    return {key.lower(): _values(keys[key]) for key in sorted(keys, key=str.lower)}


def _values(value: Any, canonical: Callable[[str], str] = str) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return sorted(
        {canonical(each if isinstance(each, str) else json.dumps(each)) for each in items}
    )


def _principal(text: str) -> str:
    return _ROOT.sub(r"\1", text)
