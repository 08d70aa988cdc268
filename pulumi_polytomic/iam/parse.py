"""Reading a policy document as AWS stores it, or saying where it is malformed."""

import math
import re
from collections.abc import Mapping
from typing import Any, Final, Literal, NoReturn, cast

from pulumi_polytomic.iam.document import (
    CURRENT_VERSION,
    OLD_VERSION,
    Condition,
    PolicyDocument,
    PolicyKind,
    Principal,
    PrincipalKind,
    Statement,
    Unknown,
)
from pulumi_polytomic.iam.strict_json import JsonObject, PolicyError, is_list, read_json

_DOCUMENT_ELEMENTS: Final = frozenset({"Version", "Id", "Statement"})
_STATEMENT_ELEMENTS: Final = frozenset(
    [
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    ]
)
_PRINCIPAL_KINDS: Final = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})


def parse_policy(
    policy: str | Mapping[str, Any], kind: PolicyKind | None = None, *, partition: str = "aws"
) -> PolicyDocument:
    """Read a policy document from JSON text, or from the mapping that the text stands for.

    Principals come out as AWS stores them: an account's number is the ARN of its root.

    :param kind: refuse, too, what IAM refuses of a document of that kind. Default: of any kind,
        a bucket's policy among them.
    :param partition: of the account whose number stands as a principal.
    :raises PolicyError: it is no JSON, or not a policy document: the only exception there is,
        whatever the text.
    """
    document = _object(read_json(policy) if isinstance(policy, str) else policy, "the document")
    _refuse_unknown(document, _DOCUMENT_ELEMENTS, "the document")
    version = document.get("Version", OLD_VERSION)
    if version not in (CURRENT_VERSION, OLD_VERSION):
        _fail("the document, Version", f"is neither {CURRENT_VERSION!r} nor {OLD_VERSION!r}")
    if "Id" in document:
        _text(document["Id"], "the document, Id")
    if "Statement" not in document:
        _fail("the document", "has no Statement")
    written = document["Statement"]
    listed = list(written) if is_list(written) else [written]
    if not listed:
        _fail("the document, Statement", "is empty")
    statements = tuple(
        _statement(each, index, kind, partition) for index, each in enumerate(listed, start=1)
    )
    sids: set[str] = set()
    for statement in statements:
        if statement.sid in sids:
            _fail(f"statement {statement.index}, Sid", "stands on another statement too")
        sids.update([statement.sid] if statement.sid else [])
    return PolicyDocument(statements, str(version))


def _statement(value: object, index: int, kind: PolicyKind | None, partition: str) -> Statement:
    where = f"statement {index}"
    found = _object(value, where)
    _refuse_unknown(found, _STATEMENT_ELEMENTS, where)
    effect = found.get("Effect")
    if "Effect" not in found:
        _fail(where, "has no Effect")
    if effect not in ("Allow", "Deny"):
        _fail(f"{where}, Effect", "is neither 'Allow' nor 'Deny'")
    for element in ("Principal", "Action", "Resource"):
        if element in found and f"Not{element}" in found:
            _fail(where, f"has both {element} and Not{element}")
    if "Action" not in found and "NotAction" not in found:
        _fail(where, "has neither Action nor NotAction")
    sid = _text(found["Sid"], f"{where}, Sid") if "Sid" in found else ""
    if kind is not None:
        _refuse_of_kind(found, sid, kind, where)
    return Statement(
        index=index,
        effect=cast(Literal["Allow", "Deny"], effect),
        sid=sid or None,
        principals=_principals(found, "Principal", where, partition),
        not_principals=_principals(found, "NotPrincipal", where, partition),
        actions=_actions(found, "Action", where),
        not_actions=_actions(found, "NotAction", where),
        resources=_texts_of(found, "Resource", where),
        not_resources=_texts_of(found, "NotResource", where),
        conditions=_conditions(found.get("Condition", {}), f"{where}, Condition"),
    )


