from typing import Any

import pytest

from sandbox.client import Sandbox
from tests.unit.sandbox.providers.conftest import NewPlugin
from tests.unit.sandbox.providers.support import Plugin, RefusalError
from tests.unit.sandbox.providers.test_credentials import BASE, CREDENTIAL

LOCATION = "databricks:index/externalLocation:ExternalLocation"
GRANTS = "databricks:index/grants:Grants"
PLACE: dict[str, Any] = {
    "name": "place",
    "url": "s3://staging-bucket/x",
    "credentialName": "cred",
    "skipValidation": True,
}


@pytest.fixture
def credential(databricks: Plugin) -> dict[str, Any]:
    return databricks.create(CREDENTIAL, BASE)[1]


def test_location_lives(databricks: Plugin, credential: dict[str, Any]) -> None:
    name, state = databricks.create(LOCATION, {**PLACE, "enableFileEvents": False})
    base = {**PLACE, "enableFileEvents": False}
    assert (name, state["credentialName"]) == ("place", "cred")
    assert not databricks.diff(LOCATION, state, {**base, "url": base["url"] + "/"}).diffs
    assert list(databricks.diff(LOCATION, state, {**base, "name": "p2"}).replaces) == ["name"]
    wanted = {**base, "url": "s3://staging-bucket/y", "comment": "c", "readOnly": True}
    assert not databricks.diff(LOCATION, state, wanted).replaces
    state = databricks.update(LOCATION, name, state, wanted)
    assert (state["url"], state["comment"], state["readOnly"]) == (
        "s3://staging-bucket/y",
        "c",
        True,
    )
    databricks.delete(LOCATION, name, state)
    assert databricks.read(LOCATION, name, state, base)[0] == ""


def test_a_used_credential_goes_only_by_force(
    databricks: Plugin, credential: dict[str, Any]
) -> None:
    databricks.create(LOCATION, PLACE)
    with pytest.raises(RefusalError, match="cannot delete storage credential"):
        databricks.delete(CREDENTIAL, "cred", credential)
    databricks.delete(CREDENTIAL, "cred", {**credential, "forceDestroy": True})


def test_grants_live(databricks: Plugin, credential: dict[str, Any], sandbox: Sandbox) -> None:
    databricks.create(LOCATION, PLACE)
    wanted = {
        "externalLocation": "place",
        "grants": [{"principal": "account users", "privileges": ["READ_FILES", "WRITE_FILES"]}],
    }
    grants, state = databricks.create(GRANTS, wanted)
    assert grants == "external_location/place"
    spelled = [{"principal": "Account users", "privileges": ["write files", "read files"]}]
    assert not databricks.diff(GRANTS, state, {**wanted, "grants": spelled}).diffs
    fewer = {**wanted, "grants": [{"principal": "account users", "privileges": ["READ_FILES"]}]}
    assert list(databricks.diff(GRANTS, state, fewer).diffs) == ["grants"]
    state = databricks.update(GRANTS, grants, state, fewer)
    assert state["grants"][0]["privileges"] == ["READ_FILES"]
    other = {"storageCredential": "cred", "grants": fewer["grants"]}
    assert set(databricks.diff(GRANTS, state, other).replaces) == {
        "externalLocation",
        "storageCredential",
    }
    databricks.delete(GRANTS, grants, state)
    assert databricks.read(GRANTS, grants, state, wanted)[0] == ""


def test_grants_need_one_securable(databricks: Plugin) -> None:
    assert databricks.faults(GRANTS, {"grants": []})[0][0] == "grants"
    assert databricks.faults(GRANTS, {"grants": [], "catalog": "c"})[0][0] == "catalog"


def test_functions_answer(databricks: Plugin, credential: dict[str, Any]) -> None:
    found = databricks.invoke(
        "databricks:index/getStorageCredential:getStorageCredential", name="cred"
    )
    assert found["storageCredentialInfo"]["awsIamRole"] == credential["awsIamRole"]
    user = databricks.invoke("databricks:index/getCurrentUser:getCurrentUser")
    assert user["home"] == f"/Users/{user['userName']}"


@pytest.mark.parametrize("host", [None, "https://example.cloud.databricks.com"])
def test_databricks_elsewhere_is_never_called(new_plugin: NewPlugin, host: str | None) -> None:
    plugin = new_plugin(
        "databricks", DATABRICKS_HOST=host, DATABRICKS_CONFIG_FILE=None, HOME="/nowhere"
    )
    with pytest.raises(RefusalError, match="databricks"):
        plugin.configure().read(CREDENTIAL, "cred")


def test_configuration_is_checked(databricks: Plugin) -> None:
    assert databricks.check_config(azureTenantId="x")[0][0] == "azureTenantId"
    assert databricks.check_config(hots="x") == [
        ("hots", "unknown property 'hots'. Did you mean 'host'?")
    ]
