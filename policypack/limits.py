"""What takes away what an Allow gives: a Deny of the role's policies, or its boundary."""

import re
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase

from pulumi_polytomic.iam import Decision, PolicyDocument, Statement, may_perform

from .calls import EVERYTHING
from .model import Role

_MOST_POINTS = 100
_MOST_LIMITS = 8
_ANY = "zz9any"
"""Stands for what a wildcard may take in; nobody's policy names it."""

Harmless = Callable[[str, str], bool]
"""Whether a role may do an action on a resource, as far as the asking rule goes."""


def denials(role: Role) -> Iterator[PolicyDocument]:
    """Give each Deny of the identity policies, as a document of its own."""
    for document in role.policies:
        content = document.content
        for statement in content.statements if content is not None else ():
            if statement.effect == "Deny":
                yield PolicyDocument((statement,), content.version if content is not None else "")


def taken_away(role: Role, action: str, resources: Iterable[str], harmless: Harmless) -> bool:
    """Whether one Deny, or the boundary, takes away all harm that an Allow can do.

    It must do so whatever the request carries: what depends on a condition takes nothing away for
    certain. Asked at each point where the answer may change, which are the patterns that the Deny
    or the boundary names. Of a huge document nothing is believed.

    :param action: of the Allow, may have wildcards.
    :param resources: of the Allow, may have wildcards.
    """
    wanted = list(resources)
    boundary = role.boundary.content if role.boundary is not None else None
    limits: list[tuple[PolicyDocument, PolicyDocument | None]]
    limits = [(each, None) for each in denials(role)]
    if boundary is not None:
        limits.append((PolicyDocument(()), boundary))
    return any(
        _takes_all(role, deny, limit, action, wanted, harmless)
        for deny, limit in limits[:_MOST_LIMITS]
    )


def _takes_all(
    role: Role,
    deny: PolicyDocument,
    boundary: PolicyDocument | None,
    action: str,
    resources: list[str],
    harmless: Harmless,
) -> bool:
    statements = (*deny.statements, *(boundary.statements if boundary is not None else ()))
    service = action.partition(":")[0]
    named = [action, *(each for s in statements for each in _actions(s) if _may_meet(action, each))]
    actions = [_sample_action(each, service) for each in named]
    areas = [
        *resources,
        *(
            area
            for statement in statements
            for area in _resources(statement)
            if any(_may_meet(each, area) for each in resources)
        ),
    ]
    targets = [_sample_resource(each, service, role) for each in areas]
    points = [(a, r) for a in dict.fromkeys(actions) for r in dict.fromkeys(targets)]
    if len(points) > _MOST_POINTS:
        return False
    return all(
        may_perform(
            action=one,
            resource=target,
            policies=[EVERYTHING, deny],
            boundary=boundary,
            caller_arn=role.arn,
        ).decision
        is Decision.DENIED
        for one, target in points
        if not harmless(one, target)
    )


def _actions(statement: Statement) -> Iterable[str]:
    return statement.actions or statement.not_actions or ()


def _resources(statement: Statement) -> Iterable[str]:
    return statement.resources or statement.not_resources or ()


def _may_meet(pattern: str, other: str) -> bool:
    """Whether something may match both; True where that takes more than a look."""
    one, two = pattern.lower().replace("[", "?"), other.lower().replace("[", "?")
    if one == _literal(one) or two == _literal(two):
        return fnmatchcase(one, two) or fnmatchcase(two, one)
    return _literal(one).startswith(_literal(two)) or _literal(two).startswith(_literal(one))


def _literal(pattern: str) -> str:
    return re.split(r"[*?]|\$\{", pattern)[0]


def _filled(pattern: str) -> str:
    return pattern.replace("*", _ANY).replace("?", "z")


def _sample_action(pattern: str, service: str) -> str:
    if ":" not in pattern:
        pattern = f"{service}:*"
    return _filled(pattern)


def _sample_resource(pattern: str, service: str, role: Role) -> str:
    if pattern == "*":
        pattern = f"arn:{role.partition}:{_filled(service)}:::*"
    return _filled(pattern)
