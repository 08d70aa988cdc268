"""What a person reads in a verdict."""

import pytest

from pulumi_polytomic.iam import (
    Verdict,
)
from tests.unit.iam.support import (
    ASSUME,
    CALLER,
    NO,
    ROLE,
    ROOT,
    S3_ONLY,
    VENDOR,
    VENDOR_ROOT,
    allow,
    deny,
    judge,
)

TRUST = allow(
    Sid="Vendor",
    Principal={"AWS": VENDOR_ROOT},
    Condition={"StringEquals": {"STS:externalid": ["s3cr3t-1", "s3cr3t-2"]}},
)


class TestWhatAPersonReads:
    def test_the_statements_that_allow(self) -> None:
        found = judge(TRUST, caller=VENDOR, external_id="s3cr3t-1", caller_policies=[ASSUME])

        assert found.reason == (
            "statement 1 (Vendor) of the trust policy, "
            "statement 1 of the caller's identity policies allow it"
        )
        assert found.statements == ("statement 1 (Vendor)", "statement 1")

    def test_the_statement_that_denies(self) -> None:
        found = judge(allow(Principal="*"), deny(Principal="*", Sid="Nobody"))

        assert found == Verdict(
            NO, "statement 2 (Nobody) of the trust policy denies it", ("statement 2 (Nobody)",)
        )

    @pytest.mark.parametrize(
        ("external_id", "tail"),
        [("wrong-id", "does not hold)"), (None, "(the request has no STS:externalid))")],
    )
    def test_the_condition_that_does_not_hold(self, external_id: str | None, tail: str) -> None:
        found = judge(TRUST, caller=VENDOR, external_id=external_id)

        assert found.reason.startswith(
            f"no statement of the trust policy allows sts:AssumeRole on {ROLE} "
            "(statement 1 (Vendor): its condition StringEquals on STS:externalid does not hold"
        )
        assert found.reason.endswith(tail)
        assert found.statements == ("statement 1 (Vendor)",)

    def test_every_condition_that_does_not_hold(self) -> None:
        trust = allow(
            Principal="*",
            Condition={
                "StringEquals": {"aws:PrincipalAccount": "1", "sts:ExternalId": "s3cr3t-1"},
                "Bool": {"aws:PrincipalIsAWSService": "false"},
            },
        )

        reason = judge(trust).reason

        assert "StringEquals on aws:PrincipalAccount does not hold and its condition" in reason
        assert "Bool" not in reason

    def test_that_nobody_named_the_caller(self) -> None:
        found = judge(TRUST)

        assert "(statement 1 (Vendor): it names other principals)" in found.reason
        assert found.statements == ()

    def test_that_the_callers_policies_lack_the_action(self) -> None:
        found = judge(allow(Principal={"AWS": ROOT}), caller_policies=[S3_ONLY])

        assert found.reason == (
            f"no statement of the caller's identity policies allows sts:AssumeRole on {ROLE} "
            "(statement 1: it does not have sts:AssumeRole among its actions)"
        )

    def test_that_there_is_no_policy_at_all(self) -> None:
        found = judge(allow(Principal={"AWS": ROOT}), caller_policies=[])

        assert found.reason == (
            f"no statement of the caller's identity policies allows sts:AssumeRole on {ROLE}"
        )

    def test_an_operator_that_cannot_be_judged(self) -> None:
        found = judge(allow(Principal="*", Condition={"Mystery": {"sts:ExternalId": "s3cr3t"}}))

        assert "its condition Mystery on sts:ExternalId is undecided" in found.reason
        assert found.statements == ("statement 1",)

    def test_never_an_external_id(self) -> None:
        trust = [
            TRUST,
            allow(Principal="*", Condition={"Mystery": {"sts:ExternalId": "s3cr3t-3"}}),
            deny(Principal="*", Condition={"StringEquals": {"sts:ExternalId": "s3cr3t-4"}}),
        ]

        for external_id in ("s3cr3t-1", "s3cr3t-4", "s3cr3t-5", None):
            for caller in (VENDOR, CALLER):
                assert "s3cr3t" not in str(judge(*trust, caller=caller, external_id=external_id))
