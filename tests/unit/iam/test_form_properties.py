"""What holds of the forms whatever a policy says besides."""

import copy
import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pulumi_polytomic.iam import (
    Allowance,
    Trusted,
    excess_permissions,
    parse_policy,
    trust_openings,
)

ROLE = "arn:aws:iam::123456789012:role/staging"
ROOT = "arn:aws:iam::123456789012:root"
POLYTOMIC = "arn:aws:iam::568237466542:root"
UNITY_CATALOG = "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"
BUCKET = ["arn:aws:s3:::lake", "arn:aws:s3:::lake/*"]
TRUSTED = Trusted(ROLE)


def trust(principal: Any, condition: Any = None, effect: str = "Allow") -> dict[str, Any]:
    given_ = {"Condition": condition} if condition else {}
    return {"Effect": effect, "Principal": principal, "Action": "sts:AssumeRole", **given_}


def permit(action: Any, resource: Any, effect: str = "Allow") -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource}


ASKS = {"StringEquals": {"sts:ExternalId": "x-1"}}
SAFE = [
    trust({"AWS": POLYTOMIC}, ASKS),
    trust({"AWS": "568237466542"}, {"StringLike": {"sts:ExternalId": ["x-1", "x-2"]}}),
    trust({"AWS": [UNITY_CATALOG, ROLE]}, ASKS),
    trust({"AWS": ROOT}, {"ArnEquals": {"aws:PrincipalArn": ROLE}}),
    trust("*", {"StringEquals": {"aws:PrincipalArn": ROLE}}),
]
UNSAFE = [
    trust({"AWS": POLYTOMIC}),
    trust({"AWS": UNITY_CATALOG}, {"StringEqualsIfExists": {"sts:ExternalId": "x-1"}}),
    trust({"AWS": ROOT}, ASKS),
    trust("*", ASKS),
    trust({"AWS": "210987654321"}, ASKS),
    trust({"Service": "ec2.amazonaws.com"}),
]
NEEDED = [
    permit(["s3:GetObject", "s3:ListBucket"], BUCKET),
    permit("sts:AssumeRole", ROLE),
    permit("kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd"),
]
TOO_MUCH = [
    permit("s3:*", BUCKET),
    permit("s3:GetObject", "*"),
    permit("iam:PassRole", "*"),
    permit("sts:AssumeRole", "arn:aws:iam::123456789012:role/*"),
    permit("*", "*"),
]
KEYS = ["sts:ExternalId", "aws:PrincipalArn", "aws:SourceIp", "aws:PrincipalTag/t", "a:b"]
OPERATORS = [
    f"{quantifier}{operator}{tail}"
    for quantifier in ("", "ForAnyValue:", "ForAllValues:")
    for operator in ("StringEquals", "StringNotEquals", "StringLike", "ArnNotLike", "ArnEquals")
    for tail in ("", "IfExists")
]
VALUES = ["x-1", "x-*", "*", "${aws:username}", ROLE, POLYTOMIC, ""]
CONDITIONS = st.dictionaries(
    st.sampled_from(OPERATORS),
    st.dictionaries(st.sampled_from(KEYS), st.lists(st.sampled_from(VALUES)), min_size=1),
    max_size=3,
)
PRINCIPALS = st.sampled_from(["*", {"AWS": POLYTOMIC}, {"AWS": ROOT}, {"AWS": [ROLE]}])
DENIES = st.builds(lambda p, c: trust(p, c, "Deny"), PRINCIPALS, CONDITIONS)
ACTIONS = st.sampled_from(["*", "s3:*", "s3:Get*", "iam:*", "sts:AssumeRole", "ec2:*"])
RESOURCES = st.sampled_from(["*", *BUCKET, ROLE, "arn:aws:iam:::*"])
PERMISSION_DENIES = st.builds(lambda a, r: permit(a, r, "Deny"), ACTIONS, RESOURCES)


def opened(statements: list[Any], role: Trusted = TRUSTED) -> list[tuple[str, str]]:
    document = parse_policy({"Version": "2012-10-17", "Statement": statements}, "trust")
    return [(each.about, each.certainty) for each in trust_openings(document, role)]


