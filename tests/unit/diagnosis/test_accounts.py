"""The account of the credentials is compared with the role's."""

import pytest

from pulumi_polytomic.diagnosis.aws_role import read_role
from pulumi_polytomic.diagnosis.clients import refuse_another_account
from pulumi_polytomic.diagnosis.model import UnseenError, WrongAccountError
from sandbox.client import Sandbox

ROLE = "arn:aws:iam::222222222222:role/staging"


@pytest.mark.parametrize(
    "found",
    [
        "arn:aws:iam::222222222222:user/someone",
        "arn:aws:sts::222222222222:assumed-role/deployer/session",
        "arn:aws:iam::222222222222:root",
    ],
)
def test_the_same_account_passes(found: str) -> None:
    refuse_another_account(ROLE, found)


@pytest.mark.parametrize(
    "found",
    ["arn:aws:iam::123456789012:user/someone", "arn:aws-us-gov:iam::222222222222:user/someone"],
)
def test_another_account_or_partition_is_named_with_the_expected_one(found: str) -> None:
    with pytest.raises(WrongAccountError) as error:
        refuse_another_account(ROLE, found)
    assert ROLE in str(error.value) and found in str(error.value)


def test_a_role_that_another_account_answers_with_is_not_read_further(sandbox: Sandbox) -> None:
    iam = sandbox.aws_client("iam")
    document = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": '
    document += '"sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}]}'
    iam.create_role(RoleName="staging", AssumeRolePolicyDocument=document)
    sandbox.clear_calls()
    with pytest.raises(WrongAccountError, match="222222222222"):
        read_role(iam, ROLE)
    assert [call["operation"] for call in sandbox.calls()] == ["iam:GetRole"]
    with pytest.raises(UnseenError, match="role of this name"):
        read_role(iam, "arn:aws:iam::123456789012:role/data/staging")
