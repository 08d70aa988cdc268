"""Which policy documents IAM refuses, with its texts."""

import json
from typing import Any

from moto.iam.exceptions import MalformedPolicyDocument
from moto.iam.policy_validation import (
    BaseIAMPolicyValidator,
    IAMPolicyDocumentValidator,
    IAMTrustPolicyDocumentValidator,
)

from pulumi_polytomic.iam import PolicyError, PolicyKind, parse_policy, policy_size
from sandbox.aws.trust import check_principal_elements, malformed


def check_trust_policy(text: str) -> None:
    """Raises AwsError where a role's trust policy is malformed; principals: see trust.py."""
    document = _read(text)
    for statement in _statements(document):
        if "Resource" in statement or "NotResource" in statement:
            raise malformed("Has prohibited field Resource")
        actions = statement.get("Action", [])
        for action in actions if isinstance(actions, list) else [actions]:
            if not str(action).lower().startswith("sts:"):
                raise malformed("AssumeRole policy may only specify STS AssumeRole actions.")
    check_principal_elements(document)
    _validate(IAMTrustPolicyDocumentValidator(text))


def check_identity_policy(text: str) -> None:
    """Raises AwsError where an inline or managed policy is malformed."""
    for statement in _statements(_read(text)):
        if "Principal" in statement or "NotPrincipal" in statement:
            raise malformed("Policy document should not specify a principal.")
    _validate(IAMPolicyDocumentValidator(text))
    check_parsed(text, "permissions")


def check_parsed(text: str, kind: PolicyKind) -> None:
    """Refuse what moto lets through; whatever the gate calls malformed is so here too."""
    try:
        parse_policy(text, kind)
    except PolicyError as error:
        raise malformed(str(error)) from None


def document_size(text: str) -> int:
    """Characters of a document as AWS counts them; of one that moto keeps, too."""
    return policy_size(text)


def _read(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError:
        raise malformed("This policy contains invalid Json") from None
    if not isinstance(document, dict) or not _statements(document):
        raise malformed("Syntax errors in policy.")
    return document


def _statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    found: Any = document.get("Statement")
    statements: list[Any] = found if isinstance(found, list) else [found]
    return statements if all(isinstance(item, dict) for item in statements) else []


def _validate(validator: BaseIAMPolicyValidator) -> None:
    try:
        validator.validate()
    except MalformedPolicyDocument as error:
        raise malformed(str(error.message)) from None
