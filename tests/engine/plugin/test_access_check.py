"""What the check says of an access that no waiting brings, and how long it takes for that."""

import json
import os
import re
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from databricks.sdk.service.catalog import AwsIamRoleRequest

from pulumi_polytomic import StagingAccessCheck
from sandbox.client import Sandbox

from ..component.deployment import Deployment, Program
from ..waiting import faults, wait_until
from .conftest import YamlStack
from .support import ARN, BUCKET, ROLE, connections, make_roles
from .test_in_process import program, stack

__all__ = ["stack"]
pytestmark = pytest.mark.engine

DEADLINE_S: Final = 10


def timed(run: Callable[[], Any]) -> tuple[Any, float]:
    """Gives what the run gives, and the seconds that it took."""
    start = time.monotonic()
    answer = run()
    return answer, time.monotonic() - start


def soon(preview_s: float) -> float:
    """Gives what a failing update may take: 15 s, unless this machine has much else to do."""
    return max(15.0, 2 * preview_s)


def check(run: int, **more: Any) -> Program:
    """A check that stands alone and is made anew in each ``run``."""

    def every() -> None:
        given = {"role_arn": ARN, "bucket_name": BUCKET, "triggers": {"run": str(run)}, **more}
        StagingAccessCheck("check", **given)

    return every


@pytest.fixture
def by_hand(sandbox: Sandbox, shell: dict[str, str], tmp_path: Path) -> Deployment:
    """A stack for checks of a role of another team, which Databricks can use."""
    sandbox.reset()
    make_roles(sandbox)
    return Deployment(sandbox, tmp_path)


def test_a_bucket_that_does_not_exist_fails_at_once_and_the_next_update_heals(
    stack: Deployment, sandbox: Sandbox
) -> None:
    _, preview_s = timed(lambda: stack.preview(lambda: program("no-such-bucket")))
    run, took_s = timed(lambda: stack.up(fails=True))
    assert took_s < soon(preview_s)
    assert "Bucket no-such-bucket does not exist. Create it in account 123456789012" in run.text
    # Each of the two attempts is shown once, the last one as the failure.
    assert [run.text.count(f"attempt {number}: ") for number in (1, 2)] == [1, 0]
    assert "pulumi up again" not in run.text
    sandbox.aws_client("s3").create_bucket(Bucket="no-such-bucket")
    assert stack.up().changes("staging") == {"check": ["create"]}


HANGING: Final = [
    ("databricks", "StorageCredentials.Validate", "Databricks", {"storage_credential_name": ROLE}),
    ("databricks", "*", "Databricks", {"storage_credential_name": ROLE}),
    ("polytomic", "connections.list", "Polytomic", {"connection_id": "any"}),
    ("aws", "iam:GetRole", "AWS", {}),
    ("aws", "*", "AWS", {}),
]
"""Service, operation, its name in the error, and who is asked beside AWS."""


def test_a_service_that_hangs_is_named_by_the_deadline(
    by_hand: Deployment, sandbox: Sandbox
) -> None:
    _, preview_s = timed(partial(by_hand.preview, check(0)))
    for number, (service, operation, named, asked) in enumerate(HANGING):
        sandbox.fault(service=service, operation=operation, action="hang", times=0)
        hangs = check(number, deadline=DEADLINE_S, **asked)
        run, took_s = timed(partial(by_hand.up, hangs, fails=True))
        assert took_s < soon(preview_s + DEADLINE_S / 2)
        assert f"{named} did not answer within" in run.text
        sandbox.clear_faults()
    by_hand.up(check(99, storage_credential_name=ROLE))


