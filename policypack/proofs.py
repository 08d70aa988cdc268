"""What the forms prove of a role, and what the judge says of one call; asked once for all rules."""

from collections.abc import Iterator

from pulumi_polytomic.iam import (
    VENDOR_ACCOUNTS,
    Allowance,
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
    """Give what is not shown safe in the trust policy, as far as that is known."""
    content = role.trust.content
    found = [] if content is None else trust_openings(content, trusted(role, settings))
    # The role's own unique ID comes with the whole stack.
    return [each for each in found if role.whole or each.certainty != "later"]


def of_opening(role: Role, document: Document, opening: Opening, *, risk: str, fix: str) -> Finding:
    """Make the finding of an opening in the trust policy, or in a policy of the role."""
    where, what = document.at(opening.statement.label), role.shown(opening.what)
    # What comes after the role may name its account; a preview waits for it, an update cannot.
    waits = role.of_component or (role.preview and not role.whole)
    open_boundary = document is not role.trust and is_unknown(role.boundary_arn)
    if (
        opening.certainty in ("unknown", "later")
        or (opening.certainty == "account" and waits)
        or open_boundary
    ):
        why = ", and the boundary is known only when it is deployed" if open_boundary else ""
        return undecided(document.urn, where, what + why)
    make = advice if opening.certainty == "advice" else violation
    fix = _ACCOUNT if opening.certainty == "account" else role.shown(opening.fix or fix)
    return make(document.urn, where, what, risk=risk, fix=fix)


def excesses(role: Role, settings: Settings) -> list[tuple[Document, Opening]]:
    """Give what is not shown to be needed for staging, with the policy that has it."""
    read = [(each, each.content) for each in role.policies if each.content is not None]
    component = None if role.bucket_name is None else [role.bucket_name]
    found = excess_permissions(
        [content for _, content in read],
        Allowance(
            role.arn,
            role.account_known,
            settings.get("s3-least-privilege", "buckets", component),
            (role.bucket_prefix or "").strip("/"),
        ),
        role.boundary.content if role.boundary is not None else None,
    )
    # What a boundary that is yet to be read leaves, the whole stack tells.
    waits = role.boundary is not None and role.boundary.later
    return [(read[e.document][0], e) for e in found if not (waits and e.certainty == "open")]


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
    content = role.trust.content
    if not role.account_known and content is not None:
        named = [p.value.split(":") for s in content.statements for p in s.principals or ()]
        accounts = [each[4] for each in named if len(each) > 5 and each[4] not in VENDOR_ACCOUNTS]
        return role.arn.replace(NO_ACCOUNT, next(filter(str.isdigit, accounts), NO_ACCOUNT))
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
