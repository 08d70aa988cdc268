"""Every example, brought up as its README says, keeps its promise, and goes without a trace."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from sandbox.access_report import connection_fault
from sandbox.client import Sandbox
from tests.docs.pages import ROOT, block
from tests.docs.reader import POLYTOMIC_ID, follow, run

from ..component.clouds import guide_permissions
from ..plugin.support import MADE_BY_INSTALL, with_language, write_plugin

pytestmark = pytest.mark.engine

ACCOUNT: Final = "123456789012"
BUCKET: Final = "my-staging-bucket"
POLYTOMIC: Final = "arn:aws:iam::568237466542:root"
SERVICE_ROLE: Final = (
    "arn:aws:iam::568237466542:role/convox/prod-polytomic-ServiceRole-1ELGH39L0GCHT"
)
UNITY_CATALOG: Final = (
    "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"
)
ROOT_OF_ACCOUNT: Final = f"arn:aws:iam::{ACCOUNT}:root"
ROLE: Final = "staging-polytomic-databricks"
OWN_CREDENTIAL: Final = "my-staging-credential"
THEIR_STATEMENT: Final = {
    "Sid": "TheirTeam",
    "Effect": "Allow",
    "Principal": {"AWS": ROOT_OF_ACCOUNT},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"sts:ExternalId": "of-their-team"}},
}
EXAMPLES: Final = sorted(path.parent.name for path in ROOT.glob("examples/*/Pulumi.yaml"))


class Kept(NamedTuple):
    """What is there before the example and stays."""

    credentials: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


class Made(NamedTuple):
    """What an example has made."""

    sandbox: Sandbox
    outputs: dict[str, Any]
    role: dict[str, Any]
    principals: dict[str, str]
    """Principal of each statement of the trust policy, by Sid."""
    ids: dict[str, str]
    """External ID that each statement asks for, by Sid."""
    permissions: dict[str, Any]
    """Statements of the role's only policy by Sid."""
    state: str

    @property
    def credentials(self) -> list[str]:
        return [str(c.name) for c in self.sandbox.databricks().storage_credentials.list()]

    def databricks_id(self, name: str) -> str:
        found = self.sandbox.databricks().storage_credentials.get(name).aws_iam_role
        assert found is not None
        assert found.role_arn == self.outputs["role_arn"]
        return str(found.external_id)


def both_vendors(made: Made, credential: str = ROLE, polytomic: str = POLYTOMIC) -> None:
    """Polytomic, Unity Catalog and the role itself are trusted, each with its own ID."""
    assert made.principals == {
        "PolytomicAssumeRole": polytomic,
        "UnityCatalogAssumeRole": UNITY_CATALOG,
        "ExplicitSelfRoleAssumption": ROOT_OF_ACCOUNT,
    }
    minted = made.databricks_id(credential)
    assert made.ids == {
        "PolytomicAssumeRole": POLYTOMIC_ID,
        "UnityCatalogAssumeRole": minted,
        "ExplicitSelfRoleAssumption": minted,
    }
    assert made.outputs["storage_credential_name"] == credential
    assert made.permissions["AllowSelfAssume"]["Resource"] == made.outputs["role_arn"]


def whole_bucket(made: Made) -> None:
    statement = made.permissions["PolytomicAndDatabricksS3Access"]
    assert len(statement["Action"]) == 8
    assert statement["Resource"] == [f"arn:aws:s3:::{BUCKET}/*", f"arn:aws:s3:::{BUCKET}"]
    assert made.outputs["staging_url"] == f"s3://{BUCKET}"
    assert "AllowKms" not in made.permissions


def minimal(made: Made) -> None:
    both_vendors(made)
    whole_bucket(made)
    assert made.credentials == [ROLE]


def restrictive_principal(made: Made) -> None:
    both_vendors(made, polytomic=SERVICE_ROLE)
    whole_bucket(made)


def existing_credential(made: Made) -> None:
    both_vendors(made, credential=OWN_CREDENTIAL)
    whole_bucket(made)
    assert made.role["RoleName"] == "my-staging-role"
    assert made.credentials == [OWN_CREDENTIAL]


