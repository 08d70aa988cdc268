"""The component's own resources from a Python program whose environment is not on PATH."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from pulumi import automation as auto

from pulumi_polytomic import DatabricksStagingAccess
from sandbox.client import Sandbox

from ..component.deployment import Deployment
from .support import connections

pytestmark = pytest.mark.engine

CONFIG = {
    "server_hostname": "dbc-1.cloud.databricks.com",
    "http_path": "/sql/1.0/warehouses/1",
    "access_token": "dapi-very-secret",
}


def program(bucket: str = "my-staging-bucket", **more: Any) -> None:
    DatabricksStagingAccess(
        "staging",
        bucket_name=bucket,
        polytomic_connection_name="Databricks",
        polytomic_connection_config=CONFIG,
        **more,
    )


@pytest.fixture
def stack(sandbox: Sandbox, shell: dict[str, str], tmp_path: Path) -> Deployment:
    sandbox.reset()
    sandbox.aws_client("s3").create_bucket(Bucket="my-staging-bucket")
    sandbox.aws_client("s3").create_bucket(Bucket="my-other-bucket")
    return Deployment(sandbox, tmp_path)


def test_both_cycles_in_one_update_then_nothing_then_away_in_order(
    stack: Deployment, sandbox: Sandbox
) -> None:
    run = stack.up(program)
    order = [name for name in run.order("create") if name.startswith("staging-")]
    assert order == [
        "staging-credential",
        "staging-connection",
        "staging-role",
        "staging-policy",
        "staging-check",
    ]
    assert "dapi-very-secret" not in stack.state_text + run.text
    external_id = (connections(sandbox)[0].configuration or {})["external_id"]
    assert external_id not in run.text
    assert stack.up().summary == {"same": 7}
    assert stack.refresh().summary == {"same": 7}
    gone = stack.destroy().order("delete")
    assert gone.index("staging-check") < gone.index("staging-policy") < gone.index("staging-role")
    assert gone.index("staging-role") < gone.index("staging-connection")
    assert connections(sandbox) == []


def test_another_bucket_is_changed_everywhere_and_proved_again(
    stack: Deployment, sandbox: Sandbox
) -> None:
    stack.up(program)
    run = stack.up(lambda: program("my-other-bucket"))
    assert run.changes("staging") == {
        "connection": ["update"],
        "policy": ["update"],
        "check": ["update"],
    }
    [connection] = connections(sandbox)
    assert (connection.configuration or {})["s3_bucket_name"] == "my-other-bucket"


def test_a_connection_that_was_deleted_by_hand_comes_back_and_is_trusted(
    stack: Deployment, sandbox: Sandbox
) -> None:
    stack.up(program)
    sandbox.polytomic().connections.delete(str(connections(sandbox)[0].id))
    stack.refresh()
    run = stack.up()
    assert run.changes("staging")["connection"] == ["create"]
    assert run.changes("staging")["role"] == ["update"]
    assert run.changes("staging")["check"] == ["update"]
    assert len(connections(sandbox)) == 1


@pytest.mark.parametrize("action", ["error", "drop", "lose-answer"])
@pytest.mark.parametrize("operation", ["connections.create", "connections.get", "connections.test"])
def test_a_failure_in_the_middle_is_healed_by_the_next_update(
    stack: Deployment, sandbox: Sandbox, operation: str, action: str
) -> None:
    # More often than the plugin and its clients try again.
    sandbox.fault(service="polytomic", operation=operation, action=action, times=1)
    stack.stack.set_config("polytomic-databricks:maxRetries", auto.ConfigValue("0"))
    if operation == "connections.test":
        # The check itself tries again.
        stack.up(program)
    else:
        stack.up(program, fails=True)
        assert len(sandbox.aws_client("iam").list_roles()["Roles"]) == 0
        assert "dapi-very-secret" not in stack.state_text
        stack.up()
    assert len(connections(sandbox)) == 1
    assert stack.up().summary == {"same": 7}


def test_a_name_that_is_taken_stops_before_the_role_and_says_how_to_take_it_over(
    stack: Deployment, sandbox: Sandbox
) -> None:
    stack.up(program)
    [connection] = connections(sandbox)

    def second() -> None:
        program()
        DatabricksStagingAccess(
            "second",
            {
                "bucket_name": "my-staging-bucket",
                "polytomic_connection_name": "Databricks",
                "polytomic_connection_config": CONFIG,
            },
        )

    run = stack.up(second, fails=True)
    assert (
        f"pulumi import polytomic-databricks:index:DatabricksConnection <name> {connection.id}"
        in (run.text)
    )
    roles = sandbox.aws_client("iam").list_roles()["Roles"]
    assert [role["RoleName"] for role in roles] == ["staging-polytomic-databricks"]


def test_the_plugin_is_found_with_no_help_from_path(
    sandbox: Sandbox, shell: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.reset()
    sandbox.aws_client("s3").create_bucket(Bucket="my-staging-bucket")
    home = tmp_path / "home"
    (home / "plugins").mkdir(parents=True)
    for each in (sandbox.folder / "pulumi" / "plugins").iterdir():
        if each.is_dir() and "polytomic" not in each.name:
            shutil.copytree(each, home / "plugins" / each.name)
    environment = {
        "PULUMI_HOME": str(home),
        "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "false",
    }
    for name, value in environment.items():
        # An inline program runs in this very process.
        monkeypatch.setenv(name, value)
    from pulumi_polytomic.custom_resource import launcher as plugin

    plugin._ensure.cache_clear()
    stack = Deployment(sandbox, tmp_path, environment=environment)
    run = stack.up(program)
    assert "Installed the plugin polytomic-databricks" in run.text
    assert "from $PATH" not in run.text
    assert os.access(plugin.plugin_folder(home) / plugin.PROGRAM, os.X_OK)
    plugin._ensure.cache_clear()