def _refuse_of_kind(found: Mapping[str, Any], sid: str, kind: PolicyKind, where: str) -> None:
    """Refuse what IAM answers with ``MalformedPolicyDocument`` in a document of this kind."""
    if not isinstance(sid, Unknown) and not re.fullmatch("[A-Za-z0-9]*", sid):
        _fail(f"{where}, Sid", "has other characters than A-Z, a-z and 0-9")
    foreign, needed = ("Resource", "Principal") if kind == "trust" else ("Principal", "Resource")
    for element in (foreign, f"Not{foreign}"):
        if element in found:
            _fail(where, f"has {element}, which a {kind} policy does not take")
    if needed not in found and f"Not{needed}" not in found:
        _fail(where, f"has no {needed}")
    if kind == "trust":
        for element in ("Action", "NotAction"):
            for action in _texts_of(found, element, where) or ():
                if not isinstance(action, Unknown) and action.partition(":")[0].lower() != "sts":
                    _fail(f"{where}, {element}", "has an action that is not of STS")


def _principals(
    found: Mapping[str, Any], element: str, where: str, partition: str
) -> tuple[Principal, ...] | None:
    if element not in found:
        return None
    where = f"{where}, {element}"
    if found[element] == "*":
        return (Principal("*", "*"),)
    kinds = _object(found[element], where)
    _refuse_unknown(kinds, _PRINCIPAL_KINDS, where)
    if not kinds:
        _fail(where, "is empty")
    return tuple(
        Principal(
            cast(PrincipalKind, kind),
            f"arn:{partition}:iam::{value}:root"
            if kind == "AWS" and re.fullmatch("[0-9]{12}", value)
            else value,
        )
        for kind in kinds
        for value in _texts(kinds[kind], f"{where}, {kind}")
    )


def _actions(found: Mapping[str, Any], element: str, where: str) -> tuple[str, ...] | None:
    actions = _texts_of(found, element, where)
    for action in actions or ():
        service, colon, name = action.partition(":")
        if isinstance(action, Unknown):
            continue
        if action != "*" and not (service and colon and name):
            _fail(f"{where}, {element}", "has an action that is neither 'service:Action' nor '*'")
    return actions


def _texts_of(found: Mapping[str, Any], element: str, where: str) -> tuple[str, ...] | None:
    return _texts(found[element], f"{where}, {element}") if element in found else None


def _texts(value: object, where: str) -> tuple[str, ...]:
    """Read one text or a list of them; neither the list nor a text in it may be empty."""
    values = list(value) if is_list(value) else [value]
    texts = tuple(_text(each, where) for each in values)
    if not all(texts) or not texts:
        _fail(where, "is empty")
    return texts


def _conditions(value: object, where: str) -> tuple[Condition, ...]:
    operators = _object(value, where)
    conditions = []
    for operator in operators:
        place = f"{where}, {_shown(operator)}"
        keys = _object(operators[operator], place)
        if not keys:
            _fail(place, "names no condition key")
        if len({key.lower() for key in keys}) < len(keys):
            _fail(place, "has one condition key twice (their case does not count)")
        for key in keys:
            values = _condition_values(keys[key], f"{place}, {_shown(key)}")
            conditions.append(Condition(operator, key, values))
    return tuple(conditions)


def _condition_values(value: object, where: str) -> tuple[str, ...]:
    values = value if is_list(value) else [value]
    return tuple(_scalar(each, where) for each in values)


def _scalar(value: object, where: str) -> str:
    """Read a condition's value: AWS takes numbers and booleans for the text that they make."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        try:
            return str(value)
        except ValueError:  # Python writes no whole number of more than 4,300 digits.
            _fail(where, "is a number that is too long")
    return _text(value, where)


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        _fail(where, "is null" if value is None else "is not text")
    return value


def _object(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        _fail(where, "is not a JSON object")
    for key in value:
        if not isinstance(key, str):
            _fail(where, "has a key that is not text")
    if isinstance(value, JsonObject) and value.twice is not None:
        _fail(where, f"has {_shown(value.twice)} twice")
    return value


def _refuse_unknown(found: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    for element in found:
        if element not in known:
            _fail(where, f"has an unknown element {_shown(element)}")


def _shown(text: str) -> str:
    """Show a name out of a document: short, and in ASCII whatever it holds."""
    return ascii(text if len(text) <= 64 else f"{text[:61]}...").strip("'")


def _fail(where: str, fault: str) -> NoReturn:
    raise PolicyError(f"{where} {fault}")
