"""The table of `make up` comes from the sandbox's AWS, and fails where somebody wrongly gets in."""

import json
from typing import Any

import pytest

from sandbox import access_report
from sandbox.client import Sandbox
from sandbox.identities import DEFAULT_ACCOUNT_ID, POLYTOMIC, UNITY_CATALOG

ROLE_ARN = f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/staging"
IDS = {"Polytomic": "8c2f4a1e-6b7d-4e0f", "Databricks": "7a1b2c3d-0f1e-4d5c"}


def statement(sid: str, principal: Any, external_id: str | None, **more: Any) -> dict[str, Any]:
    condition = {"StringEquals": {"sts:ExternalId": external_id}} if external_id else {}
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "sts:AssumeRole",
        **({"Condition": {**condition, **more}} if condition or more else {}),
    }


GOOD = [
    statement("PolytomicAssumeRole", POLYTOMIC.arn, IDS["Polytomic"]),
    statement("UnityCatalogAssumeRole", UNITY_CATALOG["aws"].arn, IDS["Databricks"]),
    statement(
        "ExplicitSelfRoleAssumption",
        f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:root",
        IDS["Databricks"],
        ArnEquals={"aws:PrincipalArn": ROLE_ARN},
    ),
]


def make_role(sandbox: Sandbox, statements: list[dict[str, Any]], self_assume: bool = True) -> None:
    iam = sandbox.aws_client("iam")
    trust = {"Version": "2012-10-17", "Statement": statements}
    iam.create_role(RoleName="staging", AssumeRolePolicyDocument=json.dumps(trust))
    if self_assume:
        allow = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": ROLE_ARN}
        policy = {"Version": "2012-10-17", "Statement": [allow]}
        iam.put_role_policy(
            RoleName="staging", PolicyName="self", PolicyDocument=json.dumps(policy)
        )


def wrong_rows(output: str) -> list[str]:
    return [" ".join(row.split()) for row in output.splitlines() if "<-- should not" in row]


def test_a_good_role_passes_and_no_external_id_is_shown(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    make_role(sandbox, GOOD)
    assert access_report.show(sandbox, "staging") == 0
    output = capsys.readouterr().out
    assert wrong_rows(output) == []
    assert [row.split()[-1] for row in output.splitlines()[-16:]].count("yes") == 3
    for value in IDS.values():
        assert value not in output
    assert output.count(access_report.MASK) == 3


def test_a_door_without_an_external_id_is_shown(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    make_role(sandbox, [*GOOD, statement("Open", "*", None)])
    assert access_report.show(sandbox, "staging") == 1
    rows = wrong_rows(capsys.readouterr().out)
    assert "a stranger no external ID yes <-- should not be so" in rows
    assert len(rows) == 13


def test_a_role_that_may_not_assume_itself_is_shown(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    make_role(sandbox, GOOD, self_assume=False)
    assert access_report.show(sandbox, "staging") == 1
    assert wrong_rows(capsys.readouterr().out) == [
        "the role itself Databricks' external ID no <-- should not be so"
    ]


def test_a_missing_external_id_is_told(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    make_role(sandbox, GOOD[:1])
    assert access_report.show(sandbox, "staging") == 1
    assert "Databricks external ID   MISSING" in capsys.readouterr().out
