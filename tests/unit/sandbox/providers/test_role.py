import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sandbox.client import Sandbox
from sandbox.providers.values import UNKNOWN
from tests.unit.sandbox.providers.support import Plugin, RefusalError

ROLE = "aws:iam/role:Role"
ACCOUNT = "123456789012"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Root",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
SAME_TRUST = json.dumps(
    {
        "Statement": {
            "Action": ["sts:AssumeRole"],
            "Principal": {"AWS": [ACCOUNT]},
            "Effect": "Allow",
            "Sid": "Root",
        },
        "Version": "2012-10-17",
    }
)
OTHER_TRUST = TRUST.replace("Root", "Other")
BASE: dict[str, Any] = {"name": "staging", "assumeRolePolicy": TRUST}


def trusting(principal: str) -> str:
    return TRUST.replace(f"arn:aws:iam::{ACCOUNT}:root", principal)


def test_create_gives_every_output(aws: Plugin) -> None:
    role_id, state = aws.create(ROLE, {**BASE, "path": "/x/", "tags": {"a": "b"}})
    assert role_id == "staging"
    assert state["arn"] == f"arn:aws:iam::{ACCOUNT}:role/x/staging"
    assert state["uniqueId"].startswith("AROA")
    assert state["assumeRolePolicy"] == TRUST
    assert (state["maxSessionDuration"], state["forceDetachPolicies"]) == (3600, False)
    assert state["tags"] == state["tagsAll"] == {"a": "b"}
    assert state["managedPolicyArns"] == state["inlinePolicies"] == []


def test_preview_of_a_creation_knows_inputs_and_no_more(aws: Plugin) -> None:
    role_id, state = aws.create(ROLE, {**BASE, "assumeRolePolicy": UNKNOWN}, preview=True)
    assert role_id == ""
    assert state["name"] == "staging"
    assert {state["arn"], state["uniqueId"], state["assumeRolePolicy"]} == {UNKNOWN}


def test_preview_of_an_update_keeps_what_stays(aws: Plugin) -> None:
    role_id, state = aws.create(ROLE, BASE)
    plan = aws.update(ROLE, role_id, state, {**BASE, "assumeRolePolicy": UNKNOWN}, preview=True)
    assert plan["arn"] == state["arn"]
    assert plan["uniqueId"] == state["uniqueId"]
    assert plan["assumeRolePolicy"] is UNKNOWN


def test_the_same_arguments_are_no_change(aws: Plugin) -> None:
    _, state = aws.create(ROLE, BASE)
    found = aws.diff(ROLE, state, BASE)
    assert found.changes == found.DIFF_NONE
    assert not found.detailedDiff


def test_a_policy_that_means_the_same_is_no_change(aws: Plugin) -> None:
    _, state = aws.create(ROLE, BASE)
    found = aws.diff(ROLE, state, {**BASE, "assumeRolePolicy": SAME_TRUST})
    assert found.changes == found.DIFF_NONE


@pytest.mark.parametrize(
    ("change", "replaces"),
    [
        ({"name": "other"}, ["name"]),
        ({"path": "/x/"}, ["path"]),
        ({"assumeRolePolicy": OTHER_TRUST}, []),
        ({"description": "what for"}, []),
        ({"maxSessionDuration": 7200}, []),
        ({"permissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/b"}, []),
        ({"tags": {"a": "b"}}, []),
        ({"forceDetachPolicies": True}, []),
    ],
)
def test_what_replaces_a_role(aws: Plugin, change: dict[str, Any], replaces: list[str]) -> None:
    _, state = aws.create(ROLE, BASE)
    found = aws.diff(ROLE, state, {**BASE, **change})
    assert found.changes == found.DIFF_SOME
    assert list(found.replaces) == replaces
    assert list(found.diffs) == list(change)


@pytest.mark.parametrize(
    ("inputs", "change", "first"),
    [
        (BASE, {"path": "/x/"}, True),
        (BASE, {"name": "other"}, False),
        ({"assumeRolePolicy": TRUST}, {"path": "/x/"}, False),
    ],
)
def test_a_name_that_stays_taken_is_freed_first(
    aws: Plugin, inputs: dict[str, Any], change: dict[str, Any], first: bool
) -> None:
    _, state = aws.create(ROLE, inputs)
    assert aws.diff(ROLE, state, {**inputs, **change}).deleteBeforeReplace is first


