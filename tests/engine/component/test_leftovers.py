"""What an earlier run made and could not tell of: the next one says how to take it over."""

import json
import os
import re
import shlex
import subprocess

import pytest
from databricks.sdk.service.catalog import AwsIamRoleRequest

from pulumi_polytomic import DatabricksStagingAccess

from .conftest import NewStack
from .deployment import Deployment

pytestmark = pytest.mark.engine

NAME = "staging-polytomic-databricks"
TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::568237466542:root"},
        "Action": "sts:AssumeRole",
    },
}


def program() -> None:
    DatabricksStagingAccess(
        "staging",
        bucket_name="my-staging-bucket",
        polytomic_external_id="8c2f4a1e-6b7d-4e0f-a1b2-c3d4e5f60718",
        check_access=False,
    )


def test_the_command_that_is_named_takes_it_over(new_stack: NewStack) -> None:
    stack = new_stack()
    stack.sandbox.databricks().storage_credentials.create(
        name=NAME,
        aws_iam_role=AwsIamRoleRequest(role_arn=f"arn:aws:iam::123456789012:role/{NAME}"),
        skip_validation=True,
    )
    stack.sandbox.aws_client("iam").create_role(
        RoleName=NAME, AssumeRolePolicyDocument=json.dumps(TRUST)
    )
    for child in ("credential", "role"):
        said = stack.up(program, fails=True).text
        assert f"'{NAME}' exists already." in said
        _import(stack, said, child)
    stack.up(program)
    assert set(stack.up().summary) == {"same"}
    # Without the program, whose hooks are named in the state.
    _pulumi(stack, "destroy", "--yes", "--skip-preview")
    assert stack.sandbox.aws_client("iam").list_roles()["Roles"] == []
    assert list(stack.sandbox.databricks().storage_credentials.list()) == []


def _import(stack: Deployment, said: str, child: str) -> None:
    [command] = set(re.findall(rf"pulumi (import \S+ staging-{child} .*)", said))
    _pulumi(stack, *shlex.split(command), "--yes", "--protect=false", "--generate-code=false")


def _pulumi(stack: Deployment, *arguments: str) -> None:
    done = subprocess.run(
        ["pulumi", *arguments, "--non-interactive", "--stack", stack.stack.name],
        cwd=stack.folder,
        env={**os.environ, **stack.stack.workspace.env_vars},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
