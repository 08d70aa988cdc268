"""An explicit AWS provider of one account, while the environment's credentials are another's."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_databricks as databricks
import pytest

from pulumi_polytomic import DatabricksStagingAccess, Provider, ProviderArgs, RoleTrustPolicy
from pulumi_polytomic.staging_access.arguments import SelfTrust
from sandbox.client import Sandbox
from sandbox.tokens import databricks_token
from tests.accounts import ACCOUNT, OTHER_ACCOUNT, aws_settings, two_accounts

from ..component.deployment import Deployment
from .conftest import YamlStack
from .support import with_language
from .test_component import TYPE

pytestmark = pytest.mark.engine

NAME = "staging-polytomic-databricks"
BUCKET = "my-staging-bucket"


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, cli_folder: Path | None
) -> Iterator[tuple[Sandbox, Sandbox]]:
    """The sandboxes of the environment's account, and of the one that is deployed to."""
    with two_accounts(tmp_path_factory.mktemp("accounts"), cli_folder) as sandboxes:
        yield sandboxes


@pytest.fixture
def here(both: tuple[Sandbox, Sandbox]) -> Sandbox:
    """The account of the environment, with a role of the same name that is somebody else's."""
    sandbox, _ = both
    sandbox.reset()
    sandbox.aws_client("iam").create_role(RoleName=NAME, AssumeRolePolicyDocument=THEIRS)
    sandbox.clear_calls()
    return sandbox


@pytest.fixture
def there(both: tuple[Sandbox, Sandbox]) -> Sandbox:
    """The account that is deployed to."""
    _, sandbox = both
    sandbox.reset()
    sandbox.aws_client("s3").create_bucket(Bucket=BUCKET)
    return sandbox


THEIRS = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


def trusted(sandbox: Sandbox) -> Any:
    """The trust policy of the role in an account."""
    return sandbox.aws_client("iam").get_role(RoleName=NAME)["Role"]["AssumeRolePolicyDocument"]


def program(
    there: Sandbox,
    prefix: str = "",
    own: ProviderArgs | None = None,
    self_trust: SelfTrust = "principal",
) -> None:
    settings: Any = aws_settings(there)
    DatabricksStagingAccess(
        "staging",
        {
            "bucket_name": BUCKET,
            "bucket_prefix": prefix,
            "polytomic_external_id": "8c2f4a1e-6b7d-4e0f-a1b2-c3d4e5f60718",
            "self_trust": self_trust,
        },
        pulumi.ResourceOptions(
            providers=[
                aws.Provider("there", **settings),
                databricks.Provider(
                    "workspace",
                    host=there.databricks_host,
                    token=databricks_token(there.account_id),
                ),
                *([Provider("own", own)] if own is not None else []),
            ]
        ),
    )


def yaml_resources(there: Sandbox, prefix: str = "") -> dict[str, Any]:
    """Two of our components, which share what is lent to them."""
    settings = aws_settings(there)
    workspace = {"host": there.databricks_host, "token": databricks_token(there.account_id)}
    staging = {
        "bucketName": BUCKET,
        "bucketPrefix": prefix,
        "polytomicExternalId": "8c2f4a1e-6b7d-4e0f-a1b2-c3d4e5f60718",
        "selfTrust": "principal",
    }
    options = {"providers": ["${there}", "${workspace}"]}
    return {
        "there": {
            "type": "pulumi:providers:aws",
            "properties": {
                "region": settings["region"],
                "accessKey": settings["access_key"],
                "secretKey": settings["secret_key"],
                "endpoints": settings["endpoints"],
            },
        },
        "workspace": {"type": "pulumi:providers:databricks", "properties": workspace},
        "staging": {"type": TYPE, "properties": staging, "options": options},
        "second": {"type": TYPE, "properties": staging, "options": options},
    }


def test_nothing_is_touched_in_the_account_of_the_environment(
    here: Sandbox, there: Sandbox, shell: dict[str, str], tmp_path: Path
) -> None:
    stack = Deployment(here, tmp_path)
    stack.up(lambda: program(there))
    arn = f"arn:aws:iam::{OTHER_ACCOUNT}:role/{NAME}"
    assert trusted(there)["Statement"][0]["Principal"]["AWS"][-1] == arn
    assert stack.resources()["staging-trust"]["outputs"]["roleArn"] == arn
    assert stack.up().summary == {"same": 10}
    run = stack.up(lambda: program(there, "polytomic"))
    assert run.changes("staging") == {"policy": ["update"], "check": ["update"]}
    stack.refresh()
    assert stack.up().changes("staging") == {}
    stack.destroy()
    assert there.aws_client("iam").list_roles()["Roles"] == []
    assert here.calls() == []
    assert trusted(here) == json.loads(THEIRS)


