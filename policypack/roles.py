"""Gathering a role in scope from the stack's resources."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from pulumi_polytomic.iam import (
    VENDOR_ACCOUNTS,
    Arn,
    Trusted,
    may_be_vendor,
    role_name_fault,
    role_path_fault,
)

from .credentials import read_credential
from .model import NO_ACCOUNT, Document, Resource, Role, known_text
from .policies import boundary_of, policies_of, trust_policy_of
from .reading import NOT_YET, plain_text, read_document
from .settings import Settings
from .stack import ROLE, TRUST_POLICY, Stack, role_arn_of, role_name, role_path

_ANYBODY = ('"*"', "NotPrincipal", '"AROA', '"AIDA')
"""What in a malformed trust policy could mean anybody, a vendor among them."""


def read_role(resource: Resource, stack: Stack, settings: Settings) -> Role | None:
    """Gather all that bears on a role; None where it is none of the pack's business."""
    attached = stack.attached.get(resource.urn, [])
    written = trust_policy_of(resource, (each for each in attached if each.type == TRUST_POLICY))
    arn, account_known = _own_arn(resource, written, stack, settings)
    partition = arn.split(":")[1]
    trust = read_document(written, "trust policy", resource.urn, "trust", partition)
    named = stack.credentials_of(resource)
    component = stack.component_of(resource)
    if not _in_scope(resource, trust, written, bool(named or component), arn, settings):
        return None
    inputs: Any = {} if component is None else component.properties
    unique_id = resource.properties.get("uniqueId" if resource.type == ROLE else "roleId")
    duration = resource.known("maxSessionDuration")
    return Role(
        urn=resource.urn,
        name=resource.name,
        arn=arn,
        account_known=account_known,
        trust=trust,
        policies=tuple(policies_of(resource, attached, stack)),
        policies_missing=tuple(_missing(resource, stack)) if stack.whole else (),
        boundary=boundary_of(resource, stack),
        boundary_arn=resource.properties.get("permissionsBoundary"),
        max_session_duration=duration if isinstance(duration, int | float) else None,
        unique_id=known_text(unique_id),
        credentials=tuple(
            read_credential(each, stack)
            for each in named
            if len(stack.roles_of_credential(each)) == 1
        ),
        trust_depends_on=frozenset(
            urn
            for key in ("assumeRolePolicy", "assumeRolePolicyDocument")
            for urn in resource.property_dependencies.get(key, ())
        ),
        whole=stack.whole,
        preview=stack.preview,
        of_component=component is not None,
        bucket_name=known_text(inputs.get("bucketName")),
        bucket_prefix=known_text(inputs.get("bucketPrefix")),
    )


def _in_scope(
    resource: Resource, trust: Document, written: object, named: bool, arn: str, settings: Settings
) -> bool:
    if any(fnmatchcase(resource.urn, pattern) for pattern in settings.exclude):
        return False
    if named or any(fnmatchcase(resource.urn, pattern) for pattern in settings.include):
        return True
    if trust.content is not None:
        who = Trusted(arn, own_installations=settings.polytomic_principals)
        return may_be_vendor(trust.content, who)
    if trust.unknown is not None:
        return True
    # Malformed: what it was meant to say is all that there is to go by.
    text = plain_text(written)
    own = [each.split(":")[4] for each in settings.polytomic_principals]
    meant = (*VENDOR_ACCOUNTS, *_ANYBODY, *own)
    return any(each in text for each in meant)


def _missing(resource: Resource, stack: Stack) -> list[str]:
    """Say what may be a policy of the role, or may not."""
    missing = []
    for each, candidates in stack.unlinked.values():
        if candidates is None:
            missing.append(f"which role {each.name} belongs to {NOT_YET}")
        elif resource.urn in candidates:
            missing.append(f"{each.name} is for one of several roles of that name; which, {_TELL}")
    for credential in stack.credentials_of(resource):
        if len(stack.roles_of_credential(credential)) > 1:
            missing.append(f"{credential.name} names one of several roles; which, {_TELL}")
    return missing


_TELL = "nothing tells: give it the role's output as its input, or its provider"


def _own_arn(
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
    inputs: Any = getattr(stack.component_of(resource), "properties", {})
    told = known_text(inputs.get("partition")) or resource.partition
    partition = told or (named[1] if named else "aws")
    accounts = _accounts(resource, suffix, partition, stack, settings)
    account = next(filter(None, accounts), None)
    return f"arn:{partition}:iam::{account or NO_ACCOUNT}:{suffix}", account is not None


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
