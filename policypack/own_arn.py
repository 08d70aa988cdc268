"""A role's own ARN before AWS has told it, from what is sure: never from whom it trusts."""

import re
from collections.abc import Iterator
from typing import Any

from pulumi_polytomic.iam import Arn, role_name_fault, role_path_fault

from .model import NO_ACCOUNT, Resource, known_text
from .settings import Settings
from .stack import Stack, role_arn_of, role_name, role_path


def own_arn(
    resource: Resource, written: object, stack: Stack, settings: Settings
) -> tuple[str, bool]:
    """Give the role's ARN, and whether its account is sure."""
    real = _parsed(resource.known("arn"))
    if real is not None:
        return str(real), True
    path, name = role_path(resource), role_name(resource) or resource.name
    # AWS will refuse such a path or name; the documents are judged all the same.
    path = "/" if role_path_fault(path) else path
    suffix = f"role{path}{'unnamed' if role_name_fault(name) else name}"
    sure = list(_sure(resource, suffix, stack, settings))
    account = next((each for each, _ in sure if each), None)
    partition = next((each for _, each in sure if each), None)
    if partition is None:
        # Only which cloud it is, not whose account.
        named = re.search(
            r"arn:(aws[a-z-]*):", written if isinstance(written, str) else str(written)
        )
        partition = named[1] if named else "aws"
    return f"arn:{partition}:iam::{account or NO_ACCOUNT}:{suffix}", account is not None


def _sure(
    resource: Resource, suffix: str, stack: Stack, settings: Settings
) -> Iterator[tuple[str | None, str | None]]:
    """Give accounts and partitions, the surest first."""
    component = stack.component_of(resource)
    if component is not None:
        yield known_text(component.known("accountId")), known_text(component.known("partition"))
    yield resource.account, None
    yield settings.account_id, None
    for credential in stack.credentials_of(resource):
        arn = _parsed(role_arn_of(credential))
        if arn is not None and arn.resource == suffix:
            # Of two roles of one name it names one, and which, nobody can tell.
            alone = len(stack.roles_of_credential(credential)) == 1
            yield arn.account_id if alone else None, arn.partition
    # AWS takes boundaries and managed policies of the role's own account only.
    attached = resource.known("managedPolicyArns") or []
    arns = attached if isinstance(attached, list) else []
    for each in (resource.known("permissionsBoundary"), *arns):
        arn = _parsed(each)
        if arn is not None:
            yield arn.account_id, arn.partition


def _parsed(text: Any) -> Arn | None:
    arn = Arn.read(text)
    known = arn is not None and arn.service == "iam" and re.fullmatch("[0-9]{12}", arn.account_id)
    return arn if known else None
