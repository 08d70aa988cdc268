"""Gathering the identity policies of a role, its boundary, and the trust policy as it will be."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pulumi_polytomic.iam import Unknown

from .model import Document, Resource, is_unknown, known_text
from .reading import NOT_YET, read_document
from .stack import HOLDERS, MANAGED, ROLE, Stack


def policies_of(
    resource: Resource, attached: Iterable[Resource], stack: Stack
) -> Iterator[Document]:
    """Give each identity policy: of the role itself, attached, managed."""
    attached, own = list(attached), list(_own_policies(resource))
    yield from own
    yield from _managed(resource, "managedPolicyArns", stack)
    for each in attached:
        _, how, key = HOLDERS[each.type]
        if how == "inline":
            document = each.properties.get(key)
            yield read_document(document, f"inline policy {each.name}", each.urn, "permissions")
        elif how == "managed":
            yield _managed_document(each)
        elif how == "attached":
            yield from _managed(each, key, stack)
        elif how == "names":
            yield from _unread_inline(each, attached, own, stack)


def boundary_of(resource: Resource, stack: Stack) -> Document | None:
    """Give the permissions boundary; None: the role has none."""
    arn = resource.properties.get("permissionsBoundary")
    if arn is None or arn == "":
        return None
    return _policy_of(resource, arn, "permissionsBoundary", stack)


def trust_policy_of(resource: Resource, writers: Iterable[Resource]) -> Any:
    """Give the trust policy as resources that write it, or statements of it, leave it."""
    key = "assumeRolePolicy" if resource.type == ROLE else "assumeRolePolicyDocument"
    written = resource.properties.get(key)
    for writer in writers:
        written = _rewritten(written, writer)
    return written


def _own_policies(resource: Resource) -> Iterator[Document]:
    """Give the inline policies that the role itself lists."""
    native = resource.type != ROLE
    text, title = ("policyDocument", "policyName") if native else ("policy", "name")
    listed = resource.properties.get("policies" if native else "inlinePolicies") or []
    for index, each in enumerate(listed if isinstance(listed, list) else [listed], start=1):
        entry = each if isinstance(each, dict) else {text: each}
        if entry.get(text) is None and not native:
            continue  # AWS's provider takes an empty block for "no inline policies".
        place = f"inline policy {known_text(entry.get(title)) or index}"
        yield read_document(entry.get(text), place, resource.urn, "permissions")


def _unread_inline(
    resource: Resource, attached: Iterable[Resource], own: Iterable[Document], stack: Stack
) -> Iterator[Document]:
    """Give the inline policies that are listed by name and that nothing in the stack holds."""
    names = resource.properties.get("policyNames")
    inline = [each for each in attached if HOLDERS[each.type][1] == "inline"]
    held = [each.known("name") or each.known("policyName") or each.name for each in inline]
    places = {each.place for each in own} | {f"inline policy {each}" for each in held}
    for name in names if isinstance(names, list) else [names]:
        unknown = NOT_YET if is_unknown(name) else "is not in this stack, so its text was not read"
        place = f"inline policy {name}"
        if name is not None and place not in places and (stack.whole or is_unknown(name)):
            yield Document(place, resource.urn, unknown=unknown)


def _managed(resource: Resource, property_name: str, stack: Stack) -> Iterator[Document]:
    arns = resource.properties.get(property_name)
    for arn in arns if isinstance(arns, list) else [arns]:
        if arn is not None:
            yield _policy_of(resource, arn, property_name, stack)


def _policy_of(resource: Resource, arn: Any, property_name: str, stack: Stack) -> Document:
    """Find the managed policy of an ARN: by ARN, by its name, or by what the ARN was made of."""
    if is_unknown(arn) or not isinstance(arn, str):
        made_of = map(stack.resources.get, resource.property_dependencies.get(property_name, ()))
        policies = [each for each in made_of if each is not None and each.type in MANAGED]
        if len(policies) == 1:
            return _managed_document(policies[0])
        return Document("managed policy", resource.urn, unknown=NOT_YET)
    name = arn.rpartition("/")[2]
    named, nameless = stack.managed.get(name, []), stack.managed.get("", [])
    # With the whole stack AWS has told the ARNs; before that a name must do.
    found = [each for each in (*named, *nameless) if each.known(MANAGED[each.type][0]) == arn]
    found = found or [each for each in named if _may_be(each, arn)]
    if len(found) == 1:
        return _managed_document(found[0])
    why, later = "is not in this stack, so its text was not read", False
    if ":iam::aws:policy/" in arn:
        why = "is one of AWS's own, so its text was not read"
    elif found:
        why = "is one of several of that name in this stack, and nothing tells which"
    elif nameless and not stack.whole:
        why, later = "is not registered yet; it is judged with the whole stack", True
    place = f"managed policy {name}"
    return Document(place, resource.urn, unknown=why, arn=arn, later=later)


def _may_be(policy: Resource, arn: str) -> bool:
    """Whether a policy whose ARN is not told yet can be the one of an ARN of its name."""
    told, path = policy.known(MANAGED[policy.type][0]), known_text(policy.known("path")) or "/"
    account, resource = (arn.split(":", 5) + [""] * 6)[4:6]
    named = resource == f"policy{path}{resource.rpartition('/')[2]}"
    return told is None and named and policy.account in (None, account)


def _managed_document(policy: Resource) -> Document:
    document = policy.properties.get(MANAGED[policy.type][2])
    return read_document(document, f"managed policy {policy.name}", policy.urn, "permissions")


def _rewritten(written: Any, writer: Resource) -> Any:
    policy, statements = (writer.properties.get(key) for key in ("policy", "statements"))
    if policy is not None:
        return policy
    if is_unknown(written) or is_unknown(statements):
        return Unknown("trust policy")
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
