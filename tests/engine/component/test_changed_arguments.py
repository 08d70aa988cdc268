"""Each argument changed on a deployed component: what the engine does, and what the clouds show.

One stack holds a component per case, so that two ups serve all of them.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pulumi
import pytest

from pulumi_polytomic import DatabricksStagingAccess
from sandbox.client import Sandbox

from .clouds import (
    ACCOUNT,
    MINIMAL,
    OTHER_ID,
    POLYTOMIC_ID,
    credential,
    external_id,
    guide_permissions,
    guide_trust,
    permissions,
    role,
    trust,
)
from .deployment import Deployment, Run

pytestmark = pytest.mark.engine

SERVICE_ROLE = "arn:aws:iam::568237466542:role/convox/prod-polytomic-ServiceRole-1ELGH39L0GCHT"
OWN_POLYTOMIC = "arn:aws:iam::210987654321:role/polytomic"
OWN_CATALOG = "arn:aws:iam::414351767826:role/unity-catalog-dev-UCMasterRole-G3MMN8SP21FO"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/0d2c4a68-1f3e-4b5a-8c7d-9e0f1a2b3c4d"
REPLACED = ["create-replacement", "replace", "delete-replaced"]
NEW_ROLE = {"credential": ["update"], "role": REPLACED, "policy": REPLACED}


class Case(NamedTuple):
    """``changes``: the operations by child; ``check``: gets sandbox and name of the role."""

    before: dict[str, Any]
    after: dict[str, Any]
    changes: dict[str, list[str]]
    check: Callable[[Sandbox, str], Any]


def own_name(case: str) -> str:
    return f"{case}-polytomic-databricks"


def trusts(**differences: Any) -> Callable[[Sandbox, str], bool]:
    return lambda sandbox, name: (
        trust(sandbox, name) == guide_trust(external_id(sandbox, name), name, **differences)
    )


def grants_prefix(sandbox: Sandbox, name: str) -> bool:
    text = json.dumps(permissions(sandbox, name))
    return "arn:aws:s3:::acme-staging/in/here/*" in text and "acme-staging/*" not in text


def grants_bucket(sandbox: Sandbox, name: str) -> bool:
    arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    return bool(permissions(sandbox, name) == guide_permissions("acme-other", arn))


def grants_key(sandbox: Sandbox, name: str) -> bool:
    statement: dict[str, Any] = permissions(sandbox, name)["Statement"][-1]
    expected = {
        "Sid": "AllowKms",
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*"],
        "Resource": KEY,
    }
    return bool(statement == expected)


def role_shows(**expected: Any) -> Callable[[Sandbox, str], bool]:
    return lambda sandbox, name: expected.items() <= role(sandbox, name).items()


def credential_shows(**expected: Any) -> Callable[[Sandbox, str], bool]:
    return lambda sandbox, name: expected.items() <= credential(sandbox, name).as_dict().items()


def unchanged(sandbox: Sandbox, name: str) -> bool:
    return bool(trust(sandbox, name) == guide_trust(external_id(sandbox, name), name))


def moved_to(path: str) -> Callable[[Sandbox, str], bool]:
    def check(sandbox: Sandbox, name: str) -> bool:
        arn = f"arn:aws:iam::{ACCOUNT}:role{path}{name}"
        return bool(
            role(sandbox, name)["Arn"] == arn
            and credential(sandbox, name).aws_iam_role.role_arn == arn
            and trust(sandbox, name) == guide_trust(external_id(sandbox, name), name, path=path)
            and permissions(sandbox, name) == guide_permissions(role_arn=arn)
        )

    return check


def renamed(sandbox: Sandbox, name: str) -> bool:
    iam = sandbox.aws_client("iam")
    arn = f"arn:aws:iam::{ACCOUNT}:role/renamed"
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName=name)
    return bool(
        credential(sandbox, name).aws_iam_role.role_arn == arn
        and trust(sandbox, "renamed") == guide_trust(external_id(sandbox, name), "renamed")
        and permissions(sandbox, "renamed") == guide_permissions(role_arn=arn)
    )


def other_credential(sandbox: Sandbox, name: str) -> bool:
    names = [item.name for item in sandbox.databricks().storage_credentials.list()]
    minted = external_id(sandbox, "other-credential")
    return name not in names and trust(sandbox, name) == guide_trust(minted, name)


def polytomic_only(sandbox: Sandbox, name: str) -> bool:
    names = [item.name for item in sandbox.databricks().storage_credentials.list()]
    whole = guide_trust("-", name)
    arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    return (
        name not in names
        and trust(sandbox, name) == {**whole, "Statement": whole["Statement"][:1]}
        and permissions(sandbox, name)["Statement"]
        == guide_permissions(role_arn=arn)["Statement"][:1]
    )


ROLE_UPDATE = {"role": ["update"]}
POLICY_UPDATE = {"policy": ["update"]}
CREDENTIAL_UPDATE = {"credential": ["update"]}
NOTHING: dict[str, list[str]] = {}
WITHOUT_ID = {"polytomic_external_id": None}

CASES: dict[str, Case] = {
    "bucket_name": Case({}, {"bucket_name": "acme-other"}, POLICY_UPDATE, grants_bucket),
    "bucket_prefix": Case({}, {"bucket_prefix": "in/here"}, POLICY_UPDATE, grants_prefix),
    "polytomic_external_id": Case(
        {}, {"polytomic_external_id": OTHER_ID}, ROLE_UPDATE, trusts(polytomic_ids=OTHER_ID)
    ),
    "polytomic_external_ids": Case(
        {},
        {**WITHOUT_ID, "polytomic_external_ids": [POLYTOMIC_ID, OTHER_ID]},
        ROLE_UPDATE,
        trusts(polytomic_ids=[POLYTOMIC_ID, OTHER_ID]),
    ),
    "polytomic_external_ids_one": Case(
        {},
        {**WITHOUT_ID, "polytomic_external_ids": [POLYTOMIC_ID]},
        NOTHING,
        trusts(polytomic_ids=POLYTOMIC_ID),
    ),
    "polytomic_principal": Case(
        {}, {"polytomic_principal": "service-role"}, ROLE_UPDATE, trusts(polytomic=SERVICE_ROLE)
    ),
    "polytomic_principal_arn": Case(
        {"polytomic_principal": "service-role"},
        {"polytomic_principal": OWN_POLYTOMIC},
        ROLE_UPDATE,
        trusts(polytomic=OWN_POLYTOMIC),
    ),
    "role_name": Case({}, {"role_name": "renamed"}, NEW_ROLE, renamed),
    "role_path": Case({}, {"role_path": "/data/"}, NEW_ROLE, moved_to("/data/")),
    "role_description": Case(
        {}, {"role_description": "staging"}, ROLE_UPDATE, role_shows(Description="staging")
    ),
    "permissions_boundary": Case(
        {},
        {"permissions_boundary": BOUNDARY},
        ROLE_UPDATE,
        lambda sandbox, name: (
            role(sandbox, name)["PermissionsBoundary"]["PermissionsBoundaryArn"] == BOUNDARY
        ),
    ),
    "permissions_boundary_gone": Case(
        {"permissions_boundary": BOUNDARY},
        {"permissions_boundary": None},
        ROLE_UPDATE,
        lambda sandbox, name: "PermissionsBoundary" not in role(sandbox, name),
    ),
    "max_session_duration": Case(
        {}, {"max_session_duration": 7200}, ROLE_UPDATE, role_shows(MaxSessionDuration=7200)
    ),
    "tags": Case(
        {"tags": {"team": "sales", "old": "1"}},
        {"tags": {"team": "data"}},
        ROLE_UPDATE,
        role_shows(Tags=[{"Key": "team", "Value": "data"}]),
    ),
    "account_id": Case({}, {"account_id": ACCOUNT}, NOTHING, unchanged),
    "partition": Case({}, {"partition": "aws"}, NOTHING, unchanged),
    "databricks_environment": Case({}, {"databricks_environment": "aws"}, NOTHING, unchanged),
    "unity_catalog_principal": Case(
        {},
        {"unity_catalog_principal": OWN_CATALOG},
        ROLE_UPDATE,
        trusts(unity_catalog=OWN_CATALOG),
    ),
    "storage_credential": Case(
        {},
        {"storage_credential": "none"},
        {"credential": ["delete"], "role": ["update"], "policy": ["update"]},
        polytomic_only,
    ),
    "storage_credential_made": Case(
        {"storage_credential": "none"},
        {"storage_credential": "create"},
        {"credential": ["create"], "role": ["update"], "policy": ["update"]},
        unchanged,
    ),
    "storage_credential_name": Case(
        {},
        {"storage_credential_name": "other-credential"},
        {"credential": REPLACED, "role": ["update"]},
        other_credential,
    ),
    "storage_credential_comment": Case(
        {},
        {"storage_credential_comment": "ours"},
        CREDENTIAL_UPDATE,
        credential_shows(comment="ours"),
    ),
    "storage_credential_owner": Case(
        {},
        {"storage_credential_owner": "data-admins"},
        CREDENTIAL_UPDATE,
        credential_shows(owner="data-admins"),
    ),
    "storage_credential_read_only": Case(
        {},
        {"storage_credential_read_only": True},
        CREDENTIAL_UPDATE,
        credential_shows(read_only=True),
    ),
    "isolation_mode": Case(
        {},
        {"isolation_mode": "ISOLATION_MODE_ISOLATED"},
        CREDENTIAL_UPDATE,
        credential_shows(isolation_mode="ISOLATION_MODE_ISOLATED"),
    ),
    "force_destroy": Case({}, {"force_destroy": True}, CREDENTIAL_UPDATE, unchanged),
    "self_trust": Case({}, {"self_trust": "condition"}, NOTHING, unchanged),
    "kms_key_arn": Case({}, {"kms_key_arn": KEY}, POLICY_UPDATE, grants_key),
}


class Changed(NamedTuple):
    preview: Run
    up: Run
    again: Run
    sandbox: Sandbox
    ids_before: dict[str, str]


@pytest.fixture(scope="module")
def changed(
    sandbox: Sandbox, shell: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Changed:
    """All cases deployed as they were before, then changed."""
    sandbox.reset()
    sandbox.aws_client("iam").create_policy(
        PolicyName="boundary",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
            }
        ),
    )

    def program(phase: Callable[[Case], dict[str, Any]]) -> Callable[[], None]:
        def run() -> None:
            for name, case in CASES.items():
                access = DatabricksStagingAccess(name, {**MINIMAL, **phase(case)})  # type: ignore[call-overload]
                pulumi.export(name, access.role_arn)

        return run

    folder: Path = tmp_path_factory.mktemp("changed")
    stack = Deployment(sandbox, folder)
    stack.up(program(lambda case: case.before))
    made = [item.name for item in sandbox.databricks().storage_credentials.list()]
    ids = {name: external_id(sandbox, own_name(name)) for name in CASES if own_name(name) in made}
    preview = stack.preview(program(lambda case: case.after))
    up = stack.up()
    return Changed(preview, up, stack.up(), sandbox, ids)


@pytest.mark.parametrize("name", CASES)
def test_a_changed_argument(changed: Changed, name: str) -> None:
    case = CASES[name]
    assert _sorted(changed.up.changes(name)) == _sorted(case.changes)
    assert case.check(changed.sandbox, own_name(name))


@pytest.mark.parametrize("name", CASES)
def test_preview_promises_what_up_does(changed: Changed, name: str) -> None:
    promised = {child: operations[0] for child, operations in changed.preview.changes(name).items()}
    done = {child: operations[0] for child, operations in changed.up.changes(name).items()}
    assert promised == done


@pytest.mark.parametrize(
    "name", [name for name in CASES if not name.startswith("storage_credential") or "_r" in name]
)
def test_the_external_id_survives(changed: Changed, name: str) -> None:
    assert external_id(changed.sandbox, own_name(name)) == changed.ids_before[name]


def test_after_the_changes_there_is_nothing_more_to_do(changed: Changed) -> None:
    assert set(changed.again.summary) == {"same"}


def _sorted(changes: dict[str, list[str]]) -> dict[str, list[str]]:
    return {child: sorted(operations) for child, operations in changes.items()}