def exceeded(statements: list[Any]) -> list[tuple[str, str]]:
    document = parse_policy({"Version": "2012-10-17", "Statement": statements}, "permissions")
    found = excess_permissions([document], Allowance(ROLE))
    return [(each.about, each.certainty) for each in found]


def with_condition(statement: Any, more: Any) -> Any:
    """The statement with the conditions of both, under each operator and key."""
    merged = copy.deepcopy(statement)
    condition = merged.setdefault("Condition", {})
    for operator, keys in more.items():
        own = condition.setdefault(operator, {})
        for key, values in keys.items():
            if key not in own:
                own[key] = values
    if not condition:
        del merged["Condition"]
    return merged


def written_otherwise(statement: Any) -> Any:
    """The same statement: lists for single values, numbers for accounts, keys in capitals."""
    text = json.dumps(statement)
    text = text.replace(f'"{ROOT}"', '"123456789012"').replace(f'"{POLYTOMIC}"', '"568237466542"')
    other = json.loads(text)
    other["Action"] = [other["Action"]]
    if isinstance(other["Principal"], dict):
        other["Principal"] = {
            kind: value if isinstance(value, list) else [value]
            for kind, value in other["Principal"].items()
        }
    if "Condition" in other:
        other["Condition"] = {
            operator: {key.upper(): value for key, value in keys.items()}
            for operator, keys in other["Condition"].items()
        }
    return other


@given(st.sampled_from(SAFE), CONDITIONS)
@example(SAFE[4], {"ArnEquals": {"aws:PrincipalArn": [POLYTOMIC]}})  # nobody is left
@settings(max_examples=300, deadline=None)
def test_a_further_condition_keeps_a_safe_statement_safe(statement: Any, more: Any) -> None:
    assert opened([with_condition(statement, more)]) == []


@given(st.lists(st.sampled_from(SAFE)), st.sampled_from(UNSAFE), st.integers(0, 5))
def test_a_statement_that_is_not_safe_is_found_among_any(
    safe: list[Any], unsafe: Any, place: int
) -> None:
    statements = [*safe[:place], unsafe, *safe[place:]]
    assert opened(statements) == opened([unsafe]) != []


@given(st.sampled_from(UNSAFE), st.lists(DENIES, max_size=3))
@settings(max_examples=300, deadline=None)
def test_a_deny_never_turns_a_refusal_into_a_pass(unsafe: Any, denies: list[Any]) -> None:
    alone = [about for about, _ in opened([unsafe])]
    assert [about for about, _ in opened([unsafe, *denies])] == alone


@given(st.lists(st.sampled_from([*SAFE, *UNSAFE]), min_size=1), st.data())
@settings(deadline=None)
def test_spelling_and_order_change_nothing(statements: list[Any], data: st.DataObject) -> None:
    found = opened(statements)
    assert opened([written_otherwise(each) for each in statements]) == found
    shuffled = data.draw(st.permutations(statements))
    assert sorted(opened(shuffled)) == sorted(found)


@given(
    st.lists(st.sampled_from([*SAFE, *UNSAFE]), min_size=1),
    st.from_regex(r"[a-z]{1,9}", fullmatch=True),
)
@settings(deadline=None)
def test_the_name_of_the_role_changes_nothing(statements: list[Any], name: str) -> None:
    renamed = json.loads(json.dumps(statements).replace("role/staging", f"role/{name}"))
    role = Trusted(f"arn:aws:iam::123456789012:role/{name}")
    assert opened(renamed, role) == opened(statements)


@given(st.lists(st.sampled_from(NEEDED)), st.sampled_from(TOO_MUCH))
def test_too_much_is_found_among_any(needed: list[Any], much: Any) -> None:
    assert exceeded([*needed, much])
    assert needed == [] or exceeded(needed) == []


@given(st.sampled_from(TOO_MUCH), st.lists(PERMISSION_DENIES, max_size=3))
def test_a_deny_never_makes_too_much_enough(much: Any, denies: list[Any]) -> None:
    assert len(exceeded([much, *denies])) >= len(exceeded([much]))
