"""Principals in a role's trust policy: AWS keeps those of roles and users by unique ID.

Moto keeps the text as it is sent, so the text always names a living role or user by ARN here, and
a dead one by its unique ID: that is how AWS shows them.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from moto.iam.models import IAMBackend

from pulumi_polytomic.iam import Arn, ArnError
from sandbox.aws.errors import AwsError

_KINDS: Final = ("AWS", "Service", "Federated", "CanonicalUser")
_UNIQUE_ID: Final = re.compile(r"(AROA|AIDA)[A-Z0-9]{12,}")
_SERVICE: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?")
_ROLE_OR_USER: Final = re.compile(r"(role|user)/(?!\*)[^*]+")
_SESSION: Final = re.compile(r"(assumed-role/[^/*]+|federated-user)/[^/*]+")


def resolve_principals(
    text: str, account_id: str, partition: str, living: Mapping[str, str]
) -> str:
    """The document as AWS shows it in an account: account IDs and unique IDs as ARNs.

    ``living`` is ARN to unique ID of the account's roles and users. Raises AwsError for a
    principal that AWS refuses.
    """
    by_id = {unique_id: arn for arn, unique_id in living.items()}

    def shown(value: str) -> str:
        if value == "*":
            return value
        if value in by_id:
            return by_id[value]
        if re.fullmatch(r"\d{12}", value):
            return f"arn:{partition}:iam::{value}:root"
        if not _exists(value, account_id, partition, living):
            raise _invalid_principal("AWS", value)
        return value

    document = json.loads(text)
    changed = False
    for principals in _principals(document):
        changed |= _replace(principals, shown)
        for service in _listed(principals.get("Service", [])):
            if not _SERVICE.fullmatch(service):
                raise _invalid_principal("SERVICE", service)
    return json.dumps(document) if changed else text


def forget_principal(backend: IAMBackend, arn: str, unique_id: str) -> None:
    """A role or user is gone: trust policies that name it show its unique ID from now on."""
    for role in backend.roles.values():
        if f'"{arn}"' not in role.assume_role_policy_document:
            continue
        document = json.loads(role.assume_role_policy_document)
        changed = False
        for principals in _principals(document):
            changed |= _replace(principals, lambda value: unique_id if value == arn else value)
        if changed:
            role.assume_role_policy_document = json.dumps(document)


def check_principal_elements(document: Mapping[str, Any]) -> None:
    """Refuse a statement without a principal, or with one that is empty or of no known kind."""
    for statement in _listed(document["Statement"]):
        if "Principal" not in statement and "NotPrincipal" not in statement:
            raise malformed("Missing required field Principal")
        for element in ("Principal", "NotPrincipal"):
            if element in statement:
                _check_principal(statement[element])


def malformed(message: str) -> AwsError:
    """AWS's refusal of a policy document."""
    return AwsError("MalformedPolicyDocument", message, 400)


def _check_principal(principal: Any) -> None:
    if principal == "*":
        return
    if not isinstance(principal, dict):
        raise malformed(f'Invalid principal in policy: "AWS":"{principal}"')
    if not principal:
        raise malformed("Missing required field Principal cannot be empty!")
    for kind, values in principal.items():
        if kind not in _KINDS:
            raise malformed(f'Invalid principal in policy: "{kind}"')
        if not _listed(values) or not all(isinstance(item, str) for item in _listed(values)):
            raise malformed("Missing required field Principal cannot be empty!")


def _exists(value: str, account_id: str, partition: str, living: Mapping[str, str]) -> bool:
    if _UNIQUE_ID.fullmatch(value):
        return False
    try:
        arn = Arn.parse(value)
    except ArnError:
        return False
    if arn.partition != partition or not re.fullmatch(r"\d{12}", arn.account_id) or arn.region:
        return False
    if arn.service == "sts":
        return bool(_SESSION.fullmatch(arn.resource))
    if arn.service != "iam":
        return False
    if arn.resource == "root":
        return True
    if not _ROLE_OR_USER.fullmatch(arn.resource):
        return False
    # Of other accounts the sandbox does not know who is there.
    return arn.account_id != account_id or value in living


def _principals(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for statement in _listed(document["Statement"]):
        for element in ("Principal", "NotPrincipal"):
            if isinstance(statement.get(element), dict):
                yield statement[element]


def _replace(principals: dict[str, Any], change: Callable[[str], str]) -> bool:
    before = principals.get("AWS")
    if before is None:
        return False
    after = change(before) if isinstance(before, str) else [change(value) for value in before]
    principals["AWS"] = after
    return bool(after != before)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _invalid_principal(kind: str, value: str) -> AwsError:
    return malformed(f'Invalid principal in policy: "{kind}":"{value}"')