def test_nor_is_it_by_a_program_in_another_language(
    here: Sandbox, there: Sandbox, shell: dict[str, str], tmp_path: Path, plugin: Path
) -> None:
    environment = with_language({**os.environ, **here.process_environment(), **shell}, "yaml")
    stack = YamlStack(tmp_path / "yaml", plugin, environment)
    stack.write(yaml_resources(there))
    stack.up()
    arn = f"arn:aws:iam::{OTHER_ACCOUNT}:role/{NAME}"
    assert trusted(there)["Statement"][0]["Principal"]["AWS"][-1] == arn
    made = stack.resources()
    assert [name for name in made if "access-there-workspace" in name] == [
        "polytomic-databricks-access-there-workspace"
    ]
    stack.write(yaml_resources(there, "polytomic"))
    assert "staging-check updated" in stack.up()
    stack.run("refresh", "--yes", "--skip-preview")
    stack.run("destroy", "--yes", "--skip-preview")
    assert there.aws_client("iam").list_roles()["Roles"] == []
    assert here.calls() == []
    assert trusted(here) == json.loads(THEIRS)


BOTH = f"is in account {OTHER_ACCOUNT}, and these credentials are of account {ACCOUNT}"


def test_keys_of_the_wrong_account_end_the_run_and_name_both(
    here: Sandbox, there: Sandbox, shell: dict[str, str], tmp_path: Path
) -> None:
    keys = aws_settings(here)
    own: ProviderArgs = {
        "aws_access_key": str(keys["access_key"]),
        "aws_secret_key": str(keys["secret_key"]),
    }
    stack = Deployment(here, tmp_path)
    forms: dict[SelfTrust, str] = {"principal": "trust", "condition": "check"}
    for self_trust, failed in forms.items():
        said = stack.up(lambda: program(there, "", own, self_trust), fails=True).text  # noqa: B023
        assert BOTH in said
        assert f"staging-{failed}" in said
    assert {call["operation"] for call in here.calls()} == {"sts:GetCallerIdentity"}
    stack.destroy()
    assert trusted(here) == json.loads(THEIRS)


def test_a_state_that_was_written_elsewhere_is_left_alone_by_refresh_and_destroy(
    here: Sandbox, there: Sandbox, shell: dict[str, str], tmp_path: Path
) -> None:
    # Alone, without the component, and with the credentials of the environment.
    there.aws_client("iam").create_role(RoleName=NAME, AssumeRolePolicyDocument=THEIRS)
    ours = {"Sid": "Ours", **json.loads(THEIRS)["Statement"][0]}
    stack = Deployment(there, tmp_path)

    def alone() -> None:
        RoleTrustPolicy("trust", {"role_name": NAME, "statements": json.dumps([ours])})

    stack.up(alone)
    before = trusted(there)
    elsewhere = {name: value for name, value in here.environment().items() if "AWS" in name}
    stack.stack.workspace.env_vars = {**stack.stack.workspace.env_vars, **elsewhere}
    assert BOTH in stack.refresh(fails=True).text
    assert BOTH in stack.destroy(fails=True).text
    assert {call["operation"] for call in here.calls()} == {"sts:GetCallerIdentity"}
    assert trusted(here) == json.loads(THEIRS)
    assert trusted(there) == before


def test_what_cannot_be_lent_is_told_to_a_program_in_another_language_too(
    here: Sandbox, there: Sandbox, shell: dict[str, str], tmp_path: Path, plugin: Path
) -> None:
    environment = with_language({**os.environ, **here.process_environment(), **shell}, "yaml")
    stack = YamlStack(tmp_path / "yaml", plugin, environment)
    resources = yaml_resources(there)
    resources["there"]["properties"]["sharedConfigFiles"] = [str(there.folder / "aws-config")]
    stack.write(resources)
    for command in (["preview"], ["up", "--yes", "--skip-preview"]):
        said = stack.run(*command, fails=True)
        assert "The AWS provider 'there' is configured with sharedConfigFiles" in said
        assert "Pass a Provider of this package with awsProfile" in said
        assert "Traceback" not in said
    assert there.aws_client("iam").list_roles()["Roles"] == []
    assert here.calls() == []
