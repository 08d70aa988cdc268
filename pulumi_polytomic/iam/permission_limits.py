"""What a permissions boundary, or a Deny, leaves of an Allow; in doubt more than it does."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from pulumi_polytomic.iam.document import Condition, PolicyDocument, Statement, Unknown
from pulumi_polytomic.iam.forms import covers, meet, opposite

Pair: TypeAlias = tuple[str, str]
"""An action and a resource; both may have wildcards."""


def within(pair: Pair, boundary: PolicyDocument) -> list[Pair]:
    """Give what a boundary leaves of an Allow, or more than that."""
    action, resource = pair
    pairs = []
    for each in boundary.statements:
        if each.effect == "Allow":
            actions = _left(action.lower(), _lower(each.actions), _lower(each.not_actions), action)
            resources = _left(resource, each.resources, each.not_resources, resource)
            pairs += [(a, r) for a in actions for r in resources]
    return pairs


def denied(pair: Pair, denies: Sequence[Statement]) -> list[Pair]:
    """Give what the Deny statements without a condition leave of a pair, or more than that."""
    pairs = [pair]
    for deny in denies:
        if not deny.conditions:
            pairs = [left for each in pairs for left in _less(each, deny)]
    return pairs


def narrowing(pair: Pair, denies: Sequence[Statement]) -> Iterator[Condition]:
    """Give the conditions that Deny statements lay on all of a pair."""
    for deny in denies:
        if _less(pair, deny) == []:
            yield from opposite(deny)


def _less(pair: Pair, deny: Statement) -> list[Pair]:
    action, resource = pair
    named, spared = _lower(deny.actions), _lower(deny.not_actions)
    all_actions = any(covers(each, action.lower()) for each in named or ())
    all_resources = any(covers(each, resource) for each in deny.resources or ())
    if all_actions and all_resources:
        return []
    if all_resources and spared is not None:
        return [(each, resource) for each in _left(action.lower(), spared, None, action)]
    if all_actions and deny.not_resources is not None:
        return [(action, each) for each in _left(resource, deny.not_resources, None, resource)]
    return [pair]


def _left(
    text: str, named: Sequence[str] | None, spared: Sequence[str] | None, shown: str
) -> list[str]:
    """Give what a list of patterns, or all but a list, has in common with one."""
    if any(isinstance(each, Unknown) for each in (*(named or ()), *(spared or ()))):
        return [shown]
    if named is not None:
        both = [meet(text, each) for each in named]
        return [shown if each == text else each for each in both if each is not None]
    return [] if any(covers(each, text) for each in spared or ()) else [shown]


def _lower(texts: Sequence[str] | None) -> list[str | Unknown] | None:
    if texts is None:
        return None
    return [each if isinstance(each, Unknown) else each.lower() for each in texts]