def test_an_interrupt_ends_a_call_that_hangs(yaml_stack: YamlStack, sandbox: Sandbox) -> None:
    sandbox.reset()
    make_roles(sandbox)
    given = {"roleArn": ARN, "bucketName": BUCKET, "storageCredentialName": ROLE}
    kind = "polytomic-databricks:StagingAccessCheck"
    yaml_stack.write({"check": {"type": kind, "properties": given}})
    sandbox.fault(service="databricks", operation="StorageCredentials.Validate", action="hang")
    process = yaml_stack.start("up")
    try:
        wait_until(lambda: not faults(sandbox))
        os.kill(process.pid, signal.SIGINT)
        start = time.monotonic()
        said, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    # The call is over within two seconds; then the engine ends its plugins.
    assert time.monotonic() - start < 4
    # In the engine's words or in ours: both cancel.
    assert re.search("check .*creating failed.* error: .*cancelled", said, re.IGNORECASE)
    sandbox.clear_faults()
    yaml_stack.up()


def test_a_location_on_the_staging_path_is_no_obstacle_to_the_next_proof(
    stack: Deployment, sandbox: Sandbox
) -> None:
    stack.up(program)
    workspace = sandbox.databricks()
    workspace.external_locations.create(
        "staged", "s3://my-staging-bucket", "staging-polytomic-databricks"
    )
    # Another connection has another external ID, for which the trust policy is written anew.
    sandbox.polytomic().connections.delete(str(connections(sandbox)[0].id))
    stack.refresh()
    changes = stack.up().changes("staging")
    assert (changes["role"], changes["check"]) == (["update"], ["update"])
    assert stack.up().summary == {"same": 7}


def test_a_location_of_another_credential_says_what_is_meant_for_it(
    by_hand: Deployment, sandbox: Sandbox
) -> None:
    workspace = sandbox.databricks()
    theirs = AwsIamRoleRequest(role_arn=ARN)
    workspace.storage_credentials.create("theirs", aws_iam_role=theirs, skip_validation=True)
    workspace.external_locations.create("lake", f"s3://{BUCKET}", "theirs", skip_validation=True)
    asked = check(1, storage_credential_name=ROLE)
    run = by_hand.up(asked, fails=True)
    assert "is covered already by external location 'lake' (credential 'theirs')" in run.text
    assert 'storage_credential="none"' in run.text
    assert "attempt 1: " not in run.text


def test_a_credential_that_was_given_away_is_no_longer_waited_for(
    by_hand: Deployment, sandbox: Sandbox
) -> None:
    sandbox.databricks().storage_credentials.update(ROLE, owner="somebody@example.com")
    sandbox.settings(databricks_metastore_admin=False)
    asked = check(1, storage_credential_name=ROLE)
    run = by_hand.up(asked, fails=True)
    assert "does so for the credential's owner ('somebody@example.com')" in run.text
    assert "attempt 1: " not in run.text


def test_another_account_is_told_before_anything_is_made(
    stack: Deployment, sandbox: Sandbox
) -> None:
    said = "account_id: is '210987654321', and the AWS provider is in '123456789012'"
    for run in (stack.preview, stack.up):
        text = run(lambda: program(account_id="210987654321"), fails=True).text
        assert said in " ".join(text.split())
        assert "Traceback" not in text
    assert set(stack.resources()) <= {"component-test", "staging"}
    assert sandbox.aws_client("iam").list_roles()["Roles"] == []


def test_a_role_that_was_made_anew_is_proved_again(stack: Deployment, sandbox: Sandbox) -> None:
    stack.up(program)
    client = sandbox.aws_client("iam")
    name = "staging-polytomic-databricks"
    role = client.get_role(RoleName=name)["Role"]
    policy = "polytomic-databricks-staging-access"
    permissions = client.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
    client.delete_role_policy(RoleName=name, PolicyName=policy)
    client.delete_role(RoleName=name)
    trust = json.dumps(role["AssumeRolePolicyDocument"])
    client.create_role(
        RoleName=name, AssumeRolePolicyDocument=trust, Description=role["Description"]
    )
    client.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(permissions))
    assert stack.up().summary == {"same": 7}
    stack.refresh()
    assert stack.up().changes("staging") == {"check": ["update"]}
    assert stack.up().summary == {"same": 7}
