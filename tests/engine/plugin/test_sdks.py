"""SDKs of other languages, made from the schema by Pulumi's own generators, compile."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.client import Sandbox

from .support import MADE_BY_INSTALL, ROOT, with_language

pytestmark = pytest.mark.engine

GOOD_TYPESCRIPT = """
import * as pulumi from "@pulumi/pulumi";
import * as polytomic from "@pulumi-polytomic/polytomic-databricks";

const staging = new polytomic.DatabricksStagingAccess("staging", {
    bucketName: "my-staging-bucket",
    polytomicExternalId: pulumi.secret("an ID"),
    maxSessionDuration: 7200,
    tags: { team: "data" },
    isolationMode: polytomic.IsolationMode.ISOLATION_MODE_OPEN,
    databricksEnvironment: "aws",
    storageCredential: polytomic.StorageCredential.Create,
    selfTrust: "principal",
    checkAccess: "warn",
});
export const arn: pulumi.Output<string> = staging.roleArn;
export const credential: pulumi.Output<string | undefined> = staging.storageCredentialName;

const connection = new polytomic.DatabricksConnection("connection", {
    bucketName: "my-staging-bucket",
    bucketRegion: "us-east-1",
    httpPath: "/sql/1.0/warehouses/1",
    roleArn: "arn:aws:iam::123456789012:role/staging",
    serverHostname: "dbc-1.cloud.databricks.com",
    storageCredentialName: "staging",
});
export const id: pulumi.Output<string> = connection.externalId;

new polytomic.RoleTrustPolicy("trust", { roleName: "staging", statements: JSON.stringify([]) });
new polytomic.Provider("provider", { polytomicApiKey: "key" });
"""
BAD_TYPESCRIPT = """
import * as polytomic from "@pulumi-polytomic/polytomic-databricks";

new polytomic.DatabricksStagingAccess("no-bucket", { polytomicExternalId: "an ID" });
new polytomic.DatabricksStagingAccess("text", { bucketName: "b", maxSessionDuration: "7200" });
new polytomic.DatabricksStagingAccess("misspelt", { bucketName: "b", bucket_prefix: "p" });
"""
GOOD_GO = """
package main

import (
	polytomic "github.com/pulumi-polytomic/pulumi-polytomic/sdk/go/polytomicdatabricks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		staging, err := polytomic.NewDatabricksStagingAccess(ctx, "staging",
			&polytomic.DatabricksStagingAccessArgs{
				BucketName:          pulumi.String("my-staging-bucket"),
				PolytomicExternalId: pulumi.String("an ID"),
				MaxSessionDuration:  pulumi.Int(7200),
				Tags:                pulumi.StringMap{"team": pulumi.String("data")},
				IsolationMode:       pulumi.String(polytomic.IsolationMode_ISOLATION_MODE_OPEN),
				StorageCredential:   pulumi.StringRef(string(polytomic.StorageCredentialCreate)),
				SelfTrust:           pulumi.StringRef("principal"),
			})
		if err != nil {
			return err
		}
		ctx.Export("arn", staging.RoleArn)
		return nil
	})
}
"""
BAD_GO = GOOD_GO.replace("pulumi.Int(7200)", 'pulumi.String("7200")')


def run(command: list[str], folder: Path, environment: dict[str, str], fails: bool = False) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode != 0) == fails, f"{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture
def environment(sandbox: Sandbox, shell: dict[str, str]) -> dict[str, str]:
    return {**os.environ, **sandbox.process_environment(), **shell}


@pytest.fixture
def typescript(
    environment: dict[str, str], plugin: Path, tmp_path: Path
) -> Callable[[str, bool], str]:
    """Compiles a program that uses the SDK made from the plugin."""
    environment = with_language(environment, "nodejs")
    program = tmp_path / "program"
    shutil.copytree(ROOT / "examples/typescript", program, ignore=MADE_BY_INSTALL)
    generate = ["pulumi", "package", "gen-sdk", str(plugin), "--language=nodejs", "--local"]
    run([*generate, f"--out={program / 'sdks'}"], tmp_path, environment)
    dependency = "dependencies[@pulumi-polytomic/polytomic-databricks]=file:sdks/nodejs"
    run(["npm", "pkg", "set", dependency], program, environment)
    run(["npm", "install", "--no-audit", "--no-fund"], program, environment)

    def compiled(text: str, fails: bool) -> str:
        (program / "index.ts").write_text(text)
        return run(["npx", "--no-install", "tsc"], program, environment, fails)

    return compiled


def test_the_typescript_sdk_compiles_and_knows_what_is_required(
    typescript: Callable[[str, bool], str],
) -> None:
    typescript(GOOD_TYPESCRIPT, False)
    said = typescript(BAD_TYPESCRIPT, True)
    for fault in (
        "'bucketName' is missing",
        "'string' is not assignable",
        "'bucket_prefix' does not exist",
    ):
        assert fault in said


def test_the_go_sdk_compiles_and_knows_types(environment: dict[str, str], tmp_path: Path) -> None:
    environment = with_language({**environment, "GOFLAGS": "-mod=mod", "GOWORK": "off"}, "go")
    schema = str(ROOT / "schema.json")
    generate = ["pulumi", "package", "gen-sdk", schema, "--language=go", "--local"]
    run([*generate, f"--out={tmp_path}"], tmp_path, environment)
    sdk = "github.com/pulumi-polytomic/pulumi-polytomic/sdk/go"
    program = tmp_path / "program"
    program.mkdir()
    # The toolchain's own pins: what is compiled for the CLI need not be compiled again.
    for name in ("go.mod", "go.sum"):
        shutil.copy(ROOT / "toolchain" / name, program / name)
    edits = ["-module=program.invalid", f"-require={sdk}@v0.0.0", f"-replace={sdk}=../go"]
    run(["go", "mod", "edit", *edits], program, environment)
    (program / "main.go").write_text(GOOD_GO)
    run(["go", "vet", ".", f"{sdk}/..."], program, environment)
    (program / "main.go").write_text(BAD_GO)
    said = run(["go", "build", "-o", os.devnull, "."], program, environment, fails=True)
    assert "cannot use pulumi.String" in said
