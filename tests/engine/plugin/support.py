"""What the tests of the plugin share: how it is found, what is deployed, and what is there."""

import json
import os
import shutil
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

import pulumi
from databricks.sdk.service.catalog import AwsIamRoleRequest

from pulumi_polytomic import DatabricksConnection, RoleTrustPolicy, StagingAccessCheck, iam
from sandbox.client import Sandbox
from sandbox.identities import POLYTOMIC, UNITY_CATALOG
from toolchain.languages.build import language_host

from ..component.deployment import Program

ROOT = Path(__file__).parents[3]
MADE_BY_INSTALL: Final = shutil.ignore_patterns("node_modules", "sdks", "package-lock.json")
"""What ``pulumi install`` leaves in a folder of a program in TypeScript; not for a copy of it."""
ROLE: Final = "by-hand"
"""A role of another team."""
WHOLE: Final = [f"whole-{number}" for number in range(4)]
"""More of them, whose trust policies are written as a whole."""
ARN: Final = f"arn:aws:iam::123456789012:role/{ROLE}"
BUCKET: Final = "my-staging-bucket"
FOREIGN: Final = {
    "Sid": "SomebodyElse",
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
    "Action": "sts:TagSession",
}


def write_plugin(folder: Path) -> Path:
    """Makes a folder what a clone is to ``packages:``; it runs with the tests' interpreter."""
    (folder / "PulumiPlugin.yaml").write_text(
        f"runtime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
    )
    (folder / "__main__.py").write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from pulumi_polytomic.__main__ import main\nsys.exit(main())\n"
    )
    return folder


def with_language(environment: Mapping[str, str], language: str) -> dict[str, str]:
    """The environment with a language's host on PATH."""
    host = language_host(language)
    path = [environment["PATH"], *([str(host)] if host is not None else [])]
    return {**environment, "PATH": os.pathsep.join(path)}


def connections(sandbox: Sandbox) -> list[Any]:
    """The connections in Polytomic."""
    return list(sandbox.polytomic().connections.list().data or [])


def statements(sandbox: Sandbox, role: str = ROLE) -> list[dict[str, Any]]:
    """The trust policy of a role."""
    found = sandbox.aws_client("iam").get_role(RoleName=role)["Role"]
    return list(found["AssumeRolePolicyDocument"]["Statement"])


def sids(sandbox: Sandbox) -> list[str]:
    """The Sids in the trust policy of ROLE."""
    return [each["Sid"] for each in statements(sandbox)]


def trusting(sid: str, external_id: str, changed: bool) -> dict[str, Any]:
    """A statement that lets Polytomic in."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::568237466542:root"},
        "Action": ["sts:AssumeRole", *(["sts:TagSession"] if changed else [])],
        "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
    }


def document(*statements: Mapping[str, Any]) -> str:
    """A policy as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def own_resources(made: Mapping[str, int], changed: Collection[str] = ()) -> Program:
    """Our resources without the component, so many of each kind.

    ``connection``; ``statements`` of ours in the trust policy of ROLE, for as many connections;
    ``check``, of the first connection; ``policy``, the whole trust policy of each of WHOLE.
    """

    def connection(number: int) -> DatabricksConnection:
        return DatabricksConnection(
            f"connection-{number}",
            {
                "server_hostname": "dbc-1.cloud.databricks.com",
                "http_path": f"/sql/1.0/warehouses/{2 if 'connection' in changed else 1}",
                "access_token": "dapi-very-secret",
                "role_arn": ARN,
                "bucket_name": BUCKET,
                "bucket_region": "us-east-1",
                "storage_credential_name": ROLE,
            },
        )

    def trust(number: int, connection: DatabricksConnection) -> RoleTrustPolicy:
        ours = connection.external_id.apply(
            lambda value: json.dumps([trusting(f"Ours{number}", value, "statements" in changed)])
        )
        return RoleTrustPolicy(f"statements-{number}", {"role_name": ROLE, "statements": ours})

    def every() -> None:
        connections = [connection(number) for number in range(made.get("connection", 0))]
        trusts = [trust(number, connections[number]) for number in range(made.get("statements", 0))]
        checks = [
            StagingAccessCheck(
                f"check-{number}",
                {
                    "role_arn": ARN,
                    "bucket_name": BUCKET,
                    "storage_credential_name": ROLE,
                    "connection_id": connections[0].id,
                    "triggers": {"changed": str("check" in changed)},
                    "deadline": 60,
                },
                pulumi.ResourceOptions(depends_on=trusts),
            )
            for number in range(made.get("check", 0))
        ]
        for number in range(made.get("policy", 0)):
            whole = document(trusting("Ours", "an-external-id", "policy" in changed))
            role, behind = WHOLE[number], document(FOREIGN)
            RoleTrustPolicy(
                f"policy-{number}",
                {"role_name": role, "policy": whole, "policy_on_delete": behind},
                pulumi.ResourceOptions(depends_on=checks),
            )

    return every


def make_roles(sandbox: Sandbox) -> None:
    """What ``own_resources`` work on: bucket, storage credential, and the roles of another team.

    ROLE has what Databricks needs of it, and lets Polytomic in for another connection.
    """
    sandbox.aws_client("s3").create_bucket(Bucket=BUCKET)
    credential = sandbox.databricks().storage_credentials.create(
        name=ROLE, aws_iam_role=AwsIamRoleRequest(role_arn=ARN), skip_validation=True
    )
    assert credential.aws_iam_role is not None
    trust = iam.trust_policy(
        role_arn=ARN,
        polytomic_principal=POLYTOMIC.arn,
        polytomic_external_ids=["of-another-connection"],
        unity_catalog_principal=UNITY_CATALOG["aws"].arn,
        databricks_external_id=credential.aws_iam_role.external_id,
    )
    client = sandbox.aws_client("iam")
    for name, theirs in [(ROLE, trust["Statement"]), *((each, []) for each in WHOLE)]:
        client.create_role(RoleName=name, AssumeRolePolicyDocument=document(FOREIGN, *theirs))
    client.put_role_policy(
        RoleName=ROLE,
        PolicyName="access",
        PolicyDocument=json.dumps(iam.permissions_policy(role_arn=ARN, bucket_name=BUCKET)),
    )
