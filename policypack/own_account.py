"""Whether a statement for the account of a role lets in more of it than the role itself."""

from dataclasses import replace
from typing import Final

from pulumi_polytomic.iam import Condition, Decision, Statement, Verdict

from .calls import GUESS, assume, external_ids
from .model import Role, is_unknown

_OF_THE_CALLER: Final = ("aws:principalarn", "aws:userid", "sts:externalid")
"""Condition keys that may tell the role from others of its account; others can be met."""
_MOST: Final = 200
"""Strangers to ask about; a policy that fits AWS's quota speaks of fewer, as a rule."""


def others_of_account(role: Role, statement: Statement) -> Verdict:
    """Ask whether somebody else of the role's account gets in by an Allow for that account.

    The trust policy's Deny statements have their say; its other Allow statements have none.
    """
    if any(_is_the_role_alone(each, role) for each in statement.conditions):
        return Verdict(Decision.DENIED, "it is narrowed to the role")
    documents = role.trust.content.statements if role.trust.content is not None else ()
    denies = [each for each in documents if each.effect == "Deny"]
    # A condition on anything else (a tag, an address) is one that a stranger may meet.
    bare = replace(
        statement,
        index=-statement.index,
        conditions=tuple(c for c in statement.conditions if c.key.lower() in _OF_THE_CALLER),
    )
    # And a Deny of such a thing alone is one that he may keep clear of.
    firm = [each for each in denies if not each.conditions or _speaks_of_caller(each)]
    unsure = None
    strangers = _strangers(role, [statement, *denies])
    for stranger in strangers[:_MOST]:
        for external_id in (None, GUESS, *external_ids(role)):
            asked = assume(role, stranger, external_id, only=[statement, *denies])
            supposed = assume(role, stranger, external_id, only=[bare, *firm])
            if Decision.ALLOWED in (asked.decision, supposed.decision):
                return Verdict(Decision.ALLOWED, "somebody else of the account gets in")
            if asked.decision is Decision.UNDECIDED:
                unsure = unsure or asked
    if any(_caller_unknown(each) for each in (statement, *denies)):
        why = "a condition on the caller is known only when it is deployed"
        return Verdict(Decision.UNDECIDED, why)
    if len(strangers) > _MOST:
        return Verdict(Decision.UNDECIDED, f"it speaks of more than {_MOST} callers")
    return unsure or Verdict(Decision.DENIED, "nobody else of the account gets in")


def _is_the_role_alone(condition: Condition, role: Role) -> bool:
    return (
        condition.operator in ("ArnEquals", "ArnLike", "StringEquals")
        and condition.key.lower() == "aws:principalarn"
        and condition.values == (role.arn,)
    )


def _speaks_of_caller(statement: Statement) -> bool:
    return any(each.key.lower() in _OF_THE_CALLER for each in statement.conditions)


def _caller_unknown(statement: Statement) -> bool:
    """Whether a condition on who calls, on more than his external ID, is not known yet."""
    return any(
        is_unknown(value)
        for each in statement.conditions
        if each.key.lower() in _OF_THE_CALLER and each.key.lower() != "sts:externalid"
        for value in each.values
    )


def _strangers(role: Role, statements: list[Statement]) -> list[str]:
    """Give others of the account, among them any that conditions on the caller may speak of."""
    own = f"arn:{role.partition}:iam::{role.account_id}:"
    name = role.arn.rpartition("/")[2]
    found = [f"{own}role/somebody-else", f"{own}role/{name}-else", f"{own}user/{name}"]
    found += [
        kind + tail.replace("*", filler).replace("?", "x")
        for statement in statements
        for condition in statement.conditions
        if condition.key.lower() == "aws:principalarn"
        for value in condition.values
        for kind in (f"{own}role/", f"{own}user/")
        for tail in sorted(_tails(value, kind))
        for filler in ("", "x", "else/x")
    ]
    strangers = [each for each in dict.fromkeys(found) if each != role.arn and each[-1] != "/"]
    return [each for each in strangers if not is_unknown(each)]


def _tails(pattern: str, start: str) -> set[str]:
    """Give what is left of a pattern of ARNs once it has matched how they start."""
    tails = {pattern}
    for letter in start:
        # A star may stand for nothing, too.
        tails |= {tail.lstrip("*") for tail in tails}
        tails = {
            tail if tail[0] == "*" else tail[1:]
            for tail in tails
            if tail and (tail[0] in "*?" or tail[0].lower() == letter.lower())
        }
    return tails
