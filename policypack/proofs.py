"""What the forms prove of a role, and what the judge says of one call; asked once for all rules."""

from collections.abc import Iterator

from pulumi_polytomic.iam import (
    VENDOR_ACCOUNTS,
    Allowance,
    Excess,
    Opening,
    PolicyDocument,
    Statement,
    Trusted,
    Verdict,
    excess_permissions,
    is_for,
    may_assume_role,
    parse_policy,
    trust_openings,
    vendor_call,
)

from .findings import Finding, advice, undecided, violation
from .model import NO_ACCOUNT, Document, Role, is_unknown
from .settings import Settings

EVERYTHING: PolicyDocument = parse_policy(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
)
"""Identity policy of a caller who may do all, so that the trust policy alone decides."""
_ACCOUNT = (
    "if it is the role's own account, say so: set settings.accountId in the pack's configuration, "
    "or allowedAccountIds on the AWS provider."
)


def trusted(role: Role, settings: Settings) -> Trusted:
    """Give who may be let into a role."""
    return Trusted(
        role.arn,
        account_known=role.account_known,
        unique_id=role.unique_id,
        own_installations=settings.polytomic_principals,
        environments=settings.environments,
        others=settings.get("trusted-principals", "principals", ()),
    )


def openings(role: Role, settings: Settings) -> list[Opening]:
    """Give what is not shown safe in the trust policy; that must be known."""
    if "openings" not in role.memo and role.trust.content is not None:
        found = trust_openings(role.trust.content, trusted(role, settings))
        role.memo["openings"] = [each for each in found if _is_said(each, role)]
    return role.memo.get("openings", [])  # type: ignore[no-any-return]


def _is_said(opening: Opening, role: Role) -> bool:
    """Whether it is to be said now: the role's own unique ID comes with the whole stack."""
    return role.whole or opening.certainty != "later" or "AROA" not in opening.what


def of_opening(role: Role, opening: Opening, *, risk: str, fix: str) -> Finding:
    """Make the finding of an opening."""
    where = role.trust.at(opening.statement.label)
    what, fix = role.shown(opening.what), role.shown(opening.fix or fix)
    if opening.certainty == "later" and not (role.of_component or role.whole):
        return violation(role.urn, where, what, risk=risk, fix=_ACCOUNT)
    if opening.certainty in ("unknown", "later"):
        return undecided(role.urn, where, what)
    make = advice if opening.certainty == "advice" else violation
    return make(role.urn, where, what, risk=risk, fix=fix)


def excesses(role: Role, settings: Settings) -> list[tuple[Document, Excess]]:
    """Give what is not shown to be needed for staging, with the policy that has it."""
    if "excesses" not in role.memo:
        read = [(each, each.content) for each in role.policies if each.content is not None]
        buckets = settings.get("s3-least-privilege", "buckets")
        if buckets is None and role.bucket_name is not None:
            buckets = [role.bucket_name]
        found = excess_permissions(
            [content for _, content in read],
            Allowance(role.arn, role.account_known, buckets, (role.bucket_prefix or "").strip("/")),
            role.boundary.content if role.boundary is not None else None,
        )
        # What a boundary that is yet to be read leaves, the whole stack tells.
        waits = role.boundary is not None and role.boundary.later
        role.memo["excesses"] = [
            (read[each.document][0], each)
            for each in found
            if not (waits and each.certainty == "open")
        ]
    return role.memo["excesses"]  # type: ignore[no-any-return]


def of_excess(role: Role, document: Document, excess: Excess, *, risk: str, fix: str) -> Finding:
    """Make the finding of an excess."""
    where, boundary = document.at(excess.statement.label), role.boundary
    if excess.certainty == "unknown":
        return undecided(document.urn, where, excess.what)
    if boundary is not None and is_unknown(role.boundary_arn):
        return undecided(document.urn, where, f"{excess.what}, and the boundary {boundary.unknown}")
    make = advice if excess.certainty == "advice" else violation
    return make(document.urn, where, role.shown(excess.what), risk=risk, fix=fix)


def assume(role: Role, caller_arn: str, external_id: str | None) -> Verdict:
    """Ask the judge whether a caller gets in by the trust policy, which must be known."""
    assert role.trust.content is not None
    arn = supposed_arn(role)
    boundary = role.boundary if caller_arn == arn else None
    return may_assume_role(
        caller_arn=caller_arn,
        role_arn=arn,
        trust_policy=role.trust.content,
        external_id=external_id,
        caller_policies=[EVERYTHING],
        # What the boundary allows is for permissions-allow-self-assume to say.
        caller_boundary=None if boundary is None else EVERYTHING,
        context=vendor_call(arn),
        principal_ids=None if role.unique_id is None else {role.unique_id: arn},
    )


def supposed_arn(role: Role) -> str:
    """Give the role's ARN; where its account is not sure, in the account that it trusts itself by.

    Good for asking whether something works. Whom that account lets in, the forms say.
    """
    if not role.account_known and role.trust.content is not None:
        for statement in role.trust.content.statements:
            for each in statement.principals or ():
                account = each.value.split(":")[4] if each.value.count(":") > 4 else ""
                if account.isdigit() and account not in VENDOR_ACCOUNTS:
                    return role.arn.replace(NO_ACCOUNT, account)
    return role.arn


def allows(role: Role, settings: Settings, vendor: str) -> list[Statement]:
    """Give the Allow statements of the trust policy that are for a vendor."""
    content = role.trust.content
    return [
        each
        for each in (content.statements if content is not None else ())
        if each.effect == "Allow" and is_for(each, trusted(role, settings), vendor)
    ]


def trusts_unity_catalog(role: Role, settings: Settings) -> bool:
    """Whether the role is there for Unity Catalog too, not for Polytomic alone."""
    return bool(role.credentials) or bool(allows(role, settings, "Unity Catalog"))


def mentioned_ids(statements: list[Statement]) -> Iterator[str]:
    """Give every value that Allow statements compare ``sts:ExternalId`` with; show none."""
    for statement in statements:
        for condition in statement.conditions if statement.effect == "Allow" else ():
            if condition.name == "sts:externalid":
                yield from condition.values