def test_every_change_in_place_reaches_iam(aws: Plugin, sandbox: Sandbox) -> None:
    iam = sandbox.aws_client("iam")
    boundary = iam.create_policy(PolicyName="b", PolicyDocument=json.dumps(ALLOW_ALL))
    role_id, state = aws.create(ROLE, {**BASE, "description": "old", "tags": {"a": "1", "b": "2"}})
    state = aws.update(
        ROLE,
        role_id,
        state,
        {
            **BASE,
            "assumeRolePolicy": OTHER_TRUST,
            "maxSessionDuration": 7200,
            "permissionsBoundary": boundary["Policy"]["Arn"],
            "tags": {"a": "3"},
        },
    )
    role = iam.get_role(RoleName="staging")["Role"]
    assert role["AssumeRolePolicyDocument"] == json.loads(OTHER_TRUST)
    assert not role.get("Description")
    assert role["MaxSessionDuration"] == 7200
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary["Policy"]["Arn"]
    assert role["Tags"] == [{"Key": "a", "Value": "3"}]
    aws.update(ROLE, role_id, state, BASE)
    assert "PermissionsBoundary" not in iam.get_role(RoleName="staging")["Role"]


def test_a_made_up_name_is_kept(aws: Plugin) -> None:
    first = aws.check(ROLE, {"assumeRolePolicy": TRUST})
    assert first["name"].startswith("thing-")
    assert len(first["name"]) == len("thing-") + 7
    assert aws.check(ROLE, {"assumeRolePolicy": TRUST}, first)["name"] == first["name"]


def test_refresh_shows_drift(aws: Plugin, sandbox: Sandbox) -> None:
    role_id, state = aws.create(ROLE, BASE)
    inputs = aws.check(ROLE, BASE)
    iam = sandbox.aws_client("iam")
    iam.update_assume_role_policy(RoleName="staging", PolicyDocument=OTHER_TRUST)
    iam.update_role_description(RoleName="staging", Description="drifted")
    _, now, found = aws.read(ROLE, role_id, state, inputs)
    assert json.loads(now["assumeRolePolicy"]) == json.loads(OTHER_TRUST)
    assert found["description"] == "drifted"
    assert set(aws.diff(ROLE, now, BASE).diffs) == {"assumeRolePolicy", "description"}


def test_refresh_without_drift_changes_nothing(aws: Plugin) -> None:
    role_id, state = aws.create(ROLE, {**BASE, "assumeRolePolicy": SAME_TRUST})
    inputs = aws.check(ROLE, {**BASE, "assumeRolePolicy": SAME_TRUST})
    assert aws.read(ROLE, role_id, state, inputs) == (role_id, state, inputs)


def test_a_role_that_is_gone_leaves_the_state(aws: Plugin) -> None:
    assert aws.read(ROLE, "nobody", BASE, BASE) == ("", {}, {})


def test_import_finds_the_arguments(aws: Plugin, sandbox: Sandbox) -> None:
    sandbox.aws_client("iam").create_role(
        RoleName="old",
        Path="/x/",
        AssumeRolePolicyDocument=TRUST,
        Description="d",
        Tags=[{"Key": "a", "Value": "b"}],
    )
    role_id, state, inputs = aws.read(ROLE, "old")
    given = {"name": "old", "path": "/x/", "description": "d", "tags": {"a": "b"}}
    assert role_id == "old"
    assert {key: inputs[key] for key in given} == given
    assert json.loads(inputs["assumeRolePolicy"]) == json.loads(TRUST)
    found = aws.diff(ROLE, state, {**given, "assumeRolePolicy": SAME_TRUST})
    assert found.changes == found.DIFF_NONE


def test_deleting_what_is_gone_is_fine(aws: Plugin, sandbox: Sandbox) -> None:
    role_id, state = aws.create(ROLE, BASE)
    sandbox.aws_client("iam").delete_role(RoleName="staging")
    aws.delete(ROLE, role_id, state)


