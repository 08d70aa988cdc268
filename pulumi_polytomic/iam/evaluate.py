"""Reading each statement of some documents against one call."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from pulumi_polytomic.iam.conditions import condition_holds, explain_condition
from pulumi_polytomic.iam.context import Caller, Facts
from pulumi_polytomic.iam.document import PolicyDocument, Statement
from pulumi_polytomic.iam.matching import (
    Coverage,
    Reach,
    covers_action,
    covers_caller,
    covers_resource,
)
from pulumi_polytomic.iam.ternary import Ternary, all_of, any_of


class Kind(Enum):
    """What a document is attached to, which settles the elements that its statements have."""

    IDENTITY = "identity"
    """To a role or user, or as its boundary: no principals."""
    RESOURCE = "resource"
    """To a resource: principals and resources."""
    TRUST = "trust"
    """To a role as its trust policy: principals, and the role itself as the only resource."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an API."""

    action: str
    resource: str
    caller: Caller | None
    facts: Facts
    principal_ids: Mapping[str, str] | None = None
    bounded: bool = False
    """Whether the caller has a permissions boundary."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one statement says of a call."""

    statement: Statement
    reaches: Coverage
    """Whether the statement applies, by the way it covers the caller."""
    applies: Ternary
    why: str
    """Why it does not apply, or why that is undecided."""
    near: bool
    """It would apply but for a condition: worth showing to a person."""


_Aspect: TypeAlias = tuple[Ternary, str]


def examine(documents: Iterable[PolicyDocument], kind: Kind, call: Call) -> list[Finding]:
    """Read every statement of the documents, in order."""
    return [
        _examine_statement(statement, kind, call, document.expands_variables)
        for document in documents
        for statement in document.statements
    ]


def grants(findings: Iterable[Finding], *reaches: Reach) -> Ternary:
    """Tell whether some Allow applies, by one of the given ways of covering the caller."""
    return any_of(
        finding.reaches.get(reach, False)
        for finding in findings
        if finding.statement.effect == "Allow"
        for reach in reaches
    )


def denies(findings: Iterable[Finding]) -> Ternary:
    """Tell whether some Deny applies."""
    return any_of(each.applies for each in findings if each.statement.effect == "Deny")


def _examine_statement(statement: Statement, kind: Kind, call: Call, expand: bool) -> Finding:
    malformed = _misplaced(statement, kind)
    if malformed:
        return Finding(statement, dict.fromkeys(Reach), None, malformed, False)
    # A statement of an identity policy covers whoever it is attached to.
    covered: Coverage = {Reach.ACCOUNT: True}
    if kind is not Kind.IDENTITY:
        covered = covers_caller(statement, call.caller, call.principal_ids, call.bounded)
    aspects = list(_aspects(statement, kind, call, expand))
    conditions = [
        (condition_holds(condition, call.facts, expand=expand), condition)
        for condition in statement.conditions
    ]
    told = [(holds, explain_condition(each, call.facts, holds)) for holds, each in conditions]
    by_caller = (any_of(covered.values()), "its principal")
    rest = all_of(outcome for outcome, _ in (*aspects, *told))
    reaches = {reach: all_of((rest, way)) for reach, way in covered.items()}
    matched = all_of(outcome for outcome, _ in (by_caller, *aspects))
    return Finding(
        statement=statement,
        reaches=reaches,
        applies=any_of(reaches.values()),
        why=_explain((by_caller, *aspects), told),
        near=matched is not False and rest is False,
    )


def _misplaced(statement: Statement, kind: Kind) -> str | None:
    """Name an element that AWS would have refused: what it would mean, nobody knows."""
    has_principal = (statement.principals or statement.not_principals) is not None
    has_resource = (statement.resources or statement.not_resources) is not None
    if has_principal is not (kind is not Kind.IDENTITY):
        return f"it has {'a' if has_principal else 'no'} Principal"
    if has_resource is not (kind is not Kind.TRUST):
        return f"it has {'a' if has_resource else 'no'} Resource"
    return None


def _aspects(statement: Statement, kind: Kind, call: Call, expand: bool) -> Iterable[_Aspect]:
    yield covers_action(statement, call.action), f"{call.action} among its actions"
    if kind is not Kind.TRUST:
        covered = covers_resource(statement, call.resource, call.facts, expand=expand)
        yield covered, f"{call.resource} among its resources"


def _explain(aspects: Iterable[_Aspect], conditions: Iterable[_Aspect]) -> str:
    """Give the first thing that fails; where none fails, all that is undecided."""
    aspects, conditions = list(aspects), list(conditions)
    for outcome, text in aspects:
        if outcome is False:
            caller = text == "its principal"
            return "it names other principals" if caller else f"it does not have {text}"
    failed = [text for outcome, text in conditions if outcome is False]
    if failed:
        return " and ".join(failed)
    open_aspects = [f"{text} is undecided" for outcome, text in aspects if outcome is None]
    return "; ".join(open_aspects + [text for outcome, text in conditions if outcome is None])
