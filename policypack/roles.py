"""Gathering a role in scope from the stack's resources."""

import json
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from pulumi_polytomic.iam import (
    Arn,
    ArnError,
    Decision,
    PolicyDocument,
    RequestContext,
    may_assume_role,
    role_name_fault,
    role_path_fault,
)
from pulumi_polytomic.principals import DATABRICKS_ENVIRONMENTS, POLYTOMIC_ACCOUNT_ID

from .credentials import read_credential
from .model import NO_ACCOUNT, Document, Resource, Role, is_unknown
from .reading import NOT_YET, read_document
from .settings import Settings
from .stack import (
    ATTACHMENTS,
    CREDENTIAL,
    INLINE,
    MANAGED,
    ROLE,
    TRUST_POLICY,
    Stack,
    role_name,
    role_path,
)

_UNITY_CATALOG_ACCOUNTS = {
    Arn.parse(each.unity_catalog_principal).account_id for each in DATABRICKS_ENVIRONMENTS.values()
}
_VENDOR_ACCOUNTS = {POLYTOMIC_ACCOUNT_ID, *_UNITY_CATALOG_ACCOUNTS}


def read_role(resource: Resource, stack: Stack, settings: Settings) -> Role | None:
    """Gather all that bears on a role; None where it is none of the pack's business."""
    written = resource.properties.get(
        "assumeRolePolicy" if resource.type == ROLE else "assumeRolePolicyDocument"
    )
    attached = stack.attached.get(resource.urn, [])
    for writer in (each for each in attached if each.type == TRUST_POLICY):
        written = _rewritten(written, writer)
    trust = read_document(written, "trust policy", resource.urn)
    credentials = tuple(read_credential(each, stack) for each in stack.credentials_of(resource))
    if not _in_scope(resource, trust, written, bool(credentials), stack, settings):
        return None
    component = stack.component_of(resource)
    inputs: Any = {} if component is None else component.properties
    policies = (
        *_own_policies(resource),
        *_managed(resource, resource.properties.get("managedPolicyArns"), stack),
        *(document for each in attached for document in _attached(each, stack)),
    )
    named = [*(each.role_arn for each in credentials), *_resources(policies)]
    arn, known = _arn(resource, trust, named, inputs)
    boundary_arn = resource.properties.get("permissionsBoundary")
    unique_id = resource.known("uniqueId" if resource.type == ROLE else "roleId")
    duration = resource.known("maxSessionDuration")
    return Role(
        urn=resource.urn,
        name=resource.name,
        arn=arn,
        arn_known=known,
        trust=trust,
        policies=policies,
        policies_missing=tuple(
            f"which role {each.name} belongs to {NOT_YET}" for each in stack.unlinked if stack.whole
        ),
        boundary=_boundary(resource, boundary_arn, stack),
        boundary_arn=boundary_arn,
        max_session_duration=duration if isinstance(duration, int | float) else None,
        unique_id=unique_id if isinstance(unique_id, str) else None,
        credentials=credentials,
        trust_depends_on=frozenset(
            urn
            for key in ("assumeRolePolicy", "assumeRolePolicyDocument")
            for urn in resource.property_dependencies.get(key, ())
        ),
        whole=stack.whole,
        preview=stack.preview,
        bucket_name=_text(inputs.get("bucketName")),
        bucket_prefix=_text(inputs.get("bucketPrefix")),
        answers=stack.answers.setdefault(f"{arn} {unique_id} {written}", {}),
    )


def _in_scope(
    resource: Resource,
    trust: Document,
    written: object,
    named: bool,
    stack: Stack,
    settings: Settings,
) -> bool:
    if any(fnmatchcase(resource.urn, pattern) for pattern in settings.exclude):
        return False
    if named or stack.component_of(resource) is not None:
        return True
    if any(fnmatchcase(resource.urn, pattern) for pattern in settings.include):
        return True
    if trust.content is not None:
        return _lets_a_vendor_in(trust.content, settings)
    if trust.unknown is not None:
        made_of = resource.property_dependencies.get("assumeRolePolicy", ())
        return any(
            urn in stack.resources and stack.resources[urn].type == CREDENTIAL for urn in made_of
        )
    # Malformed: what it was meant to say is all that there is to go by.
    text = written if isinstance(written, str) else json.dumps(written, default=str)
    return any(each in text for each in (*_VENDOR_ACCOUNTS, *settings.polytomic_principals))


def _lets_a_vendor_in(trust: PolicyDocument, settings: Settings) -> bool:
    for statement in trust.statements:
        if statement.effect != "Allow":
            continue
        for principal in statement.principals or ():
            if principal.value in settings.polytomic_principals:
                return True
            if _account(principal.value) in _VENDOR_ACCOUNTS:
                return True
        if statement.not_principals or any(p.everybody for p in statement.principals or ()):
            verdict = may_assume_role(
                caller_arn=f"arn:aws:iam::{POLYTOMIC_ACCOUNT_ID}:role/any",
                role_arn=f"arn:aws:iam::{NO_ACCOUNT}:role/any",
                trust_policy=trust,
                caller_policies=[_EVERYTHING],
                context=RequestContext({}, complete=True),
            )
            if verdict.decision is Decision.ALLOWED:
                return True
    return False


def _account(principal: str) -> str:
    if principal.isdigit():
        return principal
    try:
        return Arn.parse(principal).account_id
    except ArnError:
        return ""


