"""One program, two AWS accounts: the environment's and that of a provider of the program's own."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.client import Sandbox
from tests.accounts import ACCOUNT, OTHER_ACCOUNT, aws_settings, two_accounts
from tests.engine.providers.support import EngineError, Stack

pytestmark = pytest.mark.engine

PROGRAM = """
import json, pulumi, pulumi_aws as aws
settings = json.loads({settings!r})
other = aws.Provider("other", **settings)
for name, provider in (("here", None), ("there", other)):
    opts = pulumi.ResourceOptions(provider=provider)
    account = aws.get_caller_identity(opts=pulumi.InvokeOptions(provider=provider)).account_id
    trust = {{"Version": "2012-10-17", "Statement": [{{
        "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {{"AWS": f"arn:aws:iam::{{account}}:root"}}}}]}}
    role = aws.iam.Role(name, name="staging", assume_role_policy=json.dumps(trust), opts=opts)
    pulumi.export(name, role.arn)
"""


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, Sandbox]]:
    with two_accounts(tmp_path_factory.mktemp("accounts")) as sandboxes:
        yield sandboxes


def test_the_role_of_one_name_is_made_in_both_accounts(
    both: tuple[Sandbox, Sandbox], pulumi: str, tmp_path: Path
) -> None:
    here, there = both
    program = PROGRAM.format(settings=json.dumps(aws_settings(there)))
    stack = Stack(tmp_path / "accounts", here, pulumi, program)
    assert stack.up() == {"created": 4}
    assert stack.outputs() == {
        "here": f"arn:aws:iam::{ACCOUNT}:role/staging",
        "there": f"arn:aws:iam::{OTHER_ACCOUNT}:role/staging",
    }
    for sandbox in both:
        role = sandbox.aws_client("iam").get_role(RoleName="staging")["Role"]
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"AWS": f"arn:aws:iam::{sandbox.account_id}:root"}
    stack.destroy()
    assert [sandbox.aws_client("iam").list_roles()["Roles"] for sandbox in both] == [[], []]


def test_keys_of_one_account_at_the_other_are_refused(
    both: tuple[Sandbox, Sandbox], pulumi: str, tmp_path: Path
) -> None:
    here, there = both
    settings = {**aws_settings(there), "endpoints": aws_settings(here)["endpoints"]}
    stack = Stack(tmp_path / "keys", here, pulumi, PROGRAM.format(settings=json.dumps(settings)))
    with pytest.raises(EngineError, match="InvalidClientTokenId"):
        stack.up()
    assert there.aws_client("iam").list_roles()["Roles"] == []