def no_credential(made: Made) -> None:
    assert made.principals == {"PolytomicAssumeRole": POLYTOMIC}
    assert made.ids == {"PolytomicAssumeRole": POLYTOMIC_ID}
    assert set(made.permissions) == {"PolytomicAndDatabricksS3Access"}
    assert made.credentials == []
    assert "storage_credential_name" not in made.outputs


def prefix_and_kms(made: Made) -> None:
    both_vendors(made)
    objects = made.permissions["PolytomicAndDatabricksS3Access"]
    assert objects["Resource"] == f"arn:aws:s3:::{BUCKET}/polytomic/staging/*"
    listing = [s for s in made.permissions.values() if "s3:ListBucket" in listed(s["Action"])]
    assert [statement["Condition"] for statement in listing] == [
        {
            "StringLike": {
                "s3:prefix": ["polytomic/staging", "polytomic/staging/", "polytomic/staging/*"]
            }
        }
    ]
    kms = made.permissions["AllowKms"]
    assert kms["Action"] == ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*"]
    assert kms["Resource"] == made.outputs["kms_key_arn"]
    assert made.outputs["staging_url"] == f"s3://{BUCKET}/polytomic/staging"


def managed_connection(made: Made) -> None:
    whole_bucket(made)
    (connection,) = made.sandbox.polytomic().connections.list().data or []
    configuration = connection.configuration or {}
    assert made.outputs["connection_id"] == connection.id
    assert configuration["iam_role_arn"] == made.outputs["role_arn"]
    assert configuration["storage_credential_name"] == made.outputs["storage_credential_name"]
    assert configuration["s3_bucket_region"] == "us-east-1"
    assert made.ids["PolytomicAssumeRole"] == configuration["external_id"]
    assert made.ids["UnityCatalogAssumeRole"] == made.databricks_id(ROLE)
    assert connection_fault(made.sandbox, "Databricks") is None


def role_of_another_team(made: Made) -> None:
    (connection,) = made.sandbox.polytomic().connections.list().data or []
    minted = made.databricks_id("staging")
    assert made.ids == {
        "TheirTeam": "of-their-team",
        "PolytomicAssumeRole": (connection.configuration or {})["external_id"],
        "UnityCatalogAssumeRole": minted,
        "ExplicitSelfRoleAssumption": minted,
    }
    assert made.outputs["healthy"] is True


def explicit_providers(made: Made) -> None:
    both_vendors(made)
    whole_bucket(made)
    assert {"Key": "team", "Value": "data"} in made.role["Tags"]
    # Nothing is looked up, and no default provider is there to do it.
    assert "getCallerIdentity" not in made.state
    assert "::default_" not in made.state
    assert made.sandbox.calls("aws") != []


PROMISES: Final[dict[str, Callable[[Made], None]]] = {
    "existing-credential": existing_credential,
    "explicit-providers": explicit_providers,
    "managed-connection": managed_connection,
    "minimal": minimal,
    "no-credential": no_credential,
    "prefix-and-kms": prefix_and_kms,
    "role-of-another-team": role_of_another_team,
    "restrictive-principal": restrictive_principal,
    "typescript": minimal,
    "yaml": minimal,
}
LANGUAGES: Final = {"typescript": "nodejs", "yaml": "yaml"}
"""Language hosts of the examples that are not in Python."""


@pytest.fixture
def clean(sandbox: Sandbox) -> Iterator[Sandbox]:
    sandbox.reset()
    yield sandbox
    sandbox.reset()


