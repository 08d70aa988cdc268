"""Whom a trust policy lets in, shown by the form of its Allow statements.

The closed list of safe forms. What is not one of them is an opening. A further condition only
narrows a statement, so it changes nothing; a Deny is never counted on.

- **The role itself**: its ARN or its unique ID as the principal. There is one such role.
- **The role, through its account or everybody**: the account's root, or ``*``, narrowed by a
  positive ``aws:PrincipalArn`` (``StringEquals``, ``StringLike``, ``ArnEquals``, ``ArnLike``) with
  literal ARNs. Every call carries that key, so only those ARNs get in; each must be safe by itself.
- **A vendor that is asked for its external ID**: Polytomic, Unity Catalog of the environment, or
  an own installation, with a positive, literal ``StringEquals`` (or ``StringLike``) on
  ``sts:ExternalId``. Without the ID the condition does not hold.
- **Somebody listed**: a principal that the configuration names.
- **Actions that let nobody in**: ``sts:TagSession``, ``sts:SetSourceIdentity`` and
  ``sts:SetContext`` alone need no external ID; whose they are is judged all the same.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from pulumi_polytomic.iam.arns import Arn, ArnError
from pulumi_polytomic.iam.document import Condition, PolicyDocument, Principal, Statement, Unknown
from pulumi_polytomic.iam.forms import (
    ARNS,
    STRINGS,
    Certainty,
    Opening,
    closing,
    literal_start,
    pinned,
)
from pulumi_polytomic.iam.trusted import Trusted
from pulumi_polytomic.principals import DATABRICKS_ENVIRONMENTS, POLYTOMIC_PRINCIPALS

_LETS_NOBODY_IN: Final = {"sts:tagsession", "sts:setsourceidentity", "sts:setcontext"}
_ID_FORM: Final = (
    'give every statement that lets a vendor in the condition "StringEquals": {"sts:ExternalId": '
    '"<the ID that the vendor shows>"}, with no wildcard, IfExists or ForAllValues.'
)


def trust_openings(document: PolicyDocument, trusted: Trusted) -> list[Opening]:
    """Give what is not shown safe in a trust policy, in order; empty: nobody else gets in."""
    denies = [each for each in document.statements if each.effect == "Deny"]
    return [
        opening
        for statement in document.statements
        if statement.effect == "Allow"
        for principal in statement.principals or (None,)
        for opening in _openings(statement, principal, denies, trusted)
    ]


def may_be_vendor(document: PolicyDocument, trusted: Trusted) -> bool:
    """Whether a vendor may get in under any context; in doubt it may."""
    return any(
        _may_be_vendor(each, statement, trusted)
        for statement in document.statements
        if statement.effect == "Allow"
        for each in statement.principals or (None,)
    )


def external_ids(statement: Statement) -> frozenset[str] | None:
    """Give the external IDs that a statement asks for, by form; None: it may take any, or none."""
    return pinned(statement.conditions, "sts:externalid", STRINGS)


def is_for(statement: Statement, trusted: Trusted, vendor: str) -> bool:
    """Whether an Allow is for a vendor: names it, or its account, or everybody narrowed to it."""
    return any(
        trusted.vendor_of(value) == vendor
        for each in statement.principals or ()
        for value in (_narrowed(each, statement.conditions, trusted) or ())
    )


def _openings(
    statement: Statement,
    principal: Principal | None,
    denies: Sequence[Statement],
    trusted: Trusted,
) -> Iterator[Opening]:
    conditions = statement.conditions
    found = list(_judge(statement, principal, conditions, trusted))
    if principal is not None and denies and any(each.certainty == "open" for each in found):
        account = re.sub("^(arn:[^:]*:)(iam|sts)(::[0-9]{12}:).*", r"\1iam\3root", principal.value)
        further = tuple(closing(denies, {principal.value, account}))
        left = {
            each.about: each.certainty
            for each in _judge(statement, principal, (*conditions, *further), trusted)
        }
        found = [_but_for_deny(each, left.get(each.about)) for each in found]
    yield from found


def _but_for_deny(opening: Opening, left: Certainty | None) -> Opening:
    """Say of an opening what the Deny statements leave of it; None: nothing."""
    if left == "unknown":
        what = f"{opening.what}, or a Deny that is known only when it is deployed closes it"
        return replace(opening, certainty="unknown", what=what)
    if left is not None:
        return opening
    what = f"{opening.what}, but for a Deny; the Allow itself is open"
    return replace(opening, certainty="advice", what=what)


def _judge(
    statement: Statement,
    principal: Principal | None,
    conditions: Sequence[Condition],
    trusted: Trusted,
) -> Iterator[Opening]:
    asks = pinned(conditions, "sts:externalid", STRINGS) is not None or _lets_nobody_in(statement)
    if principal is None:
        what = "lets in everybody but those of its NotPrincipal"
        yield Opening(statement, "principal", "open", what, "replace NotPrincipal by Principal;")
        if not asks:
            yield _no_id(statement, "the vendors")
        return
    values = _narrowed(principal, conditions, trusted)
    if any(isinstance(value, Unknown) for each in conditions for value in each.values):
        unsure = [each for each in conditions if each.name == "aws:principalarn"]
        if unsure and (values is None or trusted.root in values):
            what = "is narrowed to a principal that is known only when it is deployed"
            yield Opening(statement, "principal", "unknown", what, "")
            return
    if values is None:
        yield Opening(statement, "principal", "open", "lets everybody in ('*')", "")
        if not asks:
            yield _no_id(statement, "the vendors")
        return
    for value in values:
        yield from _judge_value(statement, principal, value, trusted)
        vendor = trusted.vendor_of(value)
        if vendor is not None and not asks:
            yield _no_id(statement, vendor)


def _narrowed(
    principal: Principal, conditions: Sequence[Condition], trusted: Trusted
) -> Collection[str] | None:
    """Give who a principal is, once ``aws:PrincipalArn`` narrows it; None: everybody."""
    if principal.everybody:
        return pinned(conditions, "aws:principalarn", ARNS)
    if principal.kind == "AWS" and principal.value == trusted.root:
        mine = [_of_account(each, trusted) for each in conditions]
        return pinned(mine, "aws:principalarn", ARNS) or (principal.value,)
    return (principal.value,)


def _of_account(condition: Condition, trusted: Trusted) -> Condition:
    """Leave out values that nobody of the role's account matches: patterns of other accounts."""
    accounts = [literal_start(each).split(":")[4:5] for each in condition.values]
    own = [trusted.role_arn.split(":")[4]]
    kept = [v for v, each in zip(condition.values, accounts, strict=True) if each in ([], own)]
    return replace(condition, values=tuple(kept))


