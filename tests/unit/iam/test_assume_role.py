"""Who may assume a role: principals, delegation, denials, boundaries, and what a person reads."""

from typing import Any

import pytest

from pulumi_polytomic.iam import (
    ArnError,
    Decision,
    PolicyDocument,
    RequestContext,
    Verdict,
    may_assume_role,
    parse_policy,
)

YES, NO, OPEN = Decision.ALLOWED, Decision.DENIED, Decision.UNDECIDED

ROLE = "arn:aws:iam::123456789012:role/staging"
CALLER = "arn:aws:iam::123456789012:role/team/worker"
SESSION = "arn:aws:sts::123456789012:assumed-role/worker/one"
USER = "arn:aws:iam::123456789012:user/team/ann"
ROOT = "arn:aws:iam::123456789012:root"
VENDOR = "arn:aws:iam::568237466542:role/convox/service"
VENDOR_ROOT = "arn:aws:iam::568237466542:root"


def document(*statements: dict[str, Any]) -> PolicyDocument:
    return parse_policy({"Version": "2012-10-17", "Statement": list(statements)})


def allow(**elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "sts:AssumeRole", **elements}


def deny(**elements: Any) -> dict[str, Any]:
    return {**allow(**elements), "Effect": "Deny"}


ANYTHING = document({"Effect": "Allow", "Action": "*", "Resource": "*"})
ASSUME = document(allow(Resource=ROLE))
S3_ONLY = document({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})


def judge(*trust: dict[str, Any], caller: str = CALLER, **more: Any) -> Verdict:
    more.setdefault("caller_policies", [ANYTHING])
    return may_assume_role(caller_arn=caller, role_arn=ROLE, trust_policy=document(*trust), **more)


@pytest.mark.parametrize(
    ("principal", "caller", "policies", "expected"),
    [
        # by name, same account: the trust policy alone is enough
        ({"AWS": CALLER}, CALLER, [], YES),
        ({"AWS": CALLER}, SESSION.replace("worker", "other"), [], NO),
        ({"AWS": USER}, USER, [], YES),
        ({"AWS": SESSION}, SESSION, [], YES),
        ({"AWS": SESSION}, SESSION + "-two", [], NO),
        ({"AWS": SESSION}, CALLER, [], OPEN),
        ({"AWS": SESSION.replace("worker", "other")}, CALLER, [], NO),
        ({"AWS": "arn:aws:iam::123456789012:role/worker"}, SESSION, [], YES),
        ({"AWS": "arn:aws:iam::123456789012:role/worker"}, CALLER, [], NO),
        ({"AWS": CALLER.lower().replace("worker", "Worker")}, CALLER, [], NO),
        ({"AWS": [USER, CALLER]}, CALLER, [], YES),
        ("*", CALLER, [], YES),
        ({"AWS": "*"}, USER, [], YES),
        # through the account: the caller's own policies decide
        ({"AWS": ROOT}, CALLER, [ASSUME], YES),
        ({"AWS": "123456789012"}, CALLER, [ASSUME], YES),
        ({"AWS": ROOT}, USER, [ASSUME], YES),
        ({"AWS": ROOT}, SESSION, [ASSUME], YES),
        ({"AWS": ROOT}, CALLER, [], NO),
        ({"AWS": ROOT}, CALLER, [S3_ONLY], NO),
        ({"AWS": ROOT}, CALLER, [S3_ONLY, ASSUME], YES),
        ({"AWS": ROOT}, CALLER, None, OPEN),
        # across accounts: both sides
        ({"AWS": VENDOR}, VENDOR, [ASSUME], YES),
        ({"AWS": VENDOR}, VENDOR, [], NO),
        ({"AWS": VENDOR}, VENDOR, None, OPEN),
        ({"AWS": VENDOR_ROOT}, VENDOR, [ASSUME], YES),
        ({"AWS": "568237466542"}, VENDOR, [ASSUME], YES),
        ({"AWS": VENDOR_ROOT}, VENDOR, [S3_ONLY], NO),
        ("*", VENDOR, [ASSUME], YES),
        ("*", VENDOR, [], NO),
        ({"AWS": ROOT}, VENDOR, [ANYTHING], NO),
        ({"AWS": VENDOR_ROOT}, CALLER, [ANYTHING], NO),
        # not for roles and users at all
        ({"Service": "ec2.amazonaws.com"}, CALLER, [ANYTHING], NO),
        ({"Federated": "accounts.google.com"}, CALLER, [ANYTHING], NO),
        ({"AWS": "arn:aws:iam::123456789012:group/team"}, USER, [ANYTHING], NO),
        # what AWS would have refused, or what cannot be looked up
        ({"CanonicalUser": "79a5"}, CALLER, [ANYTHING], OPEN),
        ({"AWS": "arn:aws:iam::123456789012:role/*"}, CALLER, [ANYTHING], OPEN),
        ({"AWS": "arn:aws:iam::*:root"}, CALLER, [ANYTHING], OPEN),
        ({"AWS": "worker"}, CALLER, [ANYTHING], OPEN),
    ],
)
def test_what_a_principal_means(
    principal: Any, caller: str, policies: list[PolicyDocument] | None, expected: Decision
) -> None:
    verdict = judge(allow(Principal=principal), caller=caller, caller_policies=policies)

    assert verdict.decision is expected
    assert verdict.reason


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ({"AROAWORKER": CALLER}, YES),
        ({"AROAWORKER": USER}, NO),
        ({"AROAOTHER": CALLER}, NO),
        ({}, NO),
        (None, OPEN),
    ],
)
def test_a_unique_id_is_whoever_lives_under_it(
    ids: dict[str, str] | None, expected: Decision
) -> None:
    found = judge(allow(Principal={"AWS": "AROAWORKER"}), caller_policies=[], principal_ids=ids)

    assert found.decision is expected


