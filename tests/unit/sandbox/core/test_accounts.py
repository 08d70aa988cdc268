"""Two sandboxes that stand for two AWS accounts, side by side."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import PermissionDenied
from polytomic import Polytomic
from polytomic.core.api_error import ApiError

from sandbox import lifecycle
from sandbox.__main__ import main
from sandbox.client import Sandbox
from sandbox.identities import POLYTOMIC
from tests.accounts import ACCOUNT, OTHER_ACCOUNT, two_accounts
from tests.unit.sandbox.aws.support import allow, trust

Both = tuple[Sandbox, Sandbox]
ROLE = "staging"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    with two_accounts(tmp_path_factory.mktemp("accounts")) as both:
        yield both


@pytest.fixture
def both(started: Both) -> Both:
    for sandbox in started:
        sandbox.reset()
    return started


def client(sandbox: Sandbox, service: str, keys: dict[str, str]) -> Any:
    session: Any = boto3.Session(
        keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"], keys.get("AWS_SESSION_TOKEN")
    )
    return session.client(service, region_name="us-east-1", endpoint_url=sandbox.aws_endpoint)


def make_role(sandbox: Sandbox, principal: str) -> Any:
    made = sandbox.aws_client("iam").create_role(
        RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(trust(principal))
    )
    return made["Role"]


def test_each_is_who_it_says(both: Both) -> None:
    for sandbox, account_id in zip(both, (ACCOUNT, OTHER_ACCOUNT), strict=True):
        found = client(sandbox, "sts", sandbox.environment()).get_caller_identity()
        assert (found["Account"], found["Arn"]) == (
            account_id,
            f"arn:aws:iam::{account_id}:user/administrator",
        )


def test_a_role_of_the_same_name_is_in_both(both: Both) -> None:
    for sandbox, account_id in zip(both, (ACCOUNT, OTHER_ACCOUNT), strict=True):
        role = make_role(sandbox, f"arn:aws:iam::{account_id}:user/administrator")
        assert role["Arn"] == f"arn:aws:iam::{account_id}:role/{ROLE}"
        session = sandbox.aws_client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="test")
        assert session["AssumedRoleUser"]["Arn"] == (
            f"arn:aws:sts::{account_id}:assumed-role/{ROLE}/test"
        )
    here, there = both
    there.aws_client("iam").delete_role(RoleName=ROLE)
    assert here.aws_client("iam").get_role(RoleName=ROLE)
    assert there.aws_client("iam").list_roles()["Roles"] == []


@pytest.mark.parametrize(
    ("service", "call", "code"),
    [
        ("iam", lambda aws: aws.list_roles(), "InvalidClientTokenId"),
        ("sts", lambda aws: aws.get_caller_identity(), "InvalidClientTokenId"),
        ("s3", lambda aws: aws.list_buckets(), "InvalidAccessKeyId"),
        ("kms", lambda aws: aws.list_keys(), "UnrecognizedClientException"),
    ],
)
def test_keys_of_the_other_account_are_refused(
    both: Both, service: str, call: Callable[[Any], Any], code: str
) -> None:
    for sandbox, other in (both, both[::-1]):
        call(client(sandbox, service, sandbox.environment()))
        with pytest.raises(ClientError) as caught:
            call(client(sandbox, service, other.environment()))
        assert caught.value.response["Error"]["Code"] == code


def test_a_session_of_the_other_account_is_refused(both: Both) -> None:
    here, there = both
    arn = make_role(there, there.administrator.arn)["Arn"]
    issued = there.aws_client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    keys = {
        "AWS_ACCESS_KEY_ID": issued["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": issued["SecretAccessKey"],
        "AWS_SESSION_TOKEN": issued["SessionToken"],
    }
    assert client(there, "sts", keys).get_caller_identity()["Account"] == OTHER_ACCOUNT
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        client(here, "sts", keys).get_caller_identity()


def test_the_workspace_and_polytomic_have_tokens_of_their_own_too(both: Both) -> None:
    for sandbox, other in (both, both[::-1]):
        assert list(sandbox.databricks().storage_credentials.list()) == []
        assert sandbox.polytomic().connections.list().data == []
        token = other.environment()["DATABRICKS_TOKEN"]
        with pytest.raises(PermissionDenied, match="Invalid access token"):
            WorkspaceClient(host=sandbox.databricks_host, token=token).current_user.me()
        key = other.environment()["POLYTOMIC_API_KEY"]
        with pytest.raises(ApiError) as caught:
            Polytomic(base_url=sandbox.polytomic_url, token=key).connections.list()
        assert caught.value.status_code == 401


def test_principals_of_the_own_account_must_exist_and_others_need_not(both: Both) -> None:
    _, there = both
    with pytest.raises(ClientError, match="Invalid principal"):
        make_role(there, f"arn:aws:iam::{OTHER_ACCOUNT}:role/nobody")
    assert make_role(there, f"arn:aws:iam::{ACCOUNT}:role/nobody")


def test_policies_of_the_other_account_work_as_they_do_here(both: Both) -> None:
    _, there = both
    iam, s3 = there.aws_client("iam"), there.aws_client("s3")
    arn = make_role(there, POLYTOMIC.arn)["Arn"]
    s3.create_bucket(Bucket="staging-bucket")
    there.settings(denied_actions=["iam:DeleteRole"])
    with pytest.raises(ClientError, match="AccessDenied"):
        iam.delete_role(RoleName=ROLE)
    sts = there.aws_client("sts", POLYTOMIC)
    issued = sts.assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    session = boto3.Session(
        issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"]
    )
    own_s3: Any = session.client("s3", endpoint_url=there.aws_endpoint, region_name="us-east-1")
    with pytest.raises(ClientError, match="AccessDenied"):
        own_s3.list_objects_v2(Bucket="staging-bucket")
    same_account = {"aws:ResourceAccount": OTHER_ACCOUNT}
    policy = allow("s3:ListBucket", StringEquals=same_account)
    iam.put_role_policy(RoleName=ROLE, PolicyName="p", PolicyDocument=json.dumps(policy))
    assert own_s3.list_objects_v2(Bucket="staging-bucket")["KeyCount"] == 0


def test_the_account_of_a_running_sandbox_does_not_change(both: Both) -> None:
    _, there = both
    assert lifecycle.start(there.folder) == there.state
    assert lifecycle.start(there.folder, account_id=OTHER_ACCOUNT) == there.state
    with pytest.raises(lifecycle.SandboxError, match=f"stands for account {OTHER_ACCOUNT}, not"):
        lifecycle.start(there.folder, account_id=ACCOUNT)
    assert lifecycle.healthy(there.folder) == there.state


@pytest.mark.parametrize("account_id", ["", "12345678901", "12345678901x", "568237466542"])
def test_what_can_be_no_account_of_the_sandboxs_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], account_id: str
) -> None:
    folder = tmp_path / "sandbox"
    assert main(["--folder", str(folder), "start", "--account", account_id]) == 1
    assert "No sandbox can stand for account" in capsys.readouterr().err
    assert not folder.exists()


def test_the_status_tells_the_account(both: Both, capsys: pytest.CaptureFixture[str]) -> None:
    _, there = both
    assert main(["--folder", str(there.folder), "status"]) == 0
    assert f"AWS account {OTHER_ACCOUNT}" in capsys.readouterr().out
