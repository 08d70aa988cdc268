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
    named = re.search(r"arn:(aws[a-z-]*):", written if isinstance(written, str) else str(written))
    # Which cloud it is may stand in the trust policy; whose account may not.
    partition = _partition(resource, stack) or (named[1] if named else "aws")
    accounts = _accounts(resource, suffix, partition, stack, settings)
    account = next(filter(None, accounts), None)
    return f"arn:{partition}:iam::{account or NO_ACCOUNT}:{suffix}", account is not None


def _partition(resource: Resource, stack: Stack) -> str | None:
    component = stack.component_of(resource)
    told = None if component is None else known_text(component.properties.get("partition"))
    return told or resource.partition


def _accounts(
    resource: Resource, suffix: str, partition: str, stack: Stack, settings: Settings
) -> Iterator[str | None]:
    """Give what tells the account, the surest first."""
    component = stack.component_of(resource)
    if component is not None:
        yield known_text(component.properties.get("accountId"))
    yield resource.account
    yield settings.account_id
    named = set()
    for credential in stack.credentials_of(resource):
        arn = _parsed(role_arn_of(credential))
        # Of two roles of one name it names one, and which, nobody can tell.
        alone = len(stack.roles_of_credential(credential)) == 1
        if alone and arn is not None and (arn.resource, arn.partition) == (suffix, partition):
            named.add(arn.account_id)
    yield named.pop() if len(named) == 1 else None
    # AWS takes boundaries and managed policies of the role's own account only.
    attached = resource.known("managedPolicyArns")
    arns = attached if isinstance(attached, list) else []
    for each in (resource.known("permissionsBoundary"), *arns):
        arn = _parsed(each)
        yield None if arn is None else arn.account_id


def _parsed(text: Any) -> Arn | None:
    arn = Arn.read(text)
    known = arn is not None and arn.service == "iam" and re.fullmatch("[0-9]{12}", arn.account_id)
    return arn if known else None