def test_a_dead_unique_id_in_a_deny_denies_nobody() -> None:
    trust = (allow(Principal={"AWS": CALLER}), deny(Principal={"AWS": "AROADEAD"}))

    assert judge(*trust, principal_ids={}).decision is YES
    assert judge(*trust).decision is OPEN


@pytest.mark.parametrize(
    ("principal", "caller", "expected"),
    [
        ({"AWS": CALLER}, CALLER, NO),
        ({"AWS": "arn:aws:iam::123456789012:role/worker"}, SESSION, NO),
        ({"AWS": SESSION}, SESSION, NO),
        ({"AWS": SESSION}, CALLER, OPEN),
        ({"AWS": ROOT}, CALLER, NO),
        ({"AWS": "123456789012"}, USER, NO),
        ("*", CALLER, NO),
        ({"AWS": USER}, CALLER, YES),
        ({"AWS": VENDOR_ROOT}, CALLER, YES),
        ({"AWS": "arn:aws:iam::123456789012:role/*"}, CALLER, OPEN),
    ],
)
def test_whom_a_deny_reaches(principal: Any, caller: str, expected: Decision) -> None:
    trust = (allow(Principal="*"), deny(Principal=principal))

    assert judge(*trust, caller=caller).decision is expected


@pytest.mark.parametrize(
    ("listed", "caller", "denied", "allowed"),
    [
        # nobody of the caller's is listed: the statement applies
        ([USER], CALLER, NO, YES),
        ([VENDOR, VENDOR_ROOT], CALLER, NO, YES),
        # all of the caller's identities are listed: it does not
        ([USER, ROOT], USER, YES, NO),
        ([SESSION, "arn:aws:iam::123456789012:role/worker", ROOT], SESSION, YES, NO),
        (["*"], CALLER, YES, NO),
        # only some of them: AWS's guide says "might"
        ([CALLER], CALLER, OPEN, OPEN),
        ([ROOT], CALLER, OPEN, OPEN),
        ([CALLER, ROOT], CALLER, OPEN, OPEN),
        ([USER], USER, OPEN, OPEN),
        (["AROAUNKNOWN"], CALLER, OPEN, OPEN),
    ],
)
def test_not_principal(listed: list[str], caller: str, denied: Decision, allowed: Decision) -> None:
    everybody = allow(Principal="*")
    element = {"NotPrincipal": {"AWS": listed}}

    assert judge(everybody, deny(**element), caller=caller).decision is denied
    assert judge(allow(**element), caller=caller).decision is allowed


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("sts:AssumeRole", YES),
        ("STS:assumerole", YES),
        ("sts:*", YES),
        ("sts:Assume?ole", YES),
        ("*", YES),
        (["sts:TagSession", "sts:AssumeRole"], YES),
        ("sts:AssumeRoleWithSAML", NO),
        ("s3:*", NO),
    ],
)
def test_actions_match_without_case_and_with_wildcards(action: Any, expected: Decision) -> None:
    found = judge({"Effect": "Allow", "Principal": "*", "Action": action})

    assert found.decision is expected