def _judge_value(
    statement: Statement, principal: Principal, value: str, trusted: Trusted
) -> Iterator[Opening]:
    def opening(what: str, fix: str = "", certainty: Certainty = "open") -> Opening:
        return Opening(statement, "principal", certainty, what, fix)

    if isinstance(value, Unknown):
        yield opening("has a principal that is known only when it is deployed", "", "unknown")
    elif principal.kind not in ("*", "AWS"):
        yield opening(f"lets in {value}, a {principal.kind} principal")
    elif re.fullmatch("AROA[A-Z0-9]+", value):
        if value != trusted.unique_id:
            what = f"names {value}, the unique ID of another role, or of one that was deleted"
            fix = (
                "write the ARN of the role that is meant; AWS keeps the ID once that role is gone."
            )
            yield opening(what, fix, "later" if trusted.unique_id is None else "open")
    elif trusted.lists(value) or (value == trusted.role_arn and trusted.account_known):
        return
    elif re.search("[*?]", value) and not value.startswith("arn:aws:sts"):
        fix = "write the whole ARN, or the account's root narrowed by aws:PrincipalArn."
        yield opening(f"names {value}: a wildcard in a principal is no pattern, it is nobody", fix)
    else:
        yield from _judge_arn(statement, value, trusted)


def _judge_arn(statement: Statement, value: str, trusted: Trusted) -> Iterator[Opening]:
    try:
        arn = Arn.parse(value)
    except ArnError:
        what = f"lets in {value}, which is none of those that need it"
        yield Opening(statement, "principal", "open", what, "")
        return
    if arn.partition != trusted.partition:
        what = f"names {value}, of another partition than the role's ({trusted.partition})"
        fix = f"name the vendor's principal in partition {trusted.partition}, or remove it."
        yield Opening(statement, "partition", "open", what, fix)
        return
    catalogs = trusted.unity_catalogs()
    if value in (*POLYTOMIC_PRINCIPALS.values(), *trusted.own_installations, *catalogs):
        return
    meant = next((each for each in catalogs if each.split(":")[4] == arn.account_id), None)
    fix = ""
    if value in {each.unity_catalog_principal for each in DATABRICKS_ENVIRONMENTS.values()}:
        what = f"lets in {value}, Unity Catalog of an environment that is not yours"
    elif value == trusted.root and trusted.account_known:
        what = "lets in other roles or users of the role's own account"
        fix = f"add ArnEquals aws:PrincipalArn = {trusted.role_arn} to its Condition."
    elif meant is not None:
        what = f"lets in {value}, more of Databricks' account than Unity Catalog"
        fix = f"write {meant} instead."
    elif not trusted.account_known and _could_be_role(arn, statement, trusted):
        what = f"lets in {value}, which nothing here shows to be the role itself"
        yield Opening(statement, "principal", "later", what, "")
        return
    else:
        what = f"lets in {value}, which is none of those that need it"
    yield Opening(statement, "principal", "open", what, fix)


