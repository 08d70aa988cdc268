"""Properties of the judge over statements of every shape."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_polytomic.iam import (
    Decision,
    RequestContext,
    may_assume_role,
    may_perform,
    parse_policy,
)
from tests.unit.iam.support import (
    ANYTHING,
    RANK,
    ROLE,
    UNITY,
    VENDOR_ROOT,
    callers,
    identity_policies,
)

# Statements of every shape that the judge knows, to be put together at random.
_principal_elements = st.sampled_from(
    [
        {"Principal": "*"},
        {"Principal": {"AWS": ROLE}},
        {"Principal": {"AWS": [VENDOR_ROOT, UNITY]}},
        {"Principal": {"AWS": "123456789012"}},
        {"Principal": {"AWS": "AROAEXAMPLE"}},
        {"Principal": {"Service": "ec2.amazonaws.com"}},
        {"NotPrincipal": {"AWS": [ROLE, "arn:aws:iam::123456789012:root"]}},
        {"NotPrincipal": {"AWS": UNITY}},
    ]
)
_action_elements: Any = st.sampled_from(
    [
        {"Action": "sts:AssumeRole"},
        {"Action": ["sts:*"]},
        {"Action": "s3:GetObject"},
        {"NotAction": "iam:*"},
    ]
)
_resource_elements = st.sampled_from(
    [
        {"Resource": "*"},
        {"Resource": ROLE},
        {"Resource": ["arn:aws:s3:::lake/*", "arn:aws:s3:::${aws:username}"]},
        {"NotResource": "arn:aws:s3:::lake/*"},
    ]
)
_conditions = st.dictionaries(
    st.sampled_from(
        [
            "StringEquals",
            "StringNotEquals",
            "StringLikeIfExists",
            "ForAllValues:StringEquals",
            "ForAnyValue:StringNotLike",
            "ArnLike",
            "Null",
            "Mystery",
        ]
    ),
    st.dictionaries(
        st.sampled_from(["sts:ExternalId", "aws:PrincipalArn", "aws:PrincipalOrgID"]),
        st.one_of(
            st.sampled_from(["poly-7", "true", "*", ROLE, "${aws:username}", "${a:b, 'x'}"]),
            st.lists(st.sampled_from(["poly-7", "dbx-9", ROLE]), max_size=2),
        ),
        min_size=1,
        max_size=2,
    ),
    max_size=2,
)


@st.composite
def statements(draw: st.DrawFn, kind: str, effect: str | None = None) -> dict[str, Any]:
    """Draw a statement of a ``trust`` or ``identity`` policy."""
    where: Any = _principal_elements if kind == "trust" else _resource_elements
    return {
        "Effect": effect or draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        **draw(where),
        **draw(_action_elements),
        "Condition": draw(_conditions),
    }


def _document(listed: list[dict[str, Any]]) -> Any:
    return parse_policy({"Version": "2012-10-17", "Statement": listed})


@settings(max_examples=200)
@given(
    caller=callers,
    base=st.lists(statements("trust"), min_size=1, max_size=3),
    denial=statements("trust", "Deny"),
    identity=identity_policies,
    external_id=st.sampled_from(["poly-7", None]),
    known_ids=st.sampled_from([None, {}, {"AROAEXAMPLE": ROLE}]),
)
def test_a_deny_more_in_the_trust_policy_never_allows_more(
    caller: str,
    base: list[dict[str, Any]],
    denial: dict[str, Any],
    identity: Any,
    external_id: str | None,
    known_ids: dict[str, str] | None,
) -> None:
    def rank(listed: list[dict[str, Any]]) -> int:
        verdict = may_assume_role(
            caller_arn=caller,
            role_arn=ROLE,
            trust_policy=_document(listed),
            external_id=external_id,
            caller_policies=identity,
            principal_ids=known_ids,
        )
        assert verdict.reason
        assert "poly-7" not in verdict.reason
        return RANK[verdict.decision]

    assert rank([*base, denial]) <= rank(base)
    assert rank([denial, *base]) <= rank(base)


@settings(max_examples=200)
@given(
    caller=st.one_of(st.none(), callers),
    base=st.lists(statements("identity"), min_size=1, max_size=3),
    denial=statements("identity", "Deny"),
    resource=st.sampled_from(["arn:aws:s3:::lake/a", "arn:aws:s3:::admin", ROLE]),
)
def test_a_deny_or_a_boundary_more_never_lets_a_role_do_more(
    caller: str | None, base: list[dict[str, Any]], denial: dict[str, Any], resource: str
) -> None:
    def rank(*documents: Any, **more: Any) -> int:
        verdict = may_perform(
            action="s3:GetObject",
            resource=resource,
            policies=documents,
            caller_arn=caller,
            **more,
        )
        return RANK[verdict.decision]

    alone = rank(_document(base))
    assert rank(_document([*base, denial])) <= alone
    assert rank(_document(base), _document([denial])) <= alone
    assert rank(_document(base), boundary=_document([denial])) <= alone
    assert rank(_document(base), boundary=ANYTHING) == alone


@settings(max_examples=200)
@given(
    caller=callers,
    base=st.lists(statements("trust"), min_size=1, max_size=3),
    told=st.dictionaries(
        st.sampled_from(["aws:PrincipalOrgID", "aws:username"]), st.sampled_from(["poly-7", ROLE])
    ),
    complete=st.booleans(),
)
def test_knowing_more_never_turns_a_decision_round(
    caller: str, base: list[dict[str, Any]], told: dict[str, str], complete: bool
) -> None:
    """What is decided from little stays as decided when keys that were unknown become known."""

    def judge(context: RequestContext, ids_known: dict[str, str] | None) -> Decision:
        return may_assume_role(
            caller_arn=caller,
            role_arn=ROLE,
            trust_policy=_document(base),
            external_id="poly-7",
            caller_policies=[ANYTHING],
            context=context,
            principal_ids=ids_known,
        ).decision

    # aws:username of the caller is known from its ARN, and is not to be contradicted.
    told.pop("aws:username", None)
    before = judge(RequestContext({}), None)
    after = judge(RequestContext(told, complete=complete), {"AROAEXAMPLE": ROLE})

    assert before is Decision.UNDECIDED or before is after
