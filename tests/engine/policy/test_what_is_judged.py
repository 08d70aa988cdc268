"""What the gate takes for intent, and for which role, on the real engine."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.client import Sandbox
from tests.docs.pages import ROOT

from .conftest import Project

pytestmark = pytest.mark.engine

MakeProject = Callable[[Path], Project]
PROJECT = "name: gate\nruntime: python\n"
WITH_POLICY = """\
import sys
sys.path.append("..")
from hand_written import *

credential = storage_credential()
staging_role(credential.aws_iam_role.external_id.apply(trust), permissions(CHANGED))
"""
ALL_OF_IAM = 'More={"Sid": "More", "Effect": "Allow", "Action": "iam:*", "Resource": "*"}'
TWO_CLOUDS = """\
import json
import sys
sys.path.append("..")
import pulumi
import pulumi_aws as aws
from hand_written import *

def document(statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})

credential = storage_credential()
boundary = aws.iam.Policy("boundary", policy=document([
    {"Effect": "Allow", "Action": [*S3_ACTIONS, "sts:AssumeRole"], "Resource": "*"},
]))
role = aws.iam.Role(
    "staging",
    name="staging",
    assume_role_policy=credential.aws_iam_role.external_id.apply(lambda id: document(trust(id))),
    permissions_boundary=boundary.arn,
)
managed = aws.iam.Policy("managed", policy=document([
    {"Effect": "Allow", "Action": "s3:*", "Resource": BUCKET},
    *permissions(Staging=None),
]))
aws.iam.RolePolicyAttachment("managed", role=role.name, policy_arn=managed.arn)

gov = aws.Provider("gov", region="us-gov-west-1")
there = pulumi.ResourceOptions(provider=gov)
gov_role = "arn:aws-us-gov:iam::123456789012:role/staging"
gov_credential = databricks.StorageCredential(
    "gov", name="gov", aws_iam_role={"role_arn": gov_role}, skip_validation=True
)
name = "unity-catalog-prod-UCMasterRole-1QRFA8SGY15OJ"
unity_catalog = f"arn:aws-us-gov:iam::044793339203:role/{name}"
gov_staging = aws.iam.Role(
    "gov-staging",
    name="staging",
    assume_role_policy=gov_credential.aws_iam_role.external_id.apply(lambda id: document([
        allow("UnityCatalog", unity_catalog, id),
        allow("Itself", "arn:aws-us-gov:iam::123456789012:root", id,
              ArnEquals={"aws:PrincipalArn": gov_role}),
    ])),
    opts=there,
)
aws.iam.RolePolicy(
    "gov-access",
    role="staging",
    policy=document([
        {"Effect": "Allow", "Action": S3_ACTIONS,
         "Resource": [each.replace("arn:aws:", "arn:aws-us-gov:") for each in BUCKET]},
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": gov_role},
        *MORE,
    ]),
    opts=pulumi.ResourceOptions(provider=gov, depends_on=[gov_staging]),
)
"""


def write(tmp_path: Path, program: str) -> Path:
    """Write a project beside the role that is written by hand."""
    folder = tmp_path / "written" / "program"
    folder.mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text(PROJECT)
    (folder / "__main__.py").write_text(program)
    good = ROOT / "examples" / "bad" / "hand_written.py"
    (folder.parent / "hand_written.py").write_text(good.read_text())
    return folder


def change(stack: Project, program: str) -> None:
    (stack.folder / "__main__.py").write_text(program)


def test_what_a_refresh_left_among_the_outputs_is_no_intent(
    project: MakeProject, tmp_path: Path
) -> None:
    stack = project(write(tmp_path, WITH_POLICY.replace("CHANGED", ALL_OF_IAM)))
    assert stack.pulumi("up", "--yes", "--skip-preview").code == 0
    assert stack.pulumi("refresh", "--yes", "--skip-preview").code == 0
    change(stack, WITH_POLICY.replace("CHANGED", ""))
    mended = stack.gate("up", "--skip-preview")
    assert mended.code == 0, mended.text
    assert stack.pulumi("refresh", "--yes", "--skip-preview").code == 0
    change(stack, WITH_POLICY.replace("CHANGED", "Itself=None"))
    removed = stack.gate("preview")
    assert removed.refused() == {"permissions-allow-self-assume"}, removed.text


def test_roles_of_one_name_are_told_apart_and_all_is_decided_before_it_is_made(
    project: MakeProject, tmp_path: Path, sandbox: Sandbox
) -> None:
    stack = project(write(tmp_path, TWO_CLOUDS.replace("MORE", "[]")))
    (stack.folder / "policy-config.json").write_text(json.dumps({"undecided": "mandatory"}))
    up = stack.gate("up", "--skip-preview")
    assert up.code == 0, up.text
    more = '[{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}]'
    change(stack, TWO_CLOUDS.replace("MORE", more))
    refused = stack.gate("up", "--skip-preview")
    assert refused.refused() == {"no-foreign-permissions"}, refused.text
    assert "gov-access: inline policy gov-access, statement 3 allows iam:*" in refused.text
    gov = sandbox.aws_client("iam", region="us-gov-west-1")
    kept = gov.get_role_policy(RoleName="staging", PolicyName=gov_policy_name(gov))
    assert "iam:*" not in json.dumps(kept["PolicyDocument"])


def gov_policy_name(gov: object) -> str:
    names: list[str] = gov.list_role_policies(RoleName="staging")["PolicyNames"]  # type: ignore[attr-defined]
    assert len(names) == 1
    return names[0]
