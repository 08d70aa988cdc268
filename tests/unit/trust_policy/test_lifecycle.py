"""``RoleTrustPolicy`` against the sandbox's AWS, over HTTP."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import pytest

from pulumi_polytomic.custom_resource.plugin_side import ProviderError, Values
from pulumi_polytomic.custom_resource.settings import Settings, settings_from
from pulumi_polytomic.trust_policy import stored as stored_trust_policy
from pulumi_polytomic.trust_policy.lifecycle import RoleTrustPolicy
from pulumi_polytomic.trust_policy.statements import merged, same
from pulumi_polytomic.trust_policy.stored import StoredTrustPolicy
from sandbox.client import Sandbox

URN = "urn:pulumi:dev::p::polytomic-databricks:index:RoleTrustPolicy::trust"
RESOURCE = RoleTrustPolicy()
ARN = "arn:aws:iam::123456789012:role/staging"
SETTINGS: Settings = settings_from({})


def statement(sid: str, principal: str = "arn:aws:iam::123456789012:root") -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "sts:AssumeRole",
    }


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


FOREIGN = statement("TheirsAlone")
OURS = statement("Ours", "arn:aws:iam::568237466542:root")
_WHOLE = {"Version": "2012-10-17", "Statement": [OURS]}
POLICY = {"roleName": "staging", "policy": json.dumps(_WHOLE)}


@pytest.fixture
def aws(sandbox: Sandbox) -> Iterator[Any]:
    """IAM with the role ``staging``, whose trust policy is somebody else's."""
    with mock.patch.dict("os.environ", sandbox.process_environment(), clear=True):
        client = sandbox.aws_client("iam")
        client.create_role(
            RoleName="staging", AssumeRolePolicyDocument=json.dumps(document(FOREIGN))
        )
        yield client


