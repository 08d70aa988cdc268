"""``python -m pulumi_polytomic doctor`` against the sandbox, as a user runs it."""

import io
import json
import os
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, NamedTuple
from unittest import mock

import pytest
from databricks.sdk.service.catalog import AwsIamRoleRequest

from pulumi_polytomic.__main__ import main
from sandbox.client import Sandbox

ARN = "arn:aws:iam::123456789012:role/staging"
BUCKET = "my-staging-bucket"
ACTIONS = [
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:GetBucketLocation",
    "s3:ListBucketMultipartUploads",
    "s3:ListMultipartUploadParts",
    "s3:AbortMultipartUpload",
]


class Setup(NamedTuple):
    """A staging role that was made by hand, and both vendors' sides of it."""

    sandbox: Sandbox
    polytomic_id: str
    databricks_id: str

    def trust(self) -> dict[str, Any]:
        def statement(sid: str, principal: str, external_id: str) -> dict[str, Any]:
            condition: dict[str, Any] = {"StringEquals": {"sts:ExternalId": external_id}}
            if sid == "Itself":
                condition["ArnEquals"] = {"aws:PrincipalArn": ARN}
            return {
                "Sid": sid,
                "Effect": "Allow",
                "Principal": {"AWS": principal},
                "Action": "sts:AssumeRole",
                "Condition": condition,
            }

        unity = "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"
        return {
            "Version": "2012-10-17",
            "Statement": [
                statement("Polytomic", "arn:aws:iam::568237466542:root", self.polytomic_id),
                statement("UnityCatalog", unity, self.databricks_id),
                statement("Itself", "arn:aws:iam::123456789012:root", self.databricks_id),
            ],
        }

    def permissions(self) -> dict[str, Any]:
        bucket = f"arn:aws:s3:::{BUCKET}"
        return {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": list(ACTIONS), "Resource": [bucket, f"{bucket}/*"]},
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": ARN},
            ],
        }

    def write(self, trust: dict[str, Any], permissions: dict[str, Any]) -> None:
        iam = self.sandbox.aws_client("iam")
        iam.update_assume_role_policy(RoleName="staging", PolicyDocument=json.dumps(trust))
        iam.put_role_policy(
            RoleName="staging", PolicyName="access", PolicyDocument=json.dumps(permissions)
        )


@pytest.fixture
def by_hand(sandbox: Sandbox) -> Setup:
    sandbox.aws_client("s3").create_bucket(Bucket=BUCKET)
    credential = sandbox.databricks().storage_credentials.create(
        name="staging", aws_iam_role=AwsIamRoleRequest(role_arn=ARN), skip_validation=True
    )
    connection = sandbox.polytomic().connections.create(
        name="Databricks",
        type="databricks",
        configuration={
            "server_hostname": "x.cloud.databricks.com",
            "http_path": "/sql",
            "port": 443,
            "access_token": "t",
            "databricks_auth_mode": "access_token",
            "auth_mode": "iam_role",
            "iam_role_arn": ARN,
            "storage_credential_name": "staging",
            "s3_bucket_name": BUCKET,
            "s3_bucket_region": "us-east-1",
        },
        validate=False,
    )
    assert credential.aws_iam_role is not None and connection.data is not None
    setup = Setup(
        sandbox,
        (connection.data.configuration or {})["external_id"],
        str(credential.aws_iam_role.external_id),
    )
    sandbox.aws_client("iam").create_role(
        RoleName="staging", AssumeRolePolicyDocument=json.dumps(setup.trust())
    )
    setup.write(setup.trust(), setup.permissions())
    return setup


GIVEN = ("--role-arn", ARN, "--bucket", BUCKET, "--storage-credential", "staging")


def doctor(
    setup: Setup, *more: str, given: Sequence[str] = GIVEN, **environment: str
) -> tuple[int, str]:
    """Exit code, and all that was printed."""
    own = {**os.environ, **setup.sandbox.process_environment(), **environment}
    with (
        mock.patch.dict(os.environ, own, clear=True),
        redirect_stdout(io.StringIO()) as printed,
        redirect_stderr(printed),
    ):
        code = main(["doctor", *given, *more])
    said = printed.getvalue()
    if "--show-external-ids" not in more:
        assert setup.polytomic_id not in said and setup.databricks_id not in said
    return code, said


def findings(setup: Setup, *more: str) -> list[str]:
    code, said = doctor(setup, "--connection", "Databricks", "--json", *more)
    answer = json.loads(said)
    assert code == (1 if answer["findings"] else 0)
    return [each["code"] for each in answer["findings"]]


def test_a_healthy_role_gives_no_finding_and_both_vendors_agree(by_hand: Setup) -> None:
    assert findings(by_hand, "--live") == []


def test_nothing_is_changed_by_looking(by_hand: Setup) -> None:
    by_hand.sandbox.clear_calls()
    assert findings(by_hand) == []
    operations = {call["operation"] for call in by_hand.sandbox.calls()}
    assert operations
    reads = (
        "s3:Head",
        "sts:GetCaller",
        "iam:Get",
        "iam:List",
        "connections.list",
        "StorageCredentials.Get",
        "Host.Metadata",
    )
    assert [each for each in operations if not each.startswith(reads)] == []


def test_another_account_is_not_looked_into(by_hand: Setup) -> None:
    by_hand.sandbox.clear_calls()
    elsewhere = "arn:aws:iam::222222222222:role/staging"
    code, said = doctor(by_hand, "--role-arn", elsewhere)
    assert code == 2
    assert "in account 222222222222, and these credentials are of account 123456789012" in said
    operations = {call["operation"] for call in by_hand.sandbox.calls()}
    assert {each for each in operations if each.startswith(("iam:", "sts:"))} == {
        "sts:GetCallerIdentity"
    }


Change = Callable[[list[dict[str, Any]], list[dict[str, Any]]], Any]


def _other_id(index: int) -> Change:
    def change(trust: list[dict[str, Any]], _: Any) -> None:
        trust[index]["Condition"]["StringEquals"]["sts:ExternalId"] = "another-id"

    return change


BROKEN: list[tuple[str, Change, list[str]]] = [
    ("Databricks principal missing", lambda t, _: t.pop(1), ["databricks-principal"]),
    ("Databricks ID", _other_id(1), ["databricks-external-id"]),
    ("self-assumption, trust", lambda t, _: t.pop(2), ["self-assume-trust"]),
    ("self-assumption, permissions", lambda _, p: p.pop(1), ["self-assume-permissions"]),
    (
        "self-assumption, both",
        lambda t, p: (t.pop(2), p.pop(1)),
        ["self-assume-trust", "self-assume-permissions"],
    ),
    ("Polytomic principal missing", lambda t, _: t.pop(0), ["polytomic-principal"]),
    ("Polytomic ID", _other_id(0), ["polytomic-external-id"]),
    ("S3 action", lambda _, p: p[0]["Action"].remove("s3:PutObject"), ["s3-action"]),
]


each_line = pytest.mark.parametrize(
    ("change", "codes"), [c[1:] for c in BROKEN], ids=[c[0] for c in BROKEN]
)


@each_line
def test_each_line_of_the_troubleshooting_is_found_and_the_vendors_fail_too(
    by_hand: Setup, change: Change, codes: list[str]
) -> None:
    trust, permissions = by_hand.trust(), by_hand.permissions()
    change(trust["Statement"], permissions["Statement"])
    by_hand.write(trust, permissions)
    assert findings(by_hand) == codes
    live = findings(by_hand, "--live")
    assert live[: len(codes)] == codes
    assert set(live[len(codes) :]) & {"databricks-refused", "polytomic-refused"}


def test_a_boundary_that_takes_an_action_away_is_named(by_hand: Setup) -> None:
    iam = by_hand.sandbox.aws_client("iam")
    allowed = [action for action in ACTIONS if action != "s3:PutObject"] + ["sts:AssumeRole"]
    statement = {"Effect": "Allow", "Action": allowed, "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    made = iam.create_policy(PolicyName="boundary", PolicyDocument=text)["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="staging", PermissionsBoundary=made)
    assert findings(by_hand) == ["permissions-boundary"]
    assert "takes s3:PutObject on" in doctor(by_hand)[1]


def test_a_kms_key_that_the_role_may_not_use_is_named(by_hand: Setup) -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    assert set(findings(by_hand, "--kms-key-arn", key)) == {"kms-action"}
    assert (
        f"do not allow kms:Decrypt, kms:Encrypt, kms:GenerateDataKey on {key}"
        in doctor(by_hand, "--kms-key-arn", key)[1]
    )


def test_a_bucket_that_keeps_the_role_out_is_seen_live_alone(by_hand: Setup) -> None:
    bucket = f"arn:aws:s3:::{BUCKET}"
    statement = {"Effect": "Deny", "Principal": {"AWS": ARN}, "Action": "s3:*"}
    by_hand.sandbox.aws_client("s3").put_bucket_policy(
        Bucket=BUCKET,
        Policy=json.dumps(
            {"Version": "2012-10-17", "Statement": {**statement, "Resource": [f"{bucket}/*"]}}
        ),
    )
    assert findings(by_hand) == []
    assert set(findings(by_hand, "--live")) == {"databricks-refused", "polytomic-refused"}


def test_sides_that_mean_another_role_are_named(by_hand: Setup) -> None:
    by_hand.sandbox.databricks().storage_credentials.update(
        name="staging",
        aws_iam_role=AwsIamRoleRequest(role_arn=ARN + "-2"),
        skip_validation=True,
    )
    assert findings(by_hand) == ["credential-role"]
    assert "connection-bucket" in findings(by_hand, "--prefix", "elsewhere")


def test_the_text_names_the_statement_and_the_remedy(by_hand: Setup) -> None:
    trust, permissions = by_hand.trust(), by_hand.permissions()
    trust["Statement"][1]["Condition"]["StringEquals"]["sts:ExternalId"] = "another-id"
    by_hand.write(trust, permissions)
    code, said = doctor(by_hand)
    assert code == 1
    assert "UnityCatalog" in said and "Set sts:ExternalId there" in said


def test_the_fix_plan_is_what_works(by_hand: Setup) -> None:
    by_hand.write(
        {**by_hand.trust(), "Statement": by_hand.trust()["Statement"][:1]}, by_hand.permissions()
    )
    more = ("--connection", "Databricks", "--fix-plan", "--json")
    code, said = doctor(by_hand, *more)
    assert code == 1
    assert "<POLYTOMIC-EXTERNAL-ID>" in said and "<DATABRICKS-EXTERNAL-ID>" in said
    plan = json.loads(doctor(by_hand, *more, "--show-external-ids")[1])["fix_plan"]
    by_hand.write(plan["trust_policy"], plan["permissions_policy"])
    assert findings(by_hand, "--live") == []


@pytest.mark.parametrize(
    ("more", "environment", "said"),
    [
        (["--role-arn", ARN + "-gone"], {}, "AWS has no role"),
        (["--role-arn", "staging"], {}, "--role-arn"),
        (["--bucket", "Bad_Bucket"], {}, "--bucket"),
        (["--storage-credential", "gone"], {}, "storage credential 'gone'"),
        (["--connection", "gone"], {}, "no connection 'gone'. It has: Databricks"),
        (["--connection", "Databricks"], {"POLYTOMIC_API_KEY": ""}, "POLYTOMIC_API_KEY"),
        (["--connection", "Databricks"], {"POLYTOMIC_API_KEY": "wrong"}, "HTTP 401"),
        ([], {"DATABRICKS_TOKEN": "wrong"}, "DATABRICKS_CONFIG_PROFILE"),
        ([], {"AWS_ACCESS_KEY_ID": "AKIAWRONG"}, "AWS"),
    ],
)
def test_what_cannot_be_looked_at_ends_with_2_and_the_way_out(
    by_hand: Setup, more: list[str], environment: dict[str, str], said: str
) -> None:
    code, text = doctor(by_hand, *more, **environment)
    assert (code, said in text) == (2, True), text
    assert "Traceback" not in text
