"""When two IAM policy documents mean the same, as the real provider compares them."""

import json
import re
from typing import Any, Final

_ACCOUNT_ROOT: Final = re.compile(r"arn:[\w-]+:iam::(\d{12}):root")


def equivalent_policies(old: Any, new: Any) -> bool:
    """Order of statements, keys and lists does not count, nor a list of one against its item."""
    if old == new:
        return True
    try:
        return bool(_normal_document(old) == _normal_document(new))
    except ValueError:
        return False


def policy_json_fault(text: str) -> str | None:
    """Why the real provider refuses the text before it asks AWS. Never repeats the text."""
    if not text.strip():
        return "is an empty string, which is not a valid JSON value"
    if not text.lstrip().startswith("{"):
        return "contains an invalid JSON policy: it must begin with '{'"
    try:
        json.loads(text)
    except ValueError as error:
        position = getattr(error, "pos", 0)
        return f"contains an invalid JSON policy: not valid JSON at byte offset {position}"
    return None


def _normal_document(text: Any) -> Any:
    document = json.loads(text) if isinstance(text, str) else text
    if not isinstance(document, dict):
        raise ValueError("not a policy document")
    statements = document.get("Statement", [])
    if isinstance(statements, dict):
        statements = [statements]
    rest = {key: value for key, value in document.items() if key != "Statement"}
    return _canonical(rest), sorted(_canonical(_normal_statement(item)) for item in statements)


def _normal_statement(statement: Any) -> Any:
    if not isinstance(statement, dict):
        raise ValueError("not a statement")
    normal: dict[str, Any] = {}
    for key, value in statement.items():
        if key in ("Principal", "NotPrincipal") and isinstance(value, dict):
            normal[key] = {kind: _strings(who, principal=True) for kind, who in value.items()}
        elif key in ("Action", "NotAction"):
            # AWS compares actions without regard to case.
            normal[key] = [action.lower() for action in _strings(value)]
            normal[key].sort()
        elif key in ("Resource", "NotResource"):
            normal[key] = _strings(value)
        elif key == "Condition" and isinstance(value, dict):
            normal[key] = {
                operator: {name: _strings(values) for name, values in keys.items()}
                for operator, keys in value.items()
            }
        elif key != "Sid" or value:
            normal[key] = value
    return normal


def _strings(value: Any, *, principal: bool = False) -> list[str]:
    items = value if isinstance(value, list) else [value]
    texts = [json.dumps(item) if isinstance(item, bool) else str(item) for item in items]
    if principal:
        # An account may be named by its number or by its root's ARN.
        texts = [_ACCOUNT_ROOT.sub(r"\1", text) for text in texts]
    return sorted(set(texts))


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
