"""Gathering a role in scope from the stack's resources."""

from fnmatch import fnmatchcase
from typing import Any

from pulumi_polytomic.iam import VENDOR_ACCOUNTS, Trusted, may_be_vendor

from .credentials import read_credential
from .model import Document, Resource, Role, known_text
from .own_arn import own_arn
from .policies import boundary_of, policies_of, trust_policy_of
from .reading import NOT_YET, plain_text, read_document
from .settings import Settings
from .stack import ROLE, TRUST_POLICY, Stack

_ANYBODY = ('"*"', "NotPrincipal", '"AROA', '"AIDA')
"""What in a malformed trust policy could mean anybody, a vendor among them."""


def read_role(resource: Resource, stack: Stack, settings: Settings) -> Role | None:
    """Gather all that bears on a role; None where it is none of the pack's business."""
    attached = stack.attached.get(resource.urn, [])
    written = trust_policy_of(resource, (each for each in attached if each.type == TRUST_POLICY))
    arn, account_known = own_arn(resource, written, stack, settings)
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
    resource: Resource,
    trust: Document,
    written: object,
    named: bool,
    arn: str,
    settings: Settings,
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
