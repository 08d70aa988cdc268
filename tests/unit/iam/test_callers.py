"""What follows from who calls, and who cannot call at all."""

import pytest

from pulumi_polytomic.iam import (
    ArnError,
    Decision,
    RequestContext,
    may_assume_role,
)
from tests.unit.iam.support import (
    CALLER,
    NO,
    OPEN,
    ROOT,
    SESSION,
    USER,
    YES,
    allow,
    document,
    judge,
)


@pytest.mark.parametrize(
    ("key", "value", "caller", "expected"),
    [
        ("aws:PrincipalArn", CALLER, CALLER, YES),
        ("AWS:principalarn", CALLER, CALLER, YES),
        ("aws:PrincipalArn", "arn:aws:iam::123456789012:role/worker", SESSION, YES),
        ("aws:PrincipalArn", USER, CALLER, NO),
        ("aws:PrincipalAccount", "123456789012", CALLER, YES),
        ("aws:PrincipalAccount", "568237466542", CALLER, NO),
        ("aws:PrincipalType", "AssumedRole", CALLER, YES),
        ("aws:PrincipalType", "AssumedRole", SESSION, YES),
        ("aws:PrincipalType", "User", USER, YES),
        ("aws:username", "ann", USER, YES),
        ("aws:username", "worker", CALLER, NO),
        ("aws:PrincipalIsAWSService", "false", CALLER, YES),
        ("aws:PrincipalServiceName", "ec2.amazonaws.com", CALLER, NO),
        ("aws:PrincipalOrgID", "o-1", CALLER, OPEN),
        ("aws:userid", "AROAX:one", SESSION, OPEN),
        ("sts:RoleSessionName", "x", CALLER, OPEN),
    ],
)
def test_what_follows_from_the_caller(
    key: str, value: str, caller: str, expected: Decision
) -> None:
    trust = allow(Principal="*", Condition={"StringEquals": {key: value}})

    assert judge(trust, caller=caller).decision is expected


def test_a_complete_context_lacks_what_it_does_not_list() -> None:
    trust = allow(Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})

    assert judge(trust, context=RequestContext({}, complete=True)).decision is NO
    assert judge(trust, context=RequestContext({"aws:principalorgid": "o-1"})).decision is YES


class TestWhoCannotCallAtAll:
    @pytest.mark.parametrize("caller", [ROOT, "arn:aws:sts::123456789012:federated-user/ann"])
    def test_root_and_federated_users(self, caller: str) -> None:
        found = judge(allow(Principal="*"), caller=caller)

        assert found.decision is NO
        assert "sts:AssumeRole" in found.reason

    def test_another_partition(self) -> None:
        gov = "arn:aws-us-gov:iam::123456789012:role/worker"

        assert judge(allow(Principal="*"), caller=gov).decision is NO

    @pytest.mark.parametrize(
        "caller",
        [
            "worker",
            "123456789012",
            "*",
            "arn:aws:s3:::bucket",
            "arn:aws:iam::123456789012:group/team",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:sts::123456789012:assumed-role/worker",
            "arn:aws:sts::123456789012:federated-user/",
        ],
    )
    def test_what_is_no_caller_is_refused(self, caller: str) -> None:
        with pytest.raises(ArnError):
            judge(allow(Principal="*"), caller=caller)

    def test_what_is_no_role_is_refused(self) -> None:
        with pytest.raises(ArnError):
            may_assume_role(
                caller_arn=CALLER, role_arn="staging", trust_policy=document(allow(Principal="*"))
            )
