"""Both forms of self-assumption, and the way from one to the other and back."""

import json
from pathlib import Path
from typing import Any

import pytest

from pulumi_polytomic import DatabricksStagingAccess
from pulumi_polytomic.staging_access.arguments import SelfTrust
from sandbox.access_report import who_may_assume
from sandbox.client import Sandbox

from ..component.deployment import Deployment

pytestmark = pytest.mark.engine

POLYTOMIC_ID = "8c2f4a1e-6b7d-4e0f-a1b2-c3d4e5f60718"
NAME = "staging-polytomic-databricks"
ARN = f"arn:aws:iam::123456789012:role/{NAME}"


def program(form: SelfTrust, prefix: str = "") -> None:
    DatabricksStagingAccess(
        "staging",
        {
            "bucket_name": "my-staging-bucket",
            "bucket_prefix": prefix,
            "polytomic_external_id": POLYTOMIC_ID,
            "self_trust": form,
        },
    )


@pytest.fixture
def stack(sandbox: Sandbox, shell: dict[str, str], tmp_path: Path) -> Deployment:
    sandbox.reset()
    sandbox.aws_client("s3").create_bucket(Bucket="my-staging-bucket")
    return Deployment(sandbox, tmp_path)


def stored(sandbox: Sandbox) -> Any:
    return sandbox.aws_client("iam").get_role(RoleName=NAME)["Role"]["AssumeRolePolicyDocument"]


def databricks_id(sandbox: Sandbox) -> str:
    role = sandbox.databricks().storage_credentials.get(NAME).aws_iam_role
    assert role is not None
    return str(role.external_id)


def guide(sandbox: Sandbox) -> dict[str, Any]:
    """The guide's trust policy, letter for letter."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {
                    "AWS": [
                        "arn:aws:iam::568237466542:root",
                        "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL",
                        ARN,
                    ]
                },
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"sts:ExternalId": [POLYTOMIC_ID, databricks_id(sandbox)]}
                },
            }
        ],
    }


def sids(sandbox: Sandbox) -> list[str]:
    return [each.get("Sid", "") for each in stored(sandbox)["Statement"]]


CONDITIONAL = ["PolytomicAssumeRole", "UnityCatalogAssumeRole", "ExplicitSelfRoleAssumption"]


def test_the_guides_statement_stands_after_one_update(stack: Deployment, sandbox: Sandbox) -> None:
    stack.up(lambda: program("principal"))
    assert stored(sandbox) == guide(sandbox)
    ids = {"Polytomic": POLYTOMIC_ID, "Databricks": databricks_id(sandbox)}
    allowed = {
        (each.who, each.external_id) for each in who_may_assume(sandbox, ARN, ids) if each.allowed
    }
    assert ("the role itself", "Databricks' external ID") in allowed
    assert not any(who == "a stranger" for who, _ in allowed)
    assert POLYTOMIC_ID not in json.dumps(
        stack.resources()["staging-trust"]["outputs"]["trustPolicy"]
    )
    assert stack.up().summary == {"same": 7}
    stack.refresh()
    assert stack.up().changes("staging") == {}
    assert stored(sandbox) == guide(sandbox)
    stack.destroy()
    assert sandbox.aws_client("iam").list_roles()["Roles"] == []


def test_from_one_form_to_the_other_and_back(stack: Deployment, sandbox: Sandbox) -> None:
    stack.up(lambda: program("condition"))
    assert sids(sandbox) == CONDITIONAL
    run = stack.up(lambda: program("principal"))
    assert run.changes("staging")["trust"] == ["create"]
    assert stored(sandbox) == guide(sandbox)
    stack.up(lambda: program("condition"))
    assert sids(sandbox) == CONDITIONAL
    assert stack.up().changes("staging") == {}


def test_back_after_a_refresh_and_with_another_external_id(
    stack: Deployment, sandbox: Sandbox
) -> None:
    stack.up(lambda: program("principal"))
    stack.refresh()
    stack.up(lambda: program("condition"))
    assert sids(sandbox) == CONDITIONAL
    stack.refresh()
    assert stack.up().changes("staging") == {}
