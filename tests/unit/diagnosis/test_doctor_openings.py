"""The doctor on roles that work and are open, and what comes of what is not certain."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from pulumi_polytomic.__main__ import main
from tests.unit.diagnosis.test_doctor import ARN, BUCKET, Setup, by_hand, doctor, findings

__all__ = ["by_hand"]

Change = Callable[[list[dict[str, Any]], list[dict[str, Any]]], Any]


def _everybody(trust: list[dict[str, Any]], _: Any) -> None:
    trust[2] = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}


def _no_id(trust: list[dict[str, Any]], _: Any) -> None:
    del trust[0]["Condition"]


def _every_action(_: Any, permissions: list[dict[str, Any]]) -> None:
    permissions[0] = {"Effect": "Allow", "Action": "*", "Resource": "*"}


OPENINGS: list[tuple[str, Change, str, str]] = [
    (
        "everybody",
        _everybody,
        "open-principal",
        "trust policy, statement 3: lets in everybody ('*')",
    ),
    (
        "a vendor without external ID",
        _no_id,
        "open-external-id",
        "trust policy, statement 1 (Polytomic): lets Polytomic in with no external ID",
    ),
    (
        "every action",
        _every_action,
        "open-permissions",
        "permissions policy 'access', statement 1: allows *",
    ),
]


@pytest.mark.parametrize(
    ("change", "opening", "said"), [o[1:] for o in OPENINGS], ids=[o[0] for o in OPENINGS]
)
def test_a_role_that_works_and_is_open_is_not_healthy(
    by_hand: Setup, change: Change, opening: str, said: str
) -> None:
    trust, permissions = by_hand.trust(), by_hand.permissions()
    change(trust["Statement"], permissions["Statement"])
    by_hand.write(trust, permissions)
    assert findings(by_hand, "--live") == [opening]
    code, text = doctor(by_hand)
    assert code == 1
    assert f"1. {said}" in text


def _guarded(setup: Setup, condition: dict[str, Any]) -> None:
    permissions = setup.permissions()
    deny = {"Sid": "Guard", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    permissions["Statement"].append({**deny, "Condition": condition})
    setup.write(setup.trust(), permissions)


def test_a_usual_compliance_statement_is_healthy(by_hand: Setup) -> None:
    _guarded(by_hand, {"Bool": {"aws:SecureTransport": "false"}})
    code, said = doctor(by_hand, "--live")
    assert code == 0
    assert said.endswith("Healthy: nothing is in the way, and nothing is open.\n")


def test_what_is_not_certain_is_told_apart_and_makes_no_exit_1(by_hand: Setup) -> None:
    _guarded(by_hand, {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}})
    code, said = doctor(by_hand)
    assert code == 0
    assert "Healthy, as far as can be told" in said
    assert "Not certain; it depends on what cannot be seen from here:\n\n1. " in said
    answer = json.loads(doctor(by_hand, "--json")[1])
    assert (answer["healthy"], answer["findings"]) == (True, [])
    [unsure] = answer["uncertain"]
    assert unsure["where"] == "permissions policy 'access', statement 3 (Guard)"


def test_what_is_certain_comes_before_what_is_not(by_hand: Setup) -> None:
    _guarded(by_hand, {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}})
    trust = by_hand.trust()
    trust["Statement"].pop(0)
    trust["Statement"].append(
        {"Effect": "Allow", "Principal": {"AWS": "999988887777"}, "Action": "sts:AssumeRole"}
    )
    by_hand.sandbox.aws_client("iam").update_assume_role_policy(
        RoleName="staging", PolicyDocument=json.dumps(trust)
    )
    code, said = doctor(by_hand, "--connection", "Databricks")
    assert code == 1
    places = [said.index(each) for each in ("does not name Polytomic", "999988887777", "Guard")]
    assert places == sorted(places)


def test_who_is_meant_to_get_in_is_not_open(by_hand: Setup) -> None:
    auditor = "arn:aws:iam::999988887777:root"
    trust = by_hand.trust()
    trust["Statement"].append(
        {"Effect": "Allow", "Principal": {"AWS": auditor}, "Action": "sts:AssumeRole"}
    )
    by_hand.write(trust, by_hand.permissions())
    assert findings(by_hand) == ["open-principal"]
    assert findings(by_hand, "--trusted-principal", auditor) == []


def test_self_assumption_is_judged_without_a_credential_too(by_hand: Setup) -> None:
    permissions = by_hand.permissions()
    permissions["Statement"].pop(1)
    by_hand.write(by_hand.trust(), permissions)
    code, said = doctor(by_hand, given=("--role-arn", ARN, "--bucket", BUCKET))
    assert code == 1
    assert "do not allow sts:AssumeRole on arn:aws:iam::123456789012:role/staging" in said


def test_help_says_what_it_does_how_and_what_the_exit_codes_mean(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert "Finds out why a staging role does not work, and whether it is open" in said
    assert "examples:\n" in said and "--live" in said
    assert "exit codes:\n  0  healthy" in said
    assert "\n  1  something is wrong" in said and "\n  2  it could not look" in said