def _could_be_role(arn: Arn, statement: Statement, trusted: Trusted) -> bool:
    """Whether a principal is the role itself if its account is the role's."""
    own = trusted.role_arn.split(":", 5)[5]
    if arn.resource == own:
        return True
    only = pinned(statement.conditions, "aws:principalarn", ARNS)
    return arn.resource == "root" and only == frozenset({str(replace(arn, resource=own))})


def _no_id(statement: Statement, vendor: str) -> Opening:
    made_up = any(
        each.name == "sts:externalid"
        and not each.operator.endswith("IfExists")
        and not each.operator.startswith("ForAllValues:")
        for each in statement.conditions
    )
    how = "with an external ID that anybody may make up" if made_up else "with no external ID"
    return Opening(statement, "external-id", "open", f"lets {vendor} in {how}", _ID_FORM)


def _lets_nobody_in(statement: Statement) -> bool:
    actions = {each.lower() for each in statement.actions or ("*",)}
    return actions <= _LETS_NOBODY_IN


def _may_be_vendor(principal: Principal | None, statement: Statement, trusted: Trusted) -> bool:
    if principal is not None and principal.kind in ("Service", "Federated"):
        return False
    if principal is None or principal.everybody:
        accounts = _caller_accounts(statement.conditions)
        return accounts is None or any(
            each in trusted.accounts or any(f":{each}:" in arn for arn in trusted.own_installations)
            for each in accounts
        )
    if isinstance(principal.value, Unknown) or trusted.vendor_of(principal.value) is not None:
        return True
    # Of a unique ID nobody can tell whose it is.
    parts = principal.value.split(":")
    return len(parts) < 6 or re.fullmatch("[0-9]{12}", parts[4]) is None


def _caller_accounts(conditions: Sequence[Condition]) -> Collection[str] | None:
    """Give the accounts of which a caller must be, by form; None: any."""
    accounts = pinned(conditions, "aws:principalaccount", STRINGS)
    for condition in conditions:
        if condition.name == "aws:principalarn" and condition.operator in ARNS:
            starts = [literal_start(each).split(":") for each in condition.values]
            if accounts is None and starts and all(len(each) > 5 for each in starts):
                accounts = frozenset(each[4] for each in starts)
    return accounts
