"""Whom a trust policy lets in, shown by the form of its Allow statements.

The closed list of safe forms. What is not one of them is an opening. A further condition only
narrows a statement, so it changes nothing; a Deny is never counted on.

- **The role itself**: its ARN or its unique ID as the principal. There is one such role.
- **A role, through its account or everybody**: an account's root, or ``*``, narrowed by a
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

from pulumi_polytomic.iam.arns import Arn
from pulumi_polytomic.iam.document import Condition, PolicyDocument, Principal, Statement, Unknown
from pulumi_polytomic.iam.forms import (
    ARNS,
    STRINGS,
    About,
    Certainty,
    Opening,
    closing,
    literal_start,
    pinned,
)
from pulumi_polytomic.iam.trusted import Trusted

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


def is_for(statement: Statement, trusted: Trusted, vendor: str) -> bool:
    """Whether an Allow is for a vendor: names it, or its account, or everybody narrowed to it."""
    return any(
        trusted.vendor_of(value) == vendor
        for each in statement.principals or ()
        for value in (_narrowed(each, statement.conditions, trusted) or ())
    )


def _openings(
    statement: Statement, principal: Principal | None, denies: Sequence[Statement], trusted: Trusted
) -> Iterator[Opening]:
    conditions = statement.conditions
    found = list(_judge(statement, principal, conditions, trusted))
    if principal is None or not any(each.certainty == "open" for each in found):
        yield from found
        return
    account = re.sub("^(arn:[^:]*:)(?:iam|sts)(::[0-9]*:).*", r"\1iam\2root", principal.value)
    narrower = (*conditions, *closing(denies, {principal.value, account}, _entering(statement)))
    left = {each.about: each.certainty for each in _judge(statement, principal, narrower, trusted)}
    for each in found:
        what = f"{each.what}, but for a Deny; the Allow itself is open"
        certainty = left.get(each.about, "advice")
        if certainty == "unknown":
            what = f"{each.what}, unless a Deny that is known only when it is deployed closes it"
        yield each if certainty == each.certainty else replace(each, certainty=certainty, what=what)


def _judge(
    statement: Statement,
    principal: Principal | None,
    conditions: Sequence[Condition],
    trusted: Trusted,
) -> Iterator[Opening]:
    values = () if principal is None else _narrowed(principal, conditions, trusted)
    if principal is None or values is None:
        fix = "replace NotPrincipal by Principal;" if principal is None else ""
        whom = "everybody but those of its NotPrincipal" if fix else "everybody ('*')"
        yield Opening(statement, "principal", "open", f"lets in {whom}", fix)
        vendors = ["the vendors"]
    else:
        for value in values:
            yield from _judge_value(statement, principal, value, trusted)
        vendors = [each for each in map(trusted.vendor_of, values) if each is not None]
    if _entering(statement) and pinned(conditions, "sts:externalid", STRINGS) is None:
        for vendor in dict.fromkeys(vendors):
            yield _no_id(statement, vendor)


def _entering(statement: Statement) -> set[str]:
    """Give the actions of a statement that let somebody in."""
    return {each.lower() for each in statement.actions or ("sts:*",)} - _LETS_NOBODY_IN


def _narrowed(
    principal: Principal, conditions: Sequence[Condition], trusted: Trusted
) -> Collection[str] | None:
    """Give who a principal is, once ``aws:PrincipalArn`` narrows it; None: everybody."""
    root = f"arn:{trusted.partition}:iam::[0-9]{{12}}:root"
    whole = principal.kind == "AWS" and re.fullmatch(root, principal.value)
    safe = principal.value in trusted.vendors() or trusted.lists(principal.value)
    if not principal.everybody and (not whole or (safe and principal.value != trusted.root)):
        return (principal.value,)
    arns = [each for each in conditions if each.name == "aws:principalarn"]
    if not principal.everybody:
        arns = [_of_account(each, _account_of(principal.value)) for each in arns]
    found = pinned(arns, "aws:principalarn", ARNS)
    if found is not None:
        return found
    unknown = [v for each in arns for v in each.values if isinstance(v, Unknown)]
    return unknown or (None if principal.everybody else (principal.value,))


def _of_account(condition: Condition, account: str | None) -> Condition:
    """Leave out values that nobody of an account matches: patterns of other accounts."""
    of_it = (None, account)
    return replace(condition, values=tuple(v for v in condition.values if _account_of(v) in of_it))


def _account_of(pattern: str) -> str | None:
    """Give the account of all ARNs that a pattern stands for; None: of any, or of several."""
    parts = literal_start(pattern).split(":")
    return parts[4] if len(parts) > 5 else None


def _judge_value(
    statement: Statement, principal: Principal, value: str, trusted: Trusted
) -> Iterator[Opening]:
    about: About = "principal"
    certainty: Certainty = "open"
    what, fix = f"lets in {value}, which is none of those that need it", ""
    arn = Arn.read(value)
    if isinstance(value, Unknown):
        what, certainty = "lets in a principal that is known only when it is deployed", "unknown"
    elif principal.kind not in ("*", "AWS"):
        what = f"lets in {value}, a {principal.kind} principal"
    elif re.fullmatch("AROA[A-Z0-9]+", value):
        if value == trusted.unique_id:
            return
        what = f"names {value}, the unique ID of another role, or of one that was deleted"
        fix = "write the ARN of the role that is meant; AWS keeps the ID once that role is gone."
        certainty = "later" if trusted.unique_id is None else "open"
    elif trusted.lists(value) or (value == trusted.role_arn and trusted.account_known):
        return
    elif re.search("[*?]", value):
        what = f"names {value}: a wildcard in a principal is no pattern, so it is nobody"
        fix = "write the whole ARN, or the account's root narrowed by aws:PrincipalArn."
    elif arn is not None and arn.partition != trusted.partition:
        about = "partition"
        what = f"names {value}, of another partition than the role's ({trusted.partition})"
        fix = f"name the vendor's principal in partition {trusted.partition}, or remove it."
    elif value in trusted.vendors():
        return
    elif arn is not None and trusted.vendor_of(value) == "Unity Catalog":
        what, fix = _of_databricks(value, arn, trusted)
    elif value == trusted.root and trusted.account_known:
        what = "lets in other roles or users of the role's own account"
        fix = f"add ArnEquals aws:PrincipalArn = {trusted.role_arn} to its Condition."
    elif not trusted.account_known and arn is not None and _may_be_role(arn, trusted):
        what = f"lets in {value}, which nothing here shows to be the role itself"
        certainty = "account"
    yield Opening(statement, about, certainty, what, fix)


def _of_databricks(value: str, arn: Arn, trusted: Trusted) -> tuple[str, str]:
    """Say what is wrong with a principal of Databricks' that is not the Unity Catalog meant."""
    for each in trusted.unity_catalogs():
        if each.split(":")[4] == arn.account_id:
            what = f"lets in {value}, more of Databricks' account than Unity Catalog"
            return what, f"write {each} instead."
    return f"lets in {value}, Unity Catalog of an environment that is not yours", ""


