"""No secret stands in anything that a run leaves or shows, in a Python and in a YAML program.

Every value has white space behind it, as a secret from a file has; those with a NUL are refused.
"""

import base64
import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pulumi
import pytest
from pulumi import automation as auto

from pulumi_polytomic import DatabricksConnection, DatabricksStagingAccess, RoleTrustPolicy
from pulumi_polytomic.custom_resource import launcher
from sandbox.client import Sandbox
from sandbox.tokens import DATABRICKS_TOKEN, POLYTOMIC_API_KEY

from ..component.deployment import Deployment
from .conftest import YamlStack
from .leaks import Search
from .support import connections, document

pytestmark = pytest.mark.engine

DEPLOYER: Final = "arn:aws:iam::123456789012:role/deployer"
GIVEN: Final[Mapping[str, str]] = {
    "access token": "dapi0canary0access0token",
    "service principal's secret": "dose0canary0principal",
    "secret of the free map": "canary0key0of0an0ssh0tunnel",
    "external ID that is given": "5b6b1b6e-ca0a-4d37-9a5f-2b8e9e9f0c11",
    "external ID of the deployer": "canary0external0id0of0the0deployer",
    "external ID in a policy": "canary0external0id0in0a0policy",
}
NEW_LINE, SPACE, TAB, CRLF, NUL = "\n", " ", "\t", "\r\n", "\0"


class World:
    """The cloud before the run, and what must not be told of it."""

    def __init__(self, sandbox: Sandbox) -> None:
        sandbox.reset()
        sandbox.aws_client("s3").create_bucket(Bucket="my-staging-bucket")
        self._sandbox = sandbox
        self.session = self._assume(sandbox, GIVEN["external ID of the deployer"])
        self.values = {
            **GIVEN,
            "API key of Polytomic": POLYTOMIC_API_KEY,
            "token of Databricks": DATABRICKS_TOKEN,
            "secret key of AWS": self.session["SecretAccessKey"],
            "session token of AWS": self.session["SessionToken"],
        }

    @property
    def config(self) -> dict[str, str]:
        """Configuration of the stack that is secret."""
        return {
            "polytomic-databricks:polytomicApiKey": POLYTOMIC_API_KEY + NEW_LINE,
            "polytomic-databricks:databricksToken": DATABRICKS_TOKEN + CRLF,
            "polytomic-databricks:awsAssumeRoleExternalId": GIVEN["external ID of the deployer"]
            + TAB,
            "aws:secretKey": self.session["SecretAccessKey"],
            "aws:token": self.session["SessionToken"],
        }

    @property
    def plain_config(self) -> dict[str, str]:
        """Configuration of the stack that anybody may see."""
        return {
            "polytomic-databricks:databricksHost": self._sandbox.databricks_host,
            "polytomic-databricks:awsAssumeRoleArn": DEPLOYER,
            "aws:accessKey": self.session["AccessKeyId"],
        }

    def minted(self) -> dict[str, str]:
        """The external IDs that Polytomic made since."""
        made = [each.configuration["external_id"] for each in connections(self._sandbox)]
        assert len(made) == 2
        return {f"external ID {number}": each for number, each in enumerate(made)}

    def _assume(self, sandbox: Sandbox, external_id: str) -> dict[str, str]:
        iam = sandbox.aws_client("iam")
        trusted = {"AWS": "arn:aws:iam::123456789012:root"}
        condition = {"StringEquals": {"sts:ExternalId": external_id}}
        allow = {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}
        iam.create_role(
            RoleName="deployer",
            AssumeRolePolicyDocument=document({**allow, "Condition": condition}),
        )
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        iam.put_role_policy(
            RoleName="deployer", PolicyName="all", PolicyDocument=document(everything)
        )
        iam.create_role(RoleName="by-hand", AssumeRolePolicyDocument=document(allow))
        answer = sandbox.aws_client("sts").assume_role(
            RoleArn=DEPLOYER, RoleSessionName="test", ExternalId=external_id
        )
        return dict(answer["Credentials"])


def statements() -> str:
    """A statement of ours for the role of another team."""
    condition = {"StringEquals": {"sts:ExternalId": GIVEN["external ID in a policy"]}}
    ours = {
        "Sid": "Ours",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::568237466542:root"},
        "Action": "sts:AssumeRole",
        "Condition": condition,
    }
    return json.dumps([ours])


WORKSPACE: Final = {
    "server_hostname": "dbc-1.cloud.databricks.com",
    "http_path": "/sql/1.0/warehouses/1",
}


def program(
    component_behind: str = SPACE, connection_behind: str = CRLF, policy: str | None = None
) -> None:
    """Every resource and argument that takes a secret."""
    made = DatabricksStagingAccess(
        "made",
        {
            "bucket_name": "my-staging-bucket",
            "polytomic_connection_name": "Databricks (made)",
            "polytomic_connection_config": {
                **WORKSPACE,
                "access_token": GIVEN["access token"] + component_behind,
                "ssh_private_key": GIVEN["secret of the free map"] + NEW_LINE,
            },
        },
    )
    pulumi.export("trust", made.trust_policy)
    pulumi.export("id", made.polytomic_external_id)
    DatabricksStagingAccess(
        "given",
        {
            "bucket_name": "my-staging-bucket",
            "polytomic_external_id": pulumi.Output.secret(GIVEN["external ID that is given"]),
        },
    )
    connection = DatabricksConnection(
        "connection",
        {
            "server_hostname": WORKSPACE["server_hostname"],
            "http_path": WORKSPACE["http_path"],
            "service_principal_id": "an-application",
            "service_principal_secret": GIVEN["service principal's secret"] + connection_behind,
            "role_arn": made.role_arn,
            "bucket_name": "my-staging-bucket",
            "bucket_region": "us-east-1",
        },
    )
    pulumi.export("other", connection.external_id)
    # One that cannot be read comes as no secret, and is refused.
    ours = policy or pulumi.Output.secret(statements())
    RoleTrustPolicy("theirs", {"role_name": "by-hand", "statements": ours})


