from typing import Any

import pytest

from sandbox.client import Sandbox
from sandbox.providers.values import UNKNOWN
from tests.unit.sandbox.providers.support import Plugin, RefusalError

CREDENTIAL = "databricks:index/storageCredential:StorageCredential"
ARN = "arn:aws:iam::123456789012:role/staging"
BASE: dict[str, Any] = {"name": "cred", "awsIamRole": {"roleArn": ARN}, "skipValidation": True}


@pytest.fixture
def credential(databricks: Plugin) -> dict[str, Any]:
    return databricks.create(CREDENTIAL, BASE)[1]


def test_credential_gives_what_the_trust_policy_needs(credential: dict[str, Any]) -> None:
    role = credential["awsIamRole"]
    assert role["roleArn"] == ARN
    assert role["externalId"]
    assert role["unityCatalogIamArn"].startswith("arn:aws:iam::414351767826:role/")
    assert credential["storageCredentialId"]
    assert credential["metastoreId"]
    assert credential["isolationMode"] == "ISOLATION_MODE_OPEN"
    assert credential["skipValidation"] is True


def test_credential_preview_knows_only_what_is_given(databricks: Plugin) -> None:
    name, plan = databricks.create(CREDENTIAL, BASE, preview=True)
    assert name == ""
    assert plan["awsIamRole"] == {
        "roleArn": ARN,
        "externalId": UNKNOWN,
        "unityCatalogIamArn": UNKNOWN,
    }


def test_a_new_role_keeps_the_external_id(databricks: Plugin, credential: dict[str, Any]) -> None:
    wanted = {**BASE, "awsIamRole": {"roleArn": ARN + "2"}}
    found = databricks.diff(CREDENTIAL, credential, wanted)
    assert list(found.detailedDiff) == ["awsIamRole.roleArn"]
    assert not found.replaces
    plan = databricks.update(CREDENTIAL, "cred", credential, wanted, preview=True)
    state = databricks.update(CREDENTIAL, "cred", credential, wanted)
    assert plan["awsIamRole"] == state["awsIamRole"]
    assert state["awsIamRole"]["roleArn"] == ARN + "2"
    assert state["awsIamRole"]["externalId"] == credential["awsIamRole"]["externalId"]


@pytest.mark.parametrize(
    ("change", "diffs", "replaces"),
    [
        ({}, [], []),
        ({"name": "CRED"}, [], []),
        ({"name": "other"}, ["name"], ["name"]),
        ({"comment": "c"}, ["comment"], []),
        ({"readOnly": True}, ["readOnly"], []),
        ({"readOnly": False}, [], []),
        ({"owner": "o@example.com"}, ["owner"], []),
        ({"isolationMode": "ISOLATION_MODE_ISOLATED"}, ["isolationMode"], []),
        ({"isolationMode": "ISOLATION_MODE_OPEN"}, [], []),
        ({"forceDestroy": True}, ["forceDestroy"], []),
        ({"skipValidation": False}, ["skipValidation"], []),
    ],
)
def test_what_changes_a_credential(
    databricks: Plugin,
    credential: dict[str, Any],
    change: dict[str, Any],
    diffs: list[str],
    replaces: list[str],
) -> None:
    found = databricks.diff(CREDENTIAL, credential, {**BASE, **change})
    assert (list(found.diffs), list(found.replaces)) == (diffs, replaces)
    assert found.deleteBeforeReplace is False


def test_starting_to_skip_the_validation_is_no_change(
    databricks: Plugin, credential: dict[str, Any]
) -> None:
    for before in ({**credential, "skipValidation": False}, _without(credential, "skipValidation")):
        assert not databricks.diff(CREDENTIAL, before, BASE).diffs


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"awsIamRole": None}, "awsIamRole", "must be specified"),
        ({"awsIamRole": {}}, "awsIamRole.roleArn", "missing required"),
        ({"awsIamRole": ARN}, "awsIamRole", "must be an object"),
        ({"awsIamRole": {"roleArn": ARN, "rolArn": "x"}}, "awsIamRole.rolArn", "'roleArn'"),
        ({"isolationMode": "ISOLATED"}, "isolationMode", "ISOLATION_MODE_ISOLATED"),
        ({"azureManagedIdentity": {}}, "azureManagedIdentity", "give 'awsIamRole'"),
        ({"api": "account"}, "api", "workspace"),
        ({"skipValidatio": True}, "skipValidatio", "'skipValidation'"),
    ],
)
def test_what_is_wrong_is_said_by_name(
    databricks: Plugin, change: dict[str, Any], place: str, words: str
) -> None:
    ((found, reason),) = databricks.faults(CREDENTIAL, {**BASE, **change})
    assert found == place
    assert words in reason