def _may_be_role(arn: Arn, trusted: Trusted) -> bool:
    """Whether a principal is the role itself if its account is the role's."""
    return arn.resource == trusted.role_arn.split(":", 5)[5]


def _no_id(statement: Statement, vendor: str) -> Opening:
    made_up = any(
        each.name == "sts:externalid"
        and not each.operator.endswith("IfExists")
        and not each.operator.startswith("ForAllValues:")
        for each in statement.conditions
    )
    how = "with an external ID that anybody may make up" if made_up else "with no external ID"
    return Opening(statement, "external-id", "open", f"lets {vendor} in {how}", _ID_FORM)


def _may_be_vendor(principal: Principal | None, statement: Statement, trusted: Trusted) -> bool:
    if principal is not None and principal.kind in ("Service", "Federated"):
        return False
    if principal is None or principal.everybody:
        accounts = _caller_accounts(statement.conditions)
        return accounts is None or any(map(trusted.vendor_in, accounts))
    # Of a unique ID, or what is not known yet, nobody can tell whose it is.
    account = (principal.value.split(":") + [""] * 5)[4]
    return not re.fullmatch("[0-9]{12}", account) or trusted.vendor_in(account) is not None


def _caller_accounts(conditions: Sequence[Condition]) -> Collection[str] | None:
    """Give the accounts of which a caller must be, by form; None: any."""
    accounts = pinned(conditions, "aws:principalaccount", STRINGS)
    for condition in conditions:
        if condition.name == "aws:principalarn" and condition.operator in ARNS:
            found = [_account_of(each) for each in condition.values]
            if accounts is None and found and None not in found:
                accounts = frozenset(filter(None, found))
    return accounts
