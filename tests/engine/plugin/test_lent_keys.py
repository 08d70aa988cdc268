"""Keys of the AWS and the Databricks provider serve our resources, and stand in one provider."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
from pulumi import automation as auto

from pulumi_polytomic import DatabricksStagingAccess, Provider, ProviderArgs
from sandbox.client import Sandbox

from ..component.deployment import Deployment

pytestmark = pytest.mark.engine

NAME = "staging-polytomic-databricks"
EXTERNAL_ID = "8c2f4a1e-6b7d-4e0f-a1b2-c3d4e5f60718"
NOBODY = {"AWS_ACCESS_KEY_ID": "AKIANOBODY0000000000", "AWS_SECRET_ACCESS_KEY": "nobody's"}
OURS = "polytomic-databricks:index:"
Keys = dict[str, str]


@pytest.fixture
def rotate(sandbox: Sandbox) -> Callable[[], Keys]:
    """Gives the deployer new keys, and makes those that it had before worthless."""
    sandbox.reset()
    sandbox.aws_client("s3").create_bucket(Bucket="my-staging-bucket")
    iam = sandbox.aws_client("iam")
    iam.create_user(UserName="deployer")
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
    iam.put_user_policy(UserName="deployer", PolicyName="all", PolicyDocument=document)

    def rotated() -> Keys:
        for old in iam.list_access_keys(UserName="deployer")["AccessKeyMetadata"]:
            iam.delete_access_key(UserName="deployer", AccessKeyId=old["AccessKeyId"])
        made = iam.create_access_key(UserName="deployer")["AccessKey"]
        return {"accessKey": made["AccessKeyId"], "secretKey": made["SecretAccessKey"]}

    return rotated


def staging(name: str = "staging", *providers: pulumi.ProviderResource) -> None:
    DatabricksStagingAccess(
        name,
        {
            "bucket_name": "my-staging-bucket",
            "polytomic_external_id": EXTERNAL_ID,
            "self_trust": "principal",
        },
        pulumi.ResourceOptions(providers=list(providers)),
    )


def with_provider(keys: Keys) -> None:
    """Two components that share an explicit provider."""
    provider = aws.Provider("aws", access_key=keys["accessKey"], secret_key=keys["secretKey"])
    staging("staging", provider)
    staging("second", provider)


def configure(stack: Deployment, keys: Keys) -> None:
    values = {f"aws:{key}": auto.ConfigValue(value, secret=True) for key, value in keys.items()}
    stack.stack.set_all_config(values)


def holders(stack: Deployment, keys: Keys) -> list[str]:
    """Names of the resources in whose state a key stands, encrypted or not."""
    done = subprocess.run(
        ["pulumi", "stack", "export", "--stack", stack.stack.name, "--show-secrets"],
        cwd=stack.folder,
        env={**os.environ, **stack.stack.workspace.env_vars},
        check=True,
        capture_output=True,
        text=True,
    )
    resources = json.loads(done.stdout)["deployment"]["resources"]
    return [
        each["urn"].split("::", 2)[-1]
        for each in resources
        if any(key in json.dumps(each) for key in keys.values())
    ]


def providers(stack: Deployment) -> list[dict[str, Any]]:
    latest = json.loads(stack.state_text)["checkpoint"]["latest"]
    return [each for each in latest["resources"] if each["type"].startswith("pulumi:providers:")]


def roles(sandbox: Sandbox) -> Any:
    return sandbox.aws_client("iam").list_roles()["Roles"]


def test_a_key_of_the_stacks_configuration_that_was_rotated_serves_at_the_next_run(
    rotate: Callable[[], Keys], sandbox: Sandbox, shell: dict[str, str], tmp_path: Path
) -> None:
    stack = Deployment(sandbox, tmp_path, environment=NOBODY)
    keys = rotate()
    configure(stack, keys)
    stack.up(staging)
    assert all(name.startswith("pulumi:providers:") for name in holders(stack, keys))
    newer = rotate()
    configure(stack, newer)
    run = stack.up()
    assert ("update", "polytomic-databricks-access") in run.steps
    assert run.changes("staging") == {}
    assert holders(stack, keys) == []
    stack.destroy()
    assert roles(sandbox) == []


def test_it_serves_a_destroy_at_once_that_runs_the_program(
    rotate: Callable[[], Keys], sandbox: Sandbox, shell: dict[str, str], tmp_path: Path
) -> None:
    stack = Deployment(sandbox, tmp_path, environment=NOBODY)
    configure(stack, rotate())
    stack.up(staging)
    configure(stack, rotate())
    # The AWS provider itself has no other keys than those of its last run.
    assert "InvalidClientTokenId" in stack.destroy(fails=True).text
    stack.destroy(run_program=True)
    assert roles(sandbox) == []


def test_a_key_of_the_environment_is_in_no_state_and_serves_any_next_run(
    rotate: Callable[[], Keys], sandbox: Sandbox, shell: dict[str, str], tmp_path: Path
) -> None:
    stack = Deployment(sandbox, tmp_path)
    for step in (stack.up, stack.refresh, stack.destroy):
        keys = rotate()
        stack.stack.workspace.env_vars = {
            **stack.stack.workspace.env_vars,
            "AWS_ACCESS_KEY_ID": keys["accessKey"],
            "AWS_SECRET_ACCESS_KEY": keys["secretKey"],
        }
        stack.program = staging
        step()
        if step != stack.destroy:
            assert holders(stack, keys) == []
    assert roles(sandbox) == []


def test_an_explicit_providers_key_is_lent_once_to_all_components(
    rotate: Callable[[], Keys], sandbox: Sandbox, shell: dict[str, str], tmp_path: Path
) -> None:
    stack = Deployment(sandbox, tmp_path, environment=NOBODY)
    keys = rotate()
    stack.up(lambda: with_provider(keys))
    assert holders(stack, keys) == [
        "pulumi:providers:aws::aws",
        "pulumi:providers:polytomic-databricks::polytomic-databricks-access-aws",
    ]
    newer = rotate()
    run = stack.up(lambda: with_provider(newer))
    assert run.changes("staging") == run.changes("second") == {}
    stack.destroy()
    assert roles(sandbox) == []


def test_moving_to_an_explicit_provider_replaces_nothing_of_ours(
    rotate: Callable[[], Keys], sandbox: Sandbox, shell: dict[str, str], tmp_path: Path
) -> None:
    stack = Deployment(sandbox, tmp_path)
    stack.up(staging)
    assert "polytomic-databricks-access" not in stack.state_text
    keys = rotate()
    run = stack.up(lambda: with_provider(keys))
    assert run.changes("staging") == {}
    used = {
        each["type"]: each["provider"] for each in stack.resources().values() if "provider" in each
    }
    assert all(
        "::polytomic-databricks-access-aws::" in used[OURS + kind]
        for kind in ("RoleTrustPolicy", "StagingAccessCheck")
    )
    assert stack.up(staging).changes("staging") == {}


def test_what_cannot_be_lent_is_told_before_anything_is_made(
    rotate: Callable[[], Keys], sandbox: Sandbox, shell: dict[str, str], tmp_path: Path
) -> None:
    stack = Deployment(sandbox, tmp_path)
    credentials = tmp_path / "credentials"
    keys = rotate()
    credentials.write_text(
        "[default]\n"
        f"aws_access_key_id = {keys['accessKey']}\naws_secret_access_key = {keys['secretKey']}\n"
    )

    def program(ours: ProviderArgs | None) -> None:
        provider = aws.Provider("aws", shared_credentials_files=[str(credentials)])
        own = [Provider("ours", ours)] if ours is not None else []
        staging("staging", provider, *own)

    for run in (stack.preview, stack.up):
        said = run(lambda: program(None), fails=True).text
        assert "The AWS provider 'aws' is configured with sharedCredentialsFiles" in said
        assert "Pass a Provider of this package with awsProfile (aws_profile)" in said
    assert roles(sandbox) == []
    own: ProviderArgs = {"aws_access_key": keys["accessKey"], "aws_secret_key": keys["secretKey"]}
    stack.up(lambda: program(own))
    stack.destroy()


def test_a_role_to_assume_in_the_stacks_configuration_is_lent_or_refused(
    rotate: Callable[[], Keys], sandbox: Sandbox, shell: dict[str, str], tmp_path: Path
) -> None:
    iam = sandbox.aws_client("iam")
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
    deployer = iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName="deployer", PolicyName="all", PolicyDocument=document)
    stack = Deployment(sandbox, tmp_path)
    role = {"roleArn": deployer["Role"]["Arn"], "policy": document}
    stack.stack.set_config("aws:assumeRoles", auto.ConfigValue(json.dumps([role])))
    said = stack.up(staging, fails=True).text
    assert "The AWS provider is configured with assumeRoles" in said
    assert [each["RoleName"] for each in roles(sandbox)] == ["deployer"]
    del role["policy"]
    stack.stack.set_config("aws:assumeRoles", auto.ConfigValue(json.dumps([role])))
    stack.up()
    [lent] = [each for each in providers(stack) if each["urn"].endswith("databricks-access")]
    assert lent["outputs"]["awsAssumeRoleArn"] == role["roleArn"]
    stack.destroy()
