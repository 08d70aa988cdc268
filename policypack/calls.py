"""Asking the judge about a role: who may assume it, with which external ID."""

from collections.abc import Iterable

from pulumi_polytomic.iam import (
    Arn,
    ArnError,
    PolicyDocument,
    Principal,
    RequestContext,
    Statement,
    Verdict,
    may_assume_role,
    parse_policy,
)
from pulumi_polytomic.principals import (
    DATABRICKS_ENVIRONMENTS,
    POLYTOMIC_ACCOUNT_ID,
    POLYTOMIC_PRINCIPALS,
)

from .model import Role
from .settings import Settings

GUESS = "guessed-by-a-stranger"
"""An external ID that nobody minted."""
EVERYTHING: PolicyDocument = parse_policy(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
)
"""Identity policy of a caller who may do all, so that the trust policy alone decides."""


def assume(
    role: Role,
    caller_arn: str,
    external_id: str | None,
    *,
    only: Iterable[Statement] | None = None,
    complete: bool = False,
) -> Verdict:
    """Ask whether a caller may assume the role under its trust policy; that must be known.

    :param only: judge these statements instead of the whole trust policy.
    :param complete: suppose that the request carries no other condition key.
    """
    trust = role.trust.content
    if trust is None:
        raise ValueError("the trust policy is not known")
    statements = None if only is None else tuple(only)
    asked = (
        caller_arn,
        external_id,
        None if statements is None else tuple(each.index for each in statements),
        complete,
    )
    if asked not in role.answers:
        role.answers[asked] = _judge(role, trust, caller_arn, external_id, statements, complete)
    return role.answers[asked]


def _judge(
    role: Role,
    trust: PolicyDocument,
    caller_arn: str,
    external_id: str | None,
    statements: tuple[Statement, ...] | None,
    complete: bool,
) -> Verdict:
    if statements is not None:
        trust = PolicyDocument(statements, trust.version)
    ids = None if role.unique_id is None else {role.unique_id: role.arn}
    return may_assume_role(
        caller_arn=caller_arn,
        role_arn=role.arn,
        trust_policy=trust,
        external_id=external_id,
        caller_policies=[EVERYTHING],
        context=RequestContext({}, complete=complete),
        principal_ids=ids,
    )


def is_polytomic(principal: Principal, settings: Settings) -> bool:
    """Whether it is hosted Polytomic (account or service role), or an installation configured."""
    return principal.kind == "AWS" and (
        principal.value
        in (*POLYTOMIC_PRINCIPALS.values(), POLYTOMIC_ACCOUNT_ID, *settings.polytomic_principals)
    )


def is_unity_catalog(principal: Principal) -> bool:
    """Whether it is Unity Catalog of any environment."""
    return principal.kind == "AWS" and principal.value in {
        each.unity_catalog_principal for each in DATABRICKS_ENVIRONMENTS.values()
    }


def trusts_unity_catalog(role: Role) -> bool:
    """Whether the role is there for Unity Catalog too, not for Polytomic alone."""
    trust = role.trust.content
    named = trust is not None and any(
        is_unity_catalog(principal)
        for statement in trust.statements
        if statement.effect == "Allow"
        for principal in statement.principals or ()
    )
    return named or bool(role.credentials)


def external_ids(role: Role, statements: Iterable[Statement] | None = None) -> list[str]:
    """Give every value that the Allow statements compare ``sts:ExternalId`` with, once each.

    A value may be one of `UNKNOWNS`. Never show one to anybody.
    """
    if statements is None:
        statements = role.trust.content.statements if role.trust.content is not None else ()
    return list(
        dict.fromkeys(
            value
            for statement in statements
            if statement.effect == "Allow"
            for condition in statement.conditions
            if condition.key.lower() == "sts:externalid"
            for value in condition.values
        )
    )


def caller_of(principal: str) -> str | None:
    """Give the ARN of somebody who is meant by a principal: for an account, any role of it."""
    account = principal if principal.isdigit() else None
    try:
        arn = None if account else Arn.parse(principal)
    except ArnError:
        return None
    if account or (arn is not None and arn.resource == "root"):
        partition = arn.partition if arn is not None else "aws"
        account = account or (arn.account_id if arn is not None else "")
        return f"arn:{partition}:iam::{account}:role/any-role-of-the-account"
    return principal