def test_every_example_has_a_promise() -> None:
    assert sorted(PROMISES) == EXAMPLES


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_keeps_its_promise_and_leaves_nothing(
    name: str, clean: Sandbox, shell: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "examples" / name
    shutil.copytree(ROOT / "examples" / name, folder, ignore=MADE_BY_INSTALL)
    write_plugin(tmp_path)
    (tmp_path / "state").mkdir()
    environment = {**shell, "PULUMI_BACKEND_URL": f"file://{tmp_path / 'state'}"}
    if name in LANGUAGES:
        environment = with_language(environment, LANGUAGES[name])
        # Left out below, for the examples in Python that would install into the tests' environment.
        run(["pulumi", "install"], folder, environment)
    clean.aws_client("s3").create_bucket(Bucket=BUCKET)
    kept = made_elsewhere(name, clean)
    clean.clear_calls()

    follow(block(f"examples/{name}/README.md", "runs in", "example"), folder, environment)
    gate = ["--policy-pack", str(ROOT / "policypack")]
    judged = run(["pulumi", "preview", "--expect-no-changes", *gate], folder, environment)
    assert "polytomic-databricks@v" in judged
    assert "[mandatory]" not in judged
    assert "undecided" not in judged
    outputs = json.loads(run(["pulumi", "stack", "output", "--json"], folder, environment))
    state = run(["pulumi", "stack", "export"], folder, environment)
    PROMISES[name](look(clean, outputs, state))
    assert POLYTOMIC_ID not in state

    run(["pulumi", "destroy"], folder, environment)
    roles = clean.aws_client("iam").list_roles()["Roles"]
    assert [role["RoleName"] for role in roles] == list(kept.roles)
    for role in roles:
        assert role["AssumeRolePolicyDocument"]["Statement"] == [THEIR_STATEMENT]
    left = [c.name for c in clean.databricks().storage_credentials.list()]
    assert left == list(kept.credentials)
    assert living_keys(clean) == []
    assert clean.polytomic().connections.list().data == []


def made_elsewhere(name: str, sandbox: Sandbox) -> Kept:
    """Makes what an example's README expects to be there."""
    if name == "role-of-another-team":
        return their_role(sandbox)
    if name != "existing-credential":
        return Kept()
    from databricks.sdk.service.catalog import AwsIamRoleRequest

    sandbox.databricks().storage_credentials.create(
        name=OWN_CREDENTIAL,
        aws_iam_role=AwsIamRoleRequest(role_arn=f"arn:aws:iam::{ACCOUNT}:role/my-staging-role"),
        skip_validation=True,
    )
    return Kept(credentials=(OWN_CREDENTIAL,))


def their_role(sandbox: Sandbox) -> Kept:
    """A role with the permissions of the guide, and a trust policy of its own team's."""
    iam, name = sandbox.aws_client("iam"), "their-role"
    trust = {"Version": "2012-10-17", "Statement": [THEIR_STATEMENT]}
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    permissions = guide_permissions(BUCKET, f"arn:aws:iam::{ACCOUNT}:role/{name}")
    text = json.dumps(permissions)
    iam.put_role_policy(RoleName=name, PolicyName="staging", PolicyDocument=text)
    return Kept(roles=(name,))


def look(sandbox: Sandbox, outputs: dict[str, Any], state: str) -> Made:
    iam = sandbox.aws_client("iam")
    (listed_role,) = iam.list_roles()["Roles"]
    role = iam.get_role(RoleName=listed_role["RoleName"])["Role"]
    assert role["Arn"] == outputs["role_arn"]
    (policy,) = iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
    found = iam.get_role_policy(RoleName=role["RoleName"], PolicyName=policy)["PolicyDocument"]
    trust = role["AssumeRolePolicyDocument"]["Statement"]
    return Made(
        sandbox,
        outputs,
        role,
        {s["Sid"]: s["Principal"]["AWS"] for s in trust},
        {s["Sid"]: s["Condition"]["StringEquals"]["sts:ExternalId"] for s in trust},
        {s["Sid"]: s for s in found["Statement"]},
        state,
    )


def living_keys(sandbox: Sandbox) -> list[str]:
    kms = sandbox.aws_client("kms")
    keys = [key["KeyId"] for key in kms.list_keys()["Keys"]]
    states = {key: kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] for key in keys}
    return [key for key, state in states.items() if state == "Enabled"]


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