def yaml_program(
    component_behind: str = SPACE, connection_behind: str = CRLF, policy: str | None = None
) -> dict[str, Any]:
    """The same in YAML."""
    bucket = {"bucketName": "my-staging-bucket"}
    config = {
        **WORKSPACE,
        "access_token": _secret(GIVEN["access token"] + component_behind),
        "ssh_private_key": _secret(GIVEN["secret of the free map"] + NEW_LINE),
    }
    secret = _secret(GIVEN["service principal's secret"] + connection_behind)
    given = _secret(GIVEN["external ID that is given"])
    return {
        "made": {
            "type": "polytomic-databricks:DatabricksStagingAccess",
            "properties": {
                **bucket,
                "polytomicConnectionName": "Databricks (made)",
                "polytomicConnectionConfig": config,
            },
        },
        "given": {
            "type": "polytomic-databricks:DatabricksStagingAccess",
            "properties": {**bucket, "polytomicExternalId": given},
        },
        "connection": {
            "type": "polytomic-databricks:DatabricksConnection",
            "properties": {
                **bucket,
                "bucketRegion": "us-east-1",
                "serverHostname": WORKSPACE["server_hostname"],
                "httpPath": WORKSPACE["http_path"],
                "servicePrincipalId": "an-application",
                "servicePrincipalSecret": secret,
                "roleArn": "${made.roleArn}",
            },
        },
        "theirs": {
            "type": "polytomic-databricks:RoleTrustPolicy",
            "properties": {"roleName": "by-hand", "statements": policy or _secret(statements())},
        },
    }


OUTPUTS: Final = {
    "trust": "${made.trustPolicy}",
    "id": "${made.polytomicExternalId}",
    "other": "${connection.externalId}",
}
BAD: Final[list[tuple[dict[str, str], str]]] = [
    ({"component_behind": NUL}, "access_token"),
    ({"connection_behind": NUL}, "(?i)service_?principal_?secret"),
    ({"policy": statements() + "]"}, "statements"),
]
"""Runs that fail, and what they have to name."""


def _secret(value: str) -> dict[str, Any]:
    # In base64, so that a NUL can stand in a file.
    return {"fn::secret": {"fn::fromBase64": base64.b64encode(value.encode()).decode()}}


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this process and those that it starts keep temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_the_search_finds_every_form(tmp_path: Path) -> None:
    value = "a/secret+of=ours"
    for before in ("", "x", "xy"):
        encoded = base64.b64encode(f"{before}{value} and more".encode())
        for content in (encoded, quote(value, safe="").encode(), value.encode().hex().encode()):
            (tmp_path / "file").write_bytes(b"before " + content + b" behind")
            search = Search({"it": value, "another": "b/secret+of=ours"})
            search.look_into(tmp_path)
            assert search.found == {"it in file"}


def test_a_python_program_tells_nothing(
    sandbox: Sandbox, shell: dict[str, str], tmp_path: Path, temporary: Path
) -> None:
    world = World(sandbox)
    stack = Deployment(sandbox, tmp_path, environment={"TMPDIR": str(temporary)})
    secrets = {key: auto.ConfigValue(value, secret=True) for key, value in world.config.items()}
    plain = {key: auto.ConfigValue(value) for key, value in world.plain_config.items()}
    stack.stack.set_all_config({**secrets, **plain})
    search = Search(world.values)
    with search.during(temporary):
        texts = [stack.up(program).text]
        made = world.minted()
        texts.append(stack.refresh().text)
        for arguments, name in BAD:
            text = stack.preview(lambda: program(**arguments), fails=True).text  # noqa: B023
            assert re.search(name, text)
            texts.append(text)
        whole = Search({**world.values, **made})
        whole.look_into(stack.folder, temporary, launcher.plugin_folder())
        texts.append(stack.destroy().text)
    whole.look_into(stack.folder, temporary)
    whole.look("the output", "".join(texts).encode())
    assert search.found | whole.found == set()


def test_a_yaml_program_tells_nothing(
    yaml_stack: YamlStack, sandbox: Sandbox, temporary: Path
) -> None:
    world = World(sandbox)
    backend, log = yaml_stack.folder / "backend", temporary / "events"
    yaml_stack.environment |= {"TMPDIR": str(temporary), "PULUMI_DEBUG_COMMANDS": "true"}
    yaml_stack.write(yaml_program(), outputs=OUTPUTS)
    for key, value in world.config.items():
        yaml_stack.run("config", "set", "--secret", key, value)
    for key, value in world.plain_config.items():
        yaml_stack.run("config", "set", key, value)
    search = Search(world.values)
    with search.during(temporary):
        texts = [yaml_stack.up("--event-log", str(log))]
        made = world.minted()
        texts.append(yaml_stack.run("refresh", "--yes", "--skip-preview"))
        for arguments, name in BAD:
            yaml_stack.write(yaml_program(**arguments), outputs=OUTPUTS)
            text = yaml_stack.run("preview", fails=True)
            assert re.search(name, text), text
            texts.append(text)
        texts.append(yaml_stack.run("stack", "output") + yaml_stack.run("stack", "export"))
        whole = Search({**world.values, **made})
        assert log.stat().st_size
        whole.look_into(backend, temporary, yaml_stack.plugin)
        texts.append(yaml_stack.run("destroy", "--yes", "--skip-preview"))
    whole.look_into(backend, temporary)
    whole.look("the output", "".join(texts).encode())
    assert search.found | whole.found == set()
