"""Whether a statement's principals, actions and resources cover a request."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Final, TypeAlias

from pulumi_polytomic.iam.arns import Arn, ArnError
from pulumi_polytomic.iam.context import Caller, Facts, Missing
from pulumi_polytomic.iam.document import Principal, Statement, Unknown
from pulumi_polytomic.iam.ternary import Ternary, all_of, any_of, negate
from pulumi_polytomic.iam.variables import Wild, matches, read_pattern, segments


class Reach(Enum):
    """In what way a principal element covers a caller; it decides what else the caller needs."""

    ACCOUNT = "account"
    """Through its account: the account's own policies must allow the call as well."""
    ROLE = "role"
    """By name of its role: enough within the account, but a boundary still limits it."""
    SELF = "self"
    """By name of the very user or session: enough within the account, boundary or not."""


Coverage: TypeAlias = Mapping[Reach, Ternary]

_UNIQUE_ID: Final = re.compile(r"A[A-Z]{3}[A-Z0-9]+")
_NOBODY: Final[Coverage] = {}


def covers_caller(
    statement: Statement,
    caller: Caller | None,
    principal_ids: Mapping[str, str] | None,
    bounded: bool = False,
) -> Coverage:
    """Tell how a statement's Principal or NotPrincipal, one of which it has, covers the caller.

    :param bounded: whether the caller has a permissions boundary.
    """
    if statement.principals is not None:
        ways = [_names(each, caller, principal_ids) for each in statement.principals]
        return _together(ways)
    spared = _spares(statement.not_principals or (), caller, principal_ids)
    # Who is not spared is covered as under "*".
    everybody = _names(Principal("*", "*"), caller, principal_ids)
    if bounded and statement.effect == "Deny":
        return everybody  # AWS denies whoever has a boundary, listed or not.
    return {reach: all_of((negate(spared), way)) for reach, way in everybody.items()}


def covers_action(statement: Statement, action: str) -> Ternary:
    """Match the action, without case, with the Action or NotAction element."""
    if statement.actions is not None:
        return _any_action(statement.actions, action)
    return negate(_any_action(statement.not_actions or (), action))


def covers_resource(statement: Statement, resource: str, facts: Facts, *, expand: bool) -> Ternary:
    """Match the resource, with case, with Resource or NotResource, one of which it has."""
    if statement.resources is not None:
        return any_of(_is_resource(each, resource, facts, expand) for each in statement.resources)
    spared = statement.not_resources or ()
    return negate(any_of(_is_resource(each, resource, facts, expand) for each in spared))


def _together(ways: Sequence[Coverage]) -> Coverage:
    return {reach: any_of([way.get(reach, False) for way in ways]) for reach in Reach}


def _names(
    principal: Principal, caller: Caller | None, principal_ids: Mapping[str, str] | None
) -> Coverage:
    if principal.everybody:
        # Whether a boundary limits a user who is covered by "*" alone, AWS does not say.
        return {Reach.ROLE: True, Reach.SELF: None}
    if principal.kind in ("Service", "Federated"):
        return _NOBODY
    if principal.kind == "CanonicalUser" or caller is None:
        return {Reach.ROLE: None}
    if re.search(r"[*?]", principal.value):
        return _NOBODY  # A wildcard is no pattern here, and no name has one.
    if isinstance(principal.value, Unknown):
        return {Reach.ROLE: None}
    if _is_account(principal.value, caller):
        return {Reach.ACCOUNT: True}
    if re.fullmatch("[0-9]{12}", principal.value) or principal.value.endswith(":root"):
        return _NOBODY
    if _UNIQUE_ID.fullmatch(principal.value):
        if principal_ids is None:
            return {_own_reach(caller): None}
        value = principal_ids.get(principal.value)
        return _NOBODY if value is None else _names_arn(value, caller)
    return _names_arn(principal.value, caller)


def _names_arn(value: str, caller: Caller) -> Coverage:
    try:
        arn = Arn.parse(value)
    except ArnError:
        return {_own_reach(caller): None}
    if value == str(caller.arn):
        return {_own_reach(caller): True}
    if value == caller.principal_arn:
        return {Reach.ROLE: True}
    if caller.kind == "role" and _is_session_of(arn, caller):
        return {Reach.SELF: None}
    return _NOBODY


def _own_reach(caller: Caller) -> Reach:
    return Reach.ROLE if caller.kind == "role" else Reach.SELF


def _is_account(value: str, caller: Caller) -> bool:
    account = caller.arn.account_id
    return value in (account, f"arn:{caller.arn.partition}:iam::{account}:root")


def _is_session_of(arn: Arn, caller: Caller) -> bool:
    return (
        arn.service == "sts"
        and arn.account_id == caller.arn.account_id
        and arn.resource.startswith(f"assumed-role/{caller.role_name}/")
    )


def _spares(
    listed: tuple[Principal, ...], caller: Caller | None, principal_ids: Mapping[str, str] | None
) -> Ternary:
    """Tell whether a NotPrincipal element leaves the caller out.

    AWS asks that all its identities be listed: the account, the role or user, and the session.
    None of them listed: not left out. Some of them: AWS speaks of "might", so undecided.
    """
    if any(each.everybody for each in listed):
        return True
    ways = [_names(each, caller, principal_ids) for each in listed]
    seen = _together(ways)
    if any_of(seen.values()) is False:
        return False
    needed = {
        "user": (Reach.ACCOUNT, Reach.SELF),
        "federated-user": (Reach.ACCOUNT, Reach.SELF),
        "root": (Reach.ACCOUNT,),
    }.get(caller.kind if caller else "", tuple(Reach))
    return True if all_of(seen[reach] for reach in needed) else None


def _any_action(patterns: Iterable[str], action: str) -> Ternary:
    return any_of(
        None if isinstance(pattern, Unknown) else _is_action(pattern.lower(), action.lower())
        for pattern in patterns
    )


@lru_cache(maxsize=4096)
def _is_action(pattern: str, action: str) -> bool:
    # The element knows no variables.
    return matches(read_pattern(pattern, lambda _: Missing.ABSENT, expand=False) or [], action)


def _is_resource(text: str, resource: str, facts: Facts, expand: bool) -> Ternary:
    if text == "*":
        return True
    pattern = read_pattern(text, facts.lookup, expand=expand)
    if pattern is None:
        return None
    whole = matches(pattern, resource)
    parts = resource.split(":", 5)
    if Wild.ANY not in pattern or set(pattern) == {Wild.ANY} or len(parts) != 6:
        return whole
    # AWS completes an ARN that is cut short: "arn:aws:sqs:*" is "arn:aws:sqs:*:*:*".
    by_part = all(map(matches, segments(pattern), parts))
    # A wildcard elsewhere that would have to reach across a colon: AWS's own texts differ.
    return True if by_part else None if whole else False