def stored(aws: Any) -> list[dict[str, Any]]:
    found = aws.get_role(RoleName="staging")["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert isinstance(found, list)
    return found


def put(aws: Any, *statements: dict[str, Any]) -> None:
    text = json.dumps(document(*statements))
    aws.update_assume_role_policy(RoleName="staging", PolicyDocument=text)


def own(*statements: dict[str, Any]) -> Values:
    inputs = {"roleName": "staging", "statements": json.dumps(list(statements or (OURS,)))}
    assert RESOURCE.check("trust", inputs) == []
    return inputs


def whole(policy: dict[str, Any], on_delete: dict[str, Any] | None = None) -> Values:
    inputs = {"roleName": "staging", "policy": json.dumps(policy)}
    if on_delete:
        inputs["policyOnDelete"] = json.dumps(on_delete)
    assert RESOURCE.check("trust", inputs) == []
    return inputs


ELSEWHERE = "arn:aws:iam::222222222222:role/staging"
BOTH = r"role/staging is in account 222222222222, and these credentials are of account 123456789012"
STEPS: dict[str, Callable[[Values], Any]] = {
    "create": lambda given: RESOURCE.create(SETTINGS, URN, given),
    "read": lambda given: RESOURCE.read(SETTINGS, "staging", given, given),
    "read by its state": lambda given: RESOURCE.read(SETTINGS, "staging", own(), given),
    "update": lambda given: RESOURCE.update(SETTINGS, URN, "staging", given, given),
    "update by its state": lambda given: RESOURCE.update(SETTINGS, URN, "staging", given, own()),
    "delete": lambda given: RESOURCE.delete(SETTINGS, "staging", given),
}


@pytest.mark.parametrize("step", STEPS)
def test_another_account_is_neither_read_nor_written(aws: Any, sandbox: Sandbox, step: str) -> None:
    put(aws, FOREIGN, OURS)
    sandbox.clear_calls()
    with pytest.raises(ProviderError, match=BOTH):
        STEPS[step]({**own(), "roleArn": ELSEWHERE})
    assert {call["operation"] for call in sandbox.calls()} == {"sts:GetCallerIdentity"}


@pytest.mark.parametrize("step", ["read", "update", "delete"])
def test_what_it_was_made_in_is_kept_where_no_program_says_it(aws: Any, step: str) -> None:
    state = RESOURCE.create(SETTINGS, URN, own()).state
    assert state["roleArn"] == ARN
    STEPS[step](state)
    with pytest.raises(ProviderError, match=BOTH):
        STEPS[step]({**state, "roleArn": ELSEWHERE})


def test_a_role_of_another_path_is_not_the_one_that_was_written(aws: Any) -> None:
    state = {**own(), "roleArn": "arn:aws:iam::123456789012:role/data/staging"}
    put(aws, FOREIGN, OURS)
    assert RESOURCE.read(SETTINGS, "staging", own(), state) is None
    RESOURCE.delete(SETTINGS, "staging", state)
    with pytest.raises(ProviderError, match="AWS has no role arn:aws:iam::123456789012:role/data/"):
        RESOURCE.create(SETTINGS, URN, state)
    assert stored(aws) == [FOREIGN, OURS]


def test_an_answer_of_another_account_is_refused_as_well(aws: Any) -> None:
    role = StoredTrustPolicy(SETTINGS, "staging", None)
    role.arn = ELSEWHERE
    with pytest.raises(ProviderError, match="is in account 222222222222"):
        role.write(lambda found: merged(found, [OURS], []))
    assert stored(aws) == [FOREIGN]


def test_a_state_of_an_earlier_version_takes_no_arn_as_a_change_and_loses_its_keys() -> None:
    given = {**own(), "roleArn": ARN}
    assert RESOURCE.changed(own(), given) == []
    assert RESOURCE.changed({**own(), "aws": {"accessKey": "AKIA"}}, given) == ["aws"]
    assert RESOURCE.changed({**own(), "roleArn": ARN}, given) == []
    assert RESOURCE.changed({**own(), "roleArn": ELSEWHERE}, given) == ["roleArn"]
    assert RESOURCE.changed({**own(), "roleArn": ARN}, own()) == []
    assert RESOURCE.planned(None, given)["roleArn"] == ARN


def test_its_statements_come_and_go_and_others_stay(aws: Any) -> None:
    made = RESOURCE.create(SETTINGS, URN, own())
    assert stored(aws) == [FOREIGN, OURS]
    changed = {**OURS, "Condition": {"StringEquals": {"sts:ExternalId": "an-id"}}}
    state = RESOURCE.update(SETTINGS, URN, "staging", made.state, own(changed, statement("Second")))
    assert stored(aws) == [FOREIGN, changed, statement("Second")]
    state = RESOURCE.update(SETTINGS, URN, "staging", state, own(changed))
    assert stored(aws) == [FOREIGN, changed]
    RESOURCE.delete(SETTINGS, "staging", state)
    assert stored(aws) == [FOREIGN]


def test_the_role_may_be_its_own_principal_once_it_exists(aws: Any) -> None:
    guide = document({**statement("x", ARN)})
    made = RESOURCE.create(SETTINGS, URN, whole(guide, document(FOREIGN)))
    assert stored(aws) == [statement("x", ARN)]
    RESOURCE.delete(SETTINGS, "staging", made.state)
    assert stored(aws) == [FOREIGN]


def test_what_somebody_else_wrote_by_now_is_not_restored_over(aws: Any) -> None:
    made = RESOURCE.create(SETTINGS, URN, whole(document(OURS), document(FOREIGN)))
    put(aws, statement("Newer"))
    RESOURCE.delete(SETTINGS, "staging", made.state)
    assert stored(aws) == [statement("Newer")]


def test_only_drift_of_its_own_statements_shows(aws: Any) -> None:
    made = RESOURCE.create(SETTINGS, URN, own())
    put(aws, statement("AlsoTheirs"), OURS)
    found = RESOURCE.read(SETTINGS, "staging", own(), made.state)
    assert found is not None and found.inputs == own()
    put(aws, {**OURS, "Action": ["sts:AssumeRole", "sts:TagSession"]})
    found = RESOURCE.read(SETTINGS, "staging", own(), made.state)
    assert found is not None
    assert RESOURCE.changed(found.state, own()) == ["statements"]
    put(aws, FOREIGN)
    assert RESOURCE.read(SETTINGS, "staging", own(), made.state) is None


def test_the_order_of_principals_is_no_drift(aws: Any) -> None:
    two = {**OURS, "Principal": {"AWS": ["arn:aws:iam::568237466542:root", ARN]}}
    made = RESOURCE.create(SETTINGS, URN, own(two))
    put(aws, {**two, "Principal": {"AWS": [ARN, "arn:aws:iam::568237466542:root"]}})
    found = RESOURCE.read(SETTINGS, "staging", own(two), made.state)
    assert found is not None and found.inputs == own(two)


ROOT = "arn:aws:iam::568237466542:root"
WRITTEN = {
    "Sid": "Ours",
    "Effect": "Allow",
    "Principal": {"AWS": ["568237466542", ARN]},
    "Action": ["sts:AssumeRole", "sts:TagSession"],
    "Condition": {
        "StringEquals": {"sts:ExternalId": "an-id", "aws:PrincipalOrgID": ["o-1", "o-2"]},
        "Bool": {"aws:SecureTransport": True},
    },
}
STORED = {
    "Effect": "Allow",
    "Condition": {
        "Bool": {"AWS:securetransport": ["true"]},
        "StringEquals": {"aws:principalorgid": ["o-2", "o-1", "o-2"], "STS:ExternalID": ["an-id"]},
    },
    "Action": ["sts:TagSession", "STS:assumerole"],
    "Principal": {"AWS": [ARN, ROOT]},
    "Sid": "Ours",
}
EQUAL = {
    "number and root": (WRITTEN, STORED),
    "single principal": (statement("Ours", ROOT), statement("Ours", "568237466542")),
    "everybody": ({**OURS, "Principal": "*"}, {**OURS, "Principal": {"AWS": ["*"]}}),
    "no condition": (OURS, {**OURS, "Condition": {}}),
}
UNEQUAL = {
    "principal": (WRITTEN, {**STORED, "Principal": {"AWS": [ARN]}}),
    "case of a value": (
        {**OURS, "Condition": {"StringEquals": {"sts:ExternalId": "an-id"}}},
        {**OURS, "Condition": {"StringEquals": {"sts:ExternalId": "An-id"}}},
    ),
    "operator": (
        {**OURS, "Condition": {"StringEquals": {"sts:ExternalId": "an-id"}}},
        {**OURS, "Condition": {"StringLike": {"sts:ExternalId": "an-id"}}},
    ),
    "effect": (OURS, {**OURS, "Effect": "Deny"}),
    "negation": ({**OURS, "Principal": "*"}, {**OURS, "NotPrincipal": "*", "Principal": {}}),
    "another role": (statement("Ours", ROOT), statement("Ours", f"{ARN}-root")),
}


@pytest.mark.parametrize(("one", "other"), EQUAL.values(), ids=EQUAL)
def test_what_iam_finds_equal_is_no_drift_and_nobody_elses_change(
    aws: Any, one: dict[str, Any], other: dict[str, Any]
) -> None:
    given = whole(document(FOREIGN, one))
    made = RESOURCE.create(SETTINGS, URN, given)
    other_order = document(other, FOREIGN)
    with (
        mock.patch.object(StoredTrustPolicy, "find", lambda _: other_order),
        mock.patch.object(StoredTrustPolicy, "_put") as put_again,
    ):
        found = RESOURCE.read(SETTINGS, "staging", given, made.state)
        assert found is not None and found.inputs == given
        # It is there already.
        RESOURCE.update(SETTINGS, URN, "staging", made.state, whole(document(one, FOREIGN)))
        assert not put_again.called
        RESOURCE.update(SETTINGS, URN, "staging", made.state, whole(document(statement("New"))))
        assert put_again.called


@pytest.mark.parametrize(("one", "other"), UNEQUAL.values(), ids=UNEQUAL)
def test_what_differs_for_iam_differs_here(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert not same(document(one), document(other))
    assert not same([one], [other])


def test_a_version_that_is_not_named_is_the_old_one() -> None:
    unnamed = {"Statement": OURS}
    assert same(unnamed, {"Version": "2008-10-17", "Statement": [OURS]})
    assert not same(unnamed, document(OURS))


def test_a_service_that_hangs_is_named(aws: Any, sandbox: Sandbox) -> None:
    sandbox.fault(service="aws", operation="iam:GetRole", action="hang", times=0)
    with (
        mock.patch.object(stored_trust_policy, "_ANSWER_S", 3.0),
        pytest.raises(ProviderError, match=r"AWS did not answer within 3 s .iam:GetRole"),
    ):
        RESOURCE.create(SETTINGS, URN, own())
    sandbox.clear_faults()


@pytest.mark.parametrize("mode", ["statements", "policy"])
def test_an_edit_since_the_last_run_is_not_overwritten_blindly(aws: Any, mode: str) -> None:
    given = own() if mode == "statements" else whole(document(OURS))
    made = RESOURCE.create(SETTINGS, URN, given)
    edited = {**OURS, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}
    put(aws, edited)
    other = statement("Other")
    wanted = own(other) if mode == "statements" else whole(document(other))
    with pytest.raises(ProviderError, match="pulumi refresh"):
        RESOURCE.update(SETTINGS, URN, "staging", made.state, wanted)
    assert stored(aws) == [edited]
    found = RESOURCE.read(SETTINGS, "staging", given, made.state)
    assert found is not None
    RESOURCE.update(SETTINGS, URN, "staging", found.state, wanted)
    assert stored(aws) == [other]


def test_a_write_at_the_same_time_is_merged(aws: Any, sandbox: Sandbox) -> None:
    role = StoredTrustPolicy(SETTINGS, "staging", None)
    looks: list[int] = []
    find = role.find

    def while_somebody_writes() -> Any:
        looks.append(1)
        if len(looks) == 2:
            put(aws, FOREIGN, statement("JustNow"))
        return find()

    with mock.patch.object(role, "find", while_somebody_writes):
        role.write(lambda found: merged(found, [OURS], []))
    assert stored(aws) == [FOREIGN, statement("JustNow"), OURS]


def test_resources_of_one_update_that_share_a_role_lose_no_statement(aws: Any) -> None:
    several = [own(statement(f"Ours{number}")) for number in range(6)]
    with ThreadPoolExecutor(6) as threads:
        states = list(threads.map(lambda given: RESOURCE.create(SETTINGS, URN, given), several))
        sids = {each["Sid"] for each in stored(aws)}
        assert sids == {"TheirsAlone", *(f"Ours{number}" for number in range(6))}
        list(threads.map(lambda made: RESOURCE.delete(SETTINGS, "staging", made.state), states))
    assert stored(aws) == [FOREIGN]


FAULTS: list[dict[str, Any]] = [
    {"action": "error", "status": 400, "code": "Throttling"},
    {"action": "error", "status": 503},
    {"action": "drop"},
    {"action": "lose-answer"},
]


@pytest.mark.waits
@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: str(f.get("status", f["action"])))
@pytest.mark.parametrize("operation", ["iam:GetRole", "iam:UpdateAssumeRolePolicy"])
@pytest.mark.parametrize("step", ["create", "update", "delete"])
def test_a_step_that_failed_anywhere_is_taken_up_again(
    aws: Any, sandbox: Sandbox, step: str, operation: str, fault: dict[str, Any]
) -> None:
    changed = own({**OURS, "Action": ["sts:AssumeRole", "sts:TagSession"]})
    state = RESOURCE.create(SETTINGS, URN, own()).state if step != "create" else {}
    steps: dict[str, Callable[[], Any]] = {
        "create": lambda: RESOURCE.create(SETTINGS, URN, own()),
        "update": lambda: RESOURCE.update(SETTINGS, URN, "staging", state, changed),
        "delete": lambda: RESOURCE.delete(SETTINGS, "staging", state),
    }
    with mock.patch.dict("os.environ", {"AWS_MAX_ATTEMPTS": "1"}):
        sandbox.fault(service="aws", operation=operation, times=1, **fault)
        with pytest.raises(ProviderError):
            steps[step]()
        sandbox.clear_faults()
        steps[step]()
    sids = [each["Sid"] for each in stored(aws)]
    assert sids == (["TheirsAlone"] if step == "delete" else ["TheirsAlone", "Ours"])


@pytest.mark.waits
def test_a_principal_that_aws_does_not_know_is_waited_for_and_then_told(aws: Any) -> None:
    nobody = document(statement("x", "arn:aws:iam::123456789012:role/nobody"))
    with (
        mock.patch.object(stored_trust_policy, "_PATIENCE_S", 0.8),
        pytest.raises(ProviderError, match="MalformedPolicyDocument"),
    ):
        RESOURCE.create(SETTINGS, URN, whole(nobody))


def test_a_role_that_is_gone(aws: Any) -> None:
    made = RESOURCE.create(SETTINGS, URN, own())
    aws.delete_role(RoleName="staging")
    assert RESOURCE.read(SETTINGS, "staging", own(), made.state) is None
    RESOURCE.delete(SETTINGS, "staging", made.state)
    with pytest.raises(ProviderError, match="AWS has no role 'staging'"):
        RESOURCE.create(SETTINGS, URN, own())


def test_the_last_statement_is_not_taken_away(aws: Any) -> None:
    made = RESOURCE.create(SETTINGS, URN, own())
    put(aws, OURS)
    with pytest.raises(ProviderError, match="without a statement"):
        RESOURCE.delete(SETTINGS, "staging", made.state)


def test_it_is_written_by_a_role_that_is_assumed_first(aws: Any, sandbox: Sandbox) -> None:
    aws.create_role(
        RoleName="deployer",
        AssumeRolePolicyDocument=json.dumps(
            document(
                {
                    **statement("Administrator"),
                    "Condition": {"StringEquals": {"sts:ExternalId": "of-the-deployer"}},
                }
            )
        ),
    )
    allowed = {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    aws.put_role_policy(RoleName="deployer", PolicyName="iam", PolicyDocument=text)
    given = {"awsAssumeRoleArn": "arn:aws:iam::123456789012:role/deployer"}
    with pytest.raises(ProviderError, match=r"role/deployer be assumed \(AccessDenied\)"):
        RESOURCE.create(settings_from(given), URN, own())
    given |= {"awsAssumeRoleExternalId": "of-the-deployer"}
    RESOURCE.create(settings_from(given), URN, own())
    assert stored(aws) == [FOREIGN, OURS]
    aws.delete_role_policy(RoleName="deployer", PolicyName="iam")
    # Its own permissions count, and no others.
    with pytest.raises(ProviderError, match=r"AccessDenied[\s\S]*iam:GetRole"):
        RESOURCE.create(settings_from(given), URN, own())


def test_an_import_takes_the_whole_policy(aws: Any) -> None:
    found = RESOURCE.read(SETTINGS, "staging", {}, {})
    assert found is not None
    assert json.loads(found.inputs["policy"]) == document(FOREIGN)


@pytest.mark.parametrize(
    ("inputs", "argument"),
    [
        ({"statements": "[]"}, "roleName"),
        ({"roleName": ARN, "policy": json.dumps(document(OURS))}, "roleName"),
        ({**POLICY, "roleArn": "staging"}, "roleArn"),
        ({**POLICY, "roleArn": f"{ARN}-2"}, "roleArn"),
        ({**POLICY, "aws": {"profile": "x"}}, "aws"),
        ({"roleName": "staging"}, "statements"),
        ({"roleName": "staging", "statements": "[", "policy": "{"}, "statements"),
        ({"roleName": "staging", "statements": '[{"Effect": "Allow"}]'}, "statements"),
        ({"roleName": "staging", "statements": json.dumps([OURS, OURS])}, "statements"),
        ({"roleName": "staging", "policy": "{}"}, "policy"),
        ({"roleName": "staging", "policy": json.dumps(document()), "x": "y"}, "x"),
        (
            {"roleName": "s", "statements": json.dumps([OURS]), "policyOnDelete": "{}"},
            "policyOnDelete",
        ),
    ],
)
def test_a_bad_argument_is_named(inputs: Values, argument: str) -> None:
    found = RESOURCE.check("trust", inputs)
    assert found[0].argument == argument
    assert all(fault.fix for fault in found)


@pytest.mark.parametrize("theirs", [FOREIGN, statement("Ours")], ids=["other Sid", "same Sid"])
def test_a_creation_is_taken_back_only_where_it_was_done(aws: Any, theirs: dict[str, Any]) -> None:
    put(aws, *{each["Sid"]: each for each in (FOREIGN, theirs)}.values())
    before = stored(aws)
    RESOURCE.take_back(SETTINGS, URN, own())
    assert stored(aws) == before
    RESOURCE.create(SETTINGS, URN, own())
    RESOURCE.take_back(SETTINGS, URN, own())
    assert stored(aws) == [FOREIGN]
    RESOURCE.take_back(SETTINGS, URN, {**own(), "roleName": "nobody"})


def test_a_whole_policy_is_taken_back_to_what_a_deletion_leaves(aws: Any) -> None:
    given = whole(document(OURS), on_delete=document(FOREIGN))
    RESOURCE.create(SETTINGS, URN, given)
    RESOURCE.take_back(SETTINGS, URN, given)
    assert stored(aws) == [FOREIGN]