def test_not_action_covers_all_other_actions() -> None:
    assert judge({"Effect": "Allow", "Principal": "*", "NotAction": "s3:*"}).decision is YES
    assert judge({"Effect": "Allow", "Principal": "*", "NotAction": "sts:*"}).decision is NO


@pytest.mark.parametrize(
    ("statement", "policies"),
    [
        (allow(), [ANYTHING]),
        (allow(Principal={"AWS": ROOT}, Resource="*"), [ANYTHING]),
        (allow(Principal={"AWS": ROOT}), [document(allow())]),
        (allow(Principal={"AWS": ROOT}), [document(allow(Principal="*", Resource="*"))]),
    ],
)
def test_a_statement_that_aws_would_not_store_there_decides_nothing(
    statement: dict[str, Any], policies: list[PolicyDocument]
) -> None:
    assert judge(statement, caller_policies=policies).decision is OPEN


TRUST = allow(
    Sid="Vendor",
    Principal={"AWS": VENDOR_ROOT},
    Condition={"StringEquals": {"STS:externalid": ["s3cr3t-1", "s3cr3t-2"]}},
)


@pytest.mark.parametrize(
    ("external_id", "expected"),
    [("s3cr3t-1", YES), ("s3cr3t-2", YES), ("S3CR3T-1", NO), ("wrong", NO), ("", NO), (None, NO)],
)
def test_the_external_id_must_be_the_very_one(external_id: str | None, expected: Decision) -> None:
    assert judge(TRUST, caller=VENDOR, external_id=external_id).decision is expected


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("StringEqualsIfExists", "s3cr3t-1"),
        ("ForAllValues:StringEquals", "s3cr3t-1"),
        ("StringNotEquals", "x"),
    ],
)
def test_a_guard_that_is_none_lets_a_call_without_an_external_id_through(
    operator: str, value: str
) -> None:
    trust = allow(Principal="*", Condition={operator: {"sts:ExternalId": value}})

    assert judge(trust, caller=VENDOR).decision is YES


def test_an_external_id_may_come_with_the_context_too() -> None:
    context = RequestContext({"sts:externalid": "s3cr3t-1"})

    assert judge(TRUST, caller=VENDOR, context=context).decision is YES
    assert judge(TRUST, caller=VENDOR, context=context, external_id="wrong").decision is NO


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


class TestWhatAPersonReads:
    def test_the_statements_that_allow(self) -> None:
        found = judge(TRUST, caller=VENDOR, external_id="s3cr3t-1", caller_policies=[ASSUME])

        assert found.reason == (
            "statement Vendor of the trust policy, "
            "statement 1 of the caller's identity policies allow it"
        )
        assert found.statements == ("statement Vendor", "statement 1")

    def test_the_statement_that_denies(self) -> None:
        found = judge(allow(Principal="*"), deny(Principal="*", Sid="Nobody"))

        assert found == Verdict(
            NO, "statement Nobody of the trust policy denies it", ("statement Nobody",)
        )

    @pytest.mark.parametrize(
        ("external_id", "tail"),
        [("wrong-id", "does not hold)"), (None, "(the request has no STS:externalid))")],
    )
    def test_the_condition_that_does_not_hold(self, external_id: str | None, tail: str) -> None:
        found = judge(TRUST, caller=VENDOR, external_id=external_id)

        assert found.reason.startswith(
            f"no statement of the trust policy allows sts:AssumeRole on {ROLE} "
            "(statement Vendor: its condition StringEquals on STS:externalid does not hold"
        )
        assert found.reason.endswith(tail)
        assert found.statements == ("statement Vendor",)

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

        assert "(statement Vendor: it names other principals)" in found.reason
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