def _arn(
    resource: Resource, trust: Document, named: list[str | None], inputs: Any
) -> tuple[str, bool]:
    """Give the role's ARN and whether AWS told it; else what the role's own documents call it."""
    real = resource.known("arn")
    if isinstance(real, str) and _parsed(real) is not None:
        return real, True
    path, name = role_path(resource), role_name(resource) or resource.name
    # AWS will refuse such a path or name; the documents are judged all the same.
    path = "/" if role_path_fault(path) else path
    suffix = f"role{path}{'unnamed' if role_name_fault(name) else name}"
    mentioned = [*(each for each in named if each), *_mentioned(trust.content)]
    arns = [arn for arn in map(_parsed, mentioned) if arn is not None]
    for arn in arns:
        if arn.resource == suffix and arn.account_id not in _VENDOR_ACCOUNTS:
            return str(arn), False
    account, partition = _text(inputs.get("accountId")), _text(inputs.get("partition"))
    roots = [a for a in arns if a.resource == "root" and a.account_id not in _VENDOR_ACCOUNTS]
    account = account or next((arn.account_id for arn in roots), NO_ACCOUNT)
    partition = partition or next((arn.partition for arn in [*roots, *arns]), "aws")
    return f"arn:{partition}:iam::{account}:{suffix}", False


def _mentioned(trust: PolicyDocument | None) -> Iterator[str]:
    for statement in trust.statements if trust is not None else ():
        yield from (each.value for each in statement.principals or () if each.kind == "AWS")
        for condition in statement.conditions:
            if condition.key.lower() == "aws:principalarn":
                yield from condition.values


def _resources(policies: Iterable[Document]) -> Iterator[str]:
    for document in policies:
        for statement in document.content.statements if document.content is not None else ():
            yield from statement.resources or ()


def _parsed(text: str) -> Arn | None:
    try:
        arn = Arn.parse(text)
    except ArnError:
        return None
    return arn if arn.service == "iam" and arn.account_id.isdigit() else None


def _own_policies(resource: Resource) -> Iterator[Document]:
    """Give the inline policies that the role itself lists."""
    native = resource.type != ROLE
    listed = resource.properties.get("policies" if native else "inlinePolicies")
    if is_unknown(listed):
        yield Document("inline policies", resource.urn, unknown=NOT_YET)
    for index, each in enumerate(listed if isinstance(listed, list) else [], start=1):
        if not isinstance(each, dict):
            unknown = NOT_YET if is_unknown(each) else None
            fault = None if unknown else "is no object"
            place = f"inline policy {index}"
            yield Document(place, resource.urn, unknown=unknown, fault=fault)
            continue
        document = each.get("policyDocument" if native else "policy")
        name = each.get("policyName" if native else "name")
        if document is None and not native:
            continue  # AWS's provider takes an empty block for "no inline policies".
        shown = index if is_unknown(name) or not name else name
        yield read_document(document, f"inline policy {shown}", resource.urn)


def _rewritten(written: Any, writer: Resource) -> Any:
    """Give a role's trust policy as a resource that writes it, or statements of it, leaves it."""
    policy, statements = (writer.properties.get(key) for key in ("policy", "statements"))
    if policy is not None:
        return policy
    if is_unknown(written) or is_unknown(statements):
        return UNKNOWN_STRING_VALUE
    try:
        document = json.loads(written) if isinstance(written, str) else dict(written)
        own = json.loads(statements or "")
        before = document["Statement"]
        sids = {each["Sid"] for each in own}
        before = [before] if isinstance(before, dict) else before
        foreign = [each for each in before if each.get("Sid") not in sids]
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return statements  # A malformed document, and reported as one.
    return {**document, "Statement": [*foreign, *own]}


def _attached(resource: Resource, stack: Stack) -> Iterable[Document]:
    if resource.type == TRUST_POLICY:
        return ()
    if resource.type in INLINE:
        document = resource.properties.get(INLINE[resource.type][1])
        return [read_document(document, f"inline policy {resource.name}", resource.urn)]
    if resource.type in MANAGED and resource.type in ATTACHMENTS:
        return [_managed_document(resource)]
    return _managed(resource, [resource.properties.get("policyArn")], stack)


def _managed(resource: Resource, arns: Any, stack: Stack) -> Iterator[Document]:
    if is_unknown(arns):
        yield Document("managed policies", resource.urn, unknown=NOT_YET)
    for arn in arns if isinstance(arns, list) else []:
        yield _policy_of(resource, arn, ("policyArn", "managedPolicyArns"), stack)


def _boundary(resource: Resource, arn: object, stack: Stack) -> Document | None:
    if arn is None or arn == "":
        return None
    return _policy_of(resource, arn, ("permissionsBoundary",), stack)


def _policy_of(
    resource: Resource, arn: object, properties: tuple[str, ...], stack: Stack
) -> Document:
    """Find the managed policy of an ARN: in the stack by ARN, or by what the ARN was made of."""
    for policy in stack.resources.values() if stack.whole else ():
        holder = MANAGED.get(policy.type)
        if holder and not is_unknown(arn) and policy.properties.get(holder[0]) == arn:
            return _managed_document(policy)
    for urn in (u for key in properties for u in resource.property_dependencies.get(key, ())):
        policy_made = stack.resources.get(urn)
        if policy_made is not None and policy_made.type in MANAGED and is_unknown(arn):
            return _managed_document(policy_made)
    if is_unknown(arn) or not isinstance(arn, str):
        return Document("managed policy", resource.urn, unknown=NOT_YET)
    own = "is one of AWS's own" if ":iam::aws:policy/" in arn else "is not in this stack"
    place = f"managed policy {arn.rpartition('/')[2]}"
    return Document(place, resource.urn, unknown=f"{own}, so its text was not read", arn=arn)


def _managed_document(policy: Resource) -> Document:
    document = policy.properties.get(MANAGED[policy.type][1])
    return read_document(document, f"managed policy {policy.name}", policy.urn)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and not is_unknown(value) else None


_EVERYTHING = read_document(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
    "",
    "",
).content or PolicyDocument(())