def test_a_role_with_a_strangers_policy_is_kept_unless_forced(
    aws: Plugin, sandbox: Sandbox
) -> None:
    role_id, state = aws.create(ROLE, BASE)
    iam = sandbox.aws_client("iam")
    iam.put_role_policy(RoleName="staging", PolicyName="p", PolicyDocument=json.dumps(ALLOW_ALL))
    with pytest.raises(RefusalError, match=r"deleting IAM Role \(staging\): DeleteConflict"):
        aws.delete(ROLE, role_id, state)
    aws.delete(ROLE, role_id, {**state, "forceDetachPolicies": True})
    assert not iam.list_roles(PathPrefix="/")["Roles"]


def test_a_principal_that_appears_late_is_waited_for(aws: Plugin, sandbox: Sandbox) -> None:
    late = f"arn:aws:iam::{ACCOUNT}:role/late"
    with ThreadPoolExecutor() as threads:
        role = threads.submit(aws.create, ROLE, {**BASE, "assumeRolePolicy": trusting(late)})
        while not _refused_once(sandbox):
            assert not role.done()
        sandbox.aws_client("iam").create_role(RoleName="late", AssumeRolePolicyDocument=TRUST)
        assert role.result()[0] == "staging"


def test_a_principal_that_never_appears_is_told(aws: Plugin) -> None:
    with pytest.raises(RefusalError, match="MalformedPolicyDocument: Invalid principal"):
        aws.create(ROLE, {**BASE, "assumeRolePolicy": trusting(f"arn:aws:iam::{ACCOUNT}:role/no")})


@pytest.mark.parametrize("code", ["Throttling"])
def test_throttling_is_waited_out(aws: Plugin, sandbox: Sandbox, code: str) -> None:
    sandbox.fault(
        service="aws", operation="iam:CreateRole", action="error", status=400, code=code, times=1
    )
    assert aws.create(ROLE, BASE)[0] == "staging"


def test_a_lost_answer_ends_as_with_the_real_provider(aws: Plugin, sandbox: Sandbox) -> None:
    sandbox.fault(service="aws", operation="iam:CreateRole", action="lose-answer", times=1)
    with pytest.raises(RefusalError, match="EntityAlreadyExists") as caught:
        aws.create(ROLE, BASE)
    assert caught.value.partly is None


def test_a_role_whose_policies_fail_is_saved(aws: Plugin, sandbox: Sandbox) -> None:
    sandbox.fault(
        service="aws", operation="iam:AttachRolePolicy", action="error", status=400, code="Nope"
    )
    with pytest.raises(RefusalError, match="Nope") as caught:
        aws.create(ROLE, {**BASE, "managedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]})
    assert caught.value.partly is not None
    role_id, state = caught.value.partly
    assert role_id == "staging"
    assert state["uniqueId"].startswith("AROA")


def test_exclusive_policies_are_set_and_taken_away(aws: Plugin, sandbox: Sandbox) -> None:
    iam = sandbox.aws_client("iam")
    inline = [{"name": "p", "policy": json.dumps(ALLOW_ALL)}]
    role_id, state = aws.create(ROLE, {**BASE, "inlinePolicies": inline})
    assert aws.diff(ROLE, state, {**BASE, "inlinePolicies": inline}).changes == 1
    managed = iam.create_policy(PolicyName="m", PolicyDocument=json.dumps(ALLOW_ALL))
    arns = [managed["Policy"]["Arn"]]
    aws.update(ROLE, role_id, state, {**BASE, "inlinePolicies": [], "managedPolicyArns": arns})
    assert iam.list_role_policies(RoleName="staging")["PolicyNames"] == []
    attached = iam.list_attached_role_policies(RoleName="staging")["AttachedPolicies"]
    assert [item["PolicyArn"] for item in attached] == arns


def test_a_hundred_roles_at_once(aws: Plugin) -> None:
    with ThreadPoolExecutor(100) as threads:
        made = list(
            threads.map(lambda n: aws.create(ROLE, {**BASE, "name": f"role-{n}"})[0], range(100))
        )
    assert made == [f"role-{n}" for n in range(100)]


def _refused_once(sandbox: Sandbox) -> bool:
    return any(
        call["operation"] == "iam:CreateRole" and call["status"] == 400
        for call in sandbox.calls("aws")
    )


ALLOW_ALL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
}
