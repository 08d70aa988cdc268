"""A clone of this repository as the plugin, as ``pulumi package add`` and YAML programs take it."""

import json
import subprocess
from pathlib import Path

import pytest

from sandbox.client import Sandbox
from tests.docs.pages import ROOT
from tests.docs.reader import run
from tests.docs.tree import copy_files

from ..plugin.support import connections, with_language

pytestmark = pytest.mark.engine

PROGRAM = {
    "name": "consumer",
    "runtime": "yaml",
    "resources": {
        "staging": {
            "type": "polytomic-databricks:DatabricksStagingAccess",
            "properties": {
                "bucketName": "my-staging-bucket",
                "polytomicConnectionName": "Databricks",
                "polytomicConnectionConfig": {
                    "server_hostname": "dbc-1.cloud.databricks.com",
                    "http_path": "/sql/1.0/warehouses/1",
                    "access_token": "dapi-very-secret",
                },
            },
        },
    },
}


def test_a_clone_is_all_that_another_program_needs(
    sandbox: Sandbox, shell: dict[str, str], tmp_path: Path
) -> None:
    sandbox.reset()
    sandbox.aws_client("s3").create_bucket(Bucket="my-staging-bucket")
    clone, consumer = tmp_path / "pulumi-polytomic", tmp_path / "consumer"
    copy_files(clone)
    consumer.mkdir()
    (consumer / "Pulumi.yaml").write_text(json.dumps(PROGRAM))
    unset = ("VIRTUAL_ENV", "PYTHONPATH")
    kept = {name: value for name, value in shell.items() if name not in unset}
    environment = with_language({**kept, "PULUMI_BACKEND_URL": f"file://{tmp_path}"}, "yaml")

    run(["pulumi", "package", "add", str(clone)], consumer, environment)
    assert str(clone) in (consumer / "Pulumi.yaml").read_text()
    schema = run(["pulumi", "package", "get-schema", str(clone)], consumer, environment)
    assert json.loads(schema) == json.loads((ROOT / "schema.json").read_text())

    # With what all of its resources need, Polytomic's SDK among it.
    run(["pulumi", "stack", "init", "dev"], consumer, environment)
    said = run(["pulumi", "up"], consumer, environment)
    assert "staging-connection" in said and "staging-check" in said
    assert len(connections(sandbox)) == 1
    run(["pulumi", "destroy"], consumer, environment)
    assert connections(sandbox) == []

    # The CLI takes a folder for a plugin or for a project, never for both: see docs/decisions.md.
    refused = subprocess.run(
        ["pulumi", "package", "get-schema", "."],
        cwd=clone,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode != 0
    assert "detected both PulumiPlugin.yaml and Pulumi.yaml" in refused.stderr
