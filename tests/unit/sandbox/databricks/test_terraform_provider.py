"""Databricks' own Terraform provider as a client: what it made, a plan finds again.

How to build the provider: ``sandbox/databricks/README.md``.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sandbox.tokens import DATABRICKS_TOKEN
from tests.unit.sandbox.world import World

PROVIDER = os.environ.get("PULUMI_POLYTOMIC_TERRAFORM_PROVIDER", "")
"""The built provider's file, named ``terraform-provider-databricks``."""

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on PATH"),
    pytest.mark.skipif(
        not Path(PROVIDER).is_file(),
        reason="PULUMI_POLYTOMIC_TERRAFORM_PROVIDER names no built provider",
    ),
]

NO_CHANGES = 0
CHANGES = 2


class Terraform:
    """The configuration ``main.tf`` in a folder of its own."""

    def __init__(self, folder: Path, world: World) -> None:
        self._folder = folder
        shutil.copy(Path(__file__).with_name("main.tf"), folder)
        rc = folder / "terraform.rc"
        override = f'"databricks/databricks" = "{Path(PROVIDER).resolve().parent}"'
        rc.write_text(f"provider_installation {{\n  dev_overrides {{ {override} }}\n}}\n")
        kept = ("PATH", "HOME", "TMPDIR")
        self._environment = {key: os.environ[key] for key in kept if key in os.environ} | {
            "TF_CLI_CONFIG_FILE": str(rc),
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
            "DATABRICKS_HOST": world.databricks_url,
            "DATABRICKS_TOKEN": DATABRICKS_TOKEN,
            "DATABRICKS_CONFIG_FILE": os.devnull,
        }

    def apply(self, **variables: str) -> None:
        verdict, text = self.try_apply(**variables)
        assert verdict == 0, text

    def try_apply(self, **variables: str) -> tuple[int, str]:
        """Terraform's exit code, and what it printed on one line."""
        done = self._run("apply", "-input=false", "-auto-approve", *_arguments(variables))
        printed = (done.stdout + done.stderr).replace("│", " ")
        return done.returncode, " ".join(printed.split())

    def destroy(self) -> None:
        done = self._run("destroy", "-auto-approve")
        assert done.returncode == 0, done.stdout + done.stderr

    def plan(self, **variables: str) -> tuple[int, str]:
        """Terraform's verdict (0 = no changes, 2 = changes) and what it printed."""
        done = self._run("plan", "-detailed-exitcode", *_arguments(variables))
        return done.returncode, done.stdout + done.stderr

    def values(self, address: str) -> dict[str, Any]:
        shown = json.loads(self._run("show", "-json").stdout)
        resources = shown["values"]["root_module"]["resources"]
        (values,) = [item["values"] for item in resources if item["address"] == address]
        return dict(values)

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["terraform", arguments[0], "-no-color", *arguments[1:]],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
def terraform(tmp_path: Path, world: World) -> Terraform:
    return Terraform(tmp_path, world)


def test_a_plan_after_a_create_shows_no_change(terraform: Terraform, world: World) -> None:
    assert terraform.plan()[0] == CHANGES
    terraform.apply()
    verdict, text = terraform.plan()
    assert verdict == NO_CHANGES, text
    unknown = {call["operation"] for call in world.book.calls() if call["status"] >= 400}
    assert unknown == set()


def test_what_terraform_reads_is_what_the_server_holds(terraform: Terraform, world: World) -> None:
    terraform.apply()
    credential = world.workspace.storage_credentials.get("full")
    assert credential.aws_iam_role
    (role,) = terraform.values("databricks_storage_credential.full")["aws_iam_role"]
    assert role["external_id"] == credential.aws_iam_role.external_id
    assert role["unity_catalog_iam_arn"] == credential.aws_iam_role.unity_catalog_iam_arn
    (info,) = terraform.values("data.databricks_storage_credential.full")["storage_credential_info"]
    assert info["aws_iam_role"][0]["external_id"] == role["external_id"]
    assert info["id"] == credential.id
    names = terraform.values("data.databricks_storage_credentials.all")["names"]
    assert names == ["full", "minimal"]


@pytest.mark.parametrize(
    "variables",
    [
        {"comment": "changed"},
        {"read_only": "true"},
        {"owner": "other-team"},
        {"role": "another"},
        {"isolation_mode": "ISOLATION_MODE_OPEN"},
    ],
)
def test_a_plan_after_an_update_shows_no_change(
    terraform: Terraform, variables: dict[str, str]
) -> None:
    terraform.apply()
    assert terraform.plan(**variables)[0] == CHANGES
    terraform.apply(**variables)
    verdict, text = terraform.plan(**variables)
    assert verdict == NO_CHANGES, text


def test_drift_is_found(terraform: Terraform, world: World) -> None:
    terraform.apply()
    world.workspace.storage_credentials.update("full", comment="behind its back")
    world.workspace.external_locations.delete("events")
    verdict, text = terraform.plan()
    assert verdict == CHANGES
    assert "1 to add, 1 to change, 0 to destroy" in text


def test_destroy_leaves_nothing(terraform: Terraform, world: World) -> None:
    terraform.apply()
    terraform.destroy()
    assert list(world.workspace.storage_credentials.list(include_unbound=True)) == []
    assert list(world.workspace.external_locations.list(include_unbound=True)) == []


def test_a_refused_credential_is_told_in_databricks_words(
    terraform: Terraform, world: World
) -> None:
    world.settings.patch({"denied_actions": ["databricks:StorageCredentials.Create"]})
    verdict, text = terraform.try_apply()
    assert verdict == 1
    assert "cannot create storage credential: User does not have CREATE STORAGE CREDENTIAL" in text


def _arguments(variables: dict[str, str]) -> list[str]:
    return [f"-var={key}={value}" for key, value in variables.items()]