def test_owner_and_isolation_are_set_after_the_creation(
    databricks: Plugin, sandbox: Sandbox
) -> None:
    mode = "ISOLATION_MODE_ISOLATED"
    wanted = {**BASE, "isolationMode": mode, "owner": "administrator@example.com"}
    _, state = databricks.create(CREDENTIAL, wanted)
    assert (state["isolationMode"], state["owner"]) == (mode, "administrator@example.com")
    assert [call["operation"] for call in sandbox.calls("databricks")] == [
        "StorageCredentials.Create",
        "StorageCredentials.Update",
        "Metastores.Current",
        "WorkspaceBindings.Update",
        "StorageCredentials.Get",
    ]


def test_a_credential_whose_owner_cannot_be_set_is_saved(
    databricks: Plugin, sandbox: Sandbox
) -> None:
    sandbox.fault(
        service="databricks",
        operation="StorageCredentials.Update",
        action="error",
        status=403,
        code="PERMISSION_DENIED",
        message="no",
    )
    with pytest.raises(RefusalError, match="cannot update storage credential: no") as caught:
        databricks.create(CREDENTIAL, {**BASE, "owner": "other@example.com"})
    assert caught.value.partly is not None
    name, state = caught.value.partly
    assert name == "cred"
    assert state["awsIamRole"]["externalId"]
    assert databricks.diff(CREDENTIAL, state, {**BASE, "owner": "other@example.com"}).diffs


def test_a_new_owner_alone_is_a_call_of_its_own(
    databricks: Plugin, credential: dict[str, Any], sandbox: Sandbox
) -> None:
    sandbox.clear_calls()
    databricks.update(CREDENTIAL, "cred", credential, {**BASE, "owner": "o@example.com"})
    assert [call["operation"] for call in sandbox.calls("databricks")] == [
        "Metastores.Current",
        "StorageCredentials.Update",
        "StorageCredentials.Get",
    ]


def test_a_failed_change_gives_the_owner_back(
    databricks: Plugin, credential: dict[str, Any], sandbox: Sandbox
) -> None:
    sandbox.fault(
        service="databricks",
        operation="StorageCredentials.Update",
        action="error",
        status=400,
        code="INVALID_PARAMETER_VALUE",
        message="no",
        skip=1,
        times=1,
    )
    owner = credential["owner"]
    with pytest.raises(RefusalError, match="no"):
        databricks.update(
            CREDENTIAL, "cred", credential, {**BASE, "owner": "o@example.com", "comment": "c"}
        )
    assert sandbox.databricks().storage_credentials.get("cred").owner == owner


def test_validation_speaks_for_databricks(databricks: Plugin) -> None:
    with pytest.raises(RefusalError, match="cannot create storage credential: "):
        databricks.create(CREDENTIAL, {**BASE, "skipValidation": False})


def test_credential_is_gone_or_imported(databricks: Plugin, credential: dict[str, Any]) -> None:
    name, state, inputs = databricks.read(CREDENTIAL, "cred")
    assert name == "cred"
    assert inputs["awsIamRole"] == {"roleArn": ARN}
    assert state["awsIamRole"] == credential["awsIamRole"]
    assert not databricks.diff(CREDENTIAL, state, BASE).diffs
    databricks.delete(CREDENTIAL, "cred", credential)
    databricks.delete(CREDENTIAL, "cred", credential)
    assert databricks.read(CREDENTIAL, "cred", credential, BASE) == ("", {}, {})


def test_a_refresh_finds_the_same_inputs(databricks: Plugin, credential: dict[str, Any]) -> None:
    inputs = databricks.check(CREDENTIAL, BASE)
    assert databricks.read(CREDENTIAL, "cred", credential, inputs) == ("cred", credential, inputs)


def test_throttling_is_waited_out(databricks: Plugin, sandbox: Sandbox) -> None:
    sandbox.fault(
        service="databricks",
        operation="StorageCredentials.Create",
        action="error",
        status=429,
        code="RESOURCE_EXHAUSTED",
        headers={"Retry-After": "1"},
    )
    assert databricks.create(CREDENTIAL, BASE)[0] == "cred"


def test_an_unknown_metastore_is_refused(databricks: Plugin) -> None:
    with pytest.raises(RefusalError, match="must be empty or equal to the metastore id assigned"):
        databricks.create(CREDENTIAL, {**BASE, "metastoreId": "other"})


def _without(state: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in state.items() if name != key}
