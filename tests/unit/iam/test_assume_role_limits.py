"""What takes an allowed call back: denials, boundaries, and a session's unknown path."""

from typing import Any

import pytest

from pulumi_polytomic.iam import (
    Decision,
    RequestContext,
)
from tests.unit.iam.support import (
    ANYTHING,
    CALLER,
    NO,
    OPEN,
    ROLE,
    ROOT,
    S3_ONLY,
    SESSION,
    USER,
    VENDOR,
    YES,
    allow,
    deny,
    document,
    judge,
)


class TestExplicitDenials:
    def test_a_deny_anywhere_wins(self) -> None:
        trust = allow(Principal={"AWS": CALLER})
        denial = document(deny(Resource=ROLE))

        assert judge(trust, deny(Principal={"AWS": CALLER})).decision is NO
        assert judge(trust, caller_policies=[ANYTHING, denial]).decision is NO
        assert judge(trust, caller_boundary=denial).decision is NO

    def test_a_deny_of_the_trust_policy_wins_over_policies_that_are_not_known(self) -> None:
        found = judge(allow(Principal="*"), deny(Principal="*"), caller_policies=None)

        assert found.decision is NO

    def test_policies_that_are_not_known_may_deny(self) -> None:
        found = judge(allow(Principal={"AWS": CALLER}), caller_policies=None)

        assert found.decision is OPEN
        assert found.reason == "the caller's identity policies are not known"

    def test_a_deny_beats_an_allow_that_is_undecided(self) -> None:
        undecided = allow(Principal="*", Condition={"Mystery": {"a": "b"}})

        assert judge(undecided, deny(Principal={"AWS": CALLER})).decision is NO

    def test_an_undecided_deny_leaves_an_allowed_call_open(self) -> None:
        undecided = deny(Principal="*", Condition={"StringEquals": {"aws:RequestedRegion": "x"}})

        found = judge(allow(Principal="*"), undecided)

        assert found.decision is OPEN
        assert "statement 2 of the trust policy may deny it" in found.reason
        assert "aws:RequestedRegion is not known" in found.reason

    def test_an_undecided_deny_does_not_save_a_call_that_nothing_allows(self) -> None:
        undecided = deny(Principal="*", Condition={"Mystery": {"a": "b"}})

        assert judge(undecided).decision is NO

    def test_a_deny_whose_condition_fails_denies_nothing(self) -> None:
        guard = deny(Principal="*", Condition={"Null": {"sts:ExternalId": "true"}})

        assert judge(allow(Principal="*"), guard, external_id="x-1").decision is YES
        assert judge(allow(Principal="*"), guard).decision is NO


class TestBoundary:
    @pytest.mark.parametrize(
        ("principal", "caller", "expected"),
        [
            ({"AWS": ROOT}, CALLER, NO),
            ({"AWS": CALLER}, CALLER, NO),
            ({"AWS": VENDOR}, VENDOR, NO),
            # AWS: grants to the very user or session are not limited by a boundary's silence
            ({"AWS": USER}, USER, YES),
            ({"AWS": SESSION}, SESSION, YES),
            ("*", USER, OPEN),
        ],
    )
    def test_a_boundary_that_does_not_allow_limits(
        self, principal: Any, caller: str, expected: Decision
    ) -> None:
        found = judge(allow(Principal=principal), caller=caller, caller_boundary=S3_ONLY)

        assert found.decision is expected
        assert found.reason

    def test_a_boundary_that_allows_does_not_allow_by_itself(self) -> None:
        found = judge(
            allow(Principal={"AWS": ROOT}), caller_policies=[S3_ONLY], caller_boundary=ANYTHING
        )

        assert found.decision is NO

    def test_the_reason_names_the_boundary(self) -> None:
        found = judge(allow(Principal={"AWS": CALLER}), caller_boundary=S3_ONLY)

        assert "no statement of the caller's permissions boundary allows" in found.reason


class TestPathOfASession:
    def test_a_role_of_that_name_under_a_path_leaves_it_open(self) -> None:
        found = judge(allow(Principal={"AWS": CALLER}), caller=SESSION)

        assert found.decision is OPEN
        assert "path" in found.reason

    @pytest.mark.parametrize(
        ("pattern", "expected"),
        [
            ("arn:aws:iam::123456789012:role/*", YES),
            ("arn:aws:iam::123456789012:role/wor*", YES),
            ("arn:aws:iam::123456789012:role/worker", YES),
            ("arn:aws:iam::123456789012:role/team/*", OPEN),
            ("arn:aws:iam::*:role/team/wor?er", OPEN),
            ("arn:aws:iam::123456789012:role/team/other", NO),
            ("arn:aws:iam::123456789012:user/worker", NO),
            ("worker", NO),
        ],
    )
    def test_a_condition_on_the_principals_arn(self, pattern: str, expected: Decision) -> None:
        trust = allow(Principal="*", Condition={"StringLike": {"aws:PrincipalArn": pattern}})

        assert judge(trust, caller=SESSION).decision is expected

    def test_it_matters_in_the_callers_policies_too(self) -> None:
        denial = document(deny(Resource="*", Condition={"ArnEquals": {"aws:PrincipalArn": CALLER}}))

        found = judge(allow(Principal="*"), caller=SESSION, caller_policies=[ANYTHING, denial])

        assert found.decision is OPEN

    def test_the_context_may_tell_it(self) -> None:
        context = RequestContext({"aws:PrincipalArn": CALLER})
        trust = allow(Principal={"AWS": CALLER})

        assert judge(trust, caller=SESSION, context=context).decision is YES

    def test_the_living_principals_may_tell_it(self) -> None:
        trust = allow(Principal={"AWS": CALLER})

        living = {"AIDAANN": USER, "AROAWORKER": CALLER}
        elsewhere = {"AROAWORKER": CALLER.replace("123456789012", "111122223333")}

        assert judge(trust, caller=SESSION, principal_ids=living).decision is YES
        assert judge(trust, caller=SESSION, principal_ids=elsewhere).decision is OPEN
