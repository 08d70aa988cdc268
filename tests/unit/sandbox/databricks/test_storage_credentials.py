"""Storage credentials, as the official SDK makes, reads, changes and deletes them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import BadRequest, NotFound, PermissionDenied
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.errors.platform import ResourceConflict
from databricks.sdk.service.catalog import AwsIamRoleRequest, IsolationMode, StorageCredentialInfo

from tests.unit.sandbox.world import ROLE_ARN, World

GOV_ARN = ROLE_ARN.replace("arn:aws:", "arn:aws-us-gov:")
DOD_PRINCIPAL = (
    "arn:aws-us-gov:iam::170661010020:role/unity-catalog-prod-UCMasterRole-1DI6DL6ZP26AS"
)


def make(
    workspace: WorkspaceClient, name: str = "lake", arn: str = ROLE_ARN
) -> StorageCredentialInfo:
    return workspace.storage_credentials.create(
        name, aws_iam_role=AwsIamRoleRequest(arn), comment="ours", skip_validation=True
    )


def external_id(credential: StorageCredentialInfo) -> str:
    assert credential.aws_iam_role and credential.aws_iam_role.external_id
    return credential.aws_iam_role.external_id


def test_a_taken_name_is_refused_whatever_its_case(workspace: WorkspaceClient) -> None:
    make(workspace)
    with pytest.raises(ResourceConflict, match="'LAKE' already exists") as caught:
        make(workspace, "LAKE")
    assert caught.value.error_code == "STORAGE_CREDENTIAL_ALREADY_EXISTS"


def test_of_many_at_once_one_gets_the_name(workspace: WorkspaceClient) -> None:
    def attempt(_: int) -> bool:
        try:
            make(workspace)
        except ResourceConflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) == 1


@pytest.mark.parametrize("operation", ["get", "update", "delete"])
def test_a_missing_one_is_named(workspace: WorkspaceClient, operation: str) -> None:
    with pytest.raises(NotFound, match="Storage Credential 'gone' does not exist") as caught:
        getattr(workspace.storage_credentials, operation)("gone")
    assert caught.value.error_code == "STORAGE_CREDENTIAL_DOES_NOT_EXIST"


def test_what_is_read_back_is_whole(workspace: WorkspaceClient) -> None:
    made = make(workspace)
    assert workspace.storage_credentials.get("lake") == made
    assert (made.name, made.full_name, made.comment, made.read_only) == (
        "lake",
        "lake",
        "ours",
        False,
    )
    assert made.owner == made.created_by == "administrator@example.com"
    assert made.isolation_mode == IsolationMode.ISOLATION_MODE_OPEN
    assert made.id and made.metastore_id and made.created_at
    assert made.used_for_managed_storage is False


@pytest.mark.parametrize(
    ("environment", "arn", "account"),
    [
        (None, ROLE_ARN, "414351767826"),
        (None, GOV_ARN, "044793339203"),
        ("aws-us-gov", GOV_ARN, "044793339203"),
        ("aws-us-gov-dod", GOV_ARN, "170661010020"),
    ],
)
def test_the_principal_follows_environment_and_partition(
    world: World, workspace: WorkspaceClient, environment: str | None, arn: str, account: str
) -> None:
    world.settings.patch({"databricks_environment": environment})
    role = make(workspace, arn=arn).aws_iam_role
    assert role and role.unity_catalog_iam_arn
    assert role.unity_catalog_iam_arn.split(":")[4] == account


def test_every_new_credential_has_its_own_external_id(workspace: WorkspaceClient) -> None:
    first, second = make(workspace, "one"), make(workspace, "two")
    workspace.storage_credentials.delete("one")
    again = make(workspace, "one")
    assert len({external_id(item) for item in (first, second, again)}) == 3


def test_only_a_new_name_mints_a_new_external_id(workspace: WorkspaceClient) -> None:
    before = make(workspace)
    changed = workspace.storage_credentials.update(
        "lake",
        comment="theirs",
        aws_iam_role=AwsIamRoleRequest(f"{ROLE_ARN}-2"),
        skip_validation=True,
    )
    assert external_id(changed) == external_id(before)
    renamed = workspace.storage_credentials.update("lake", new_name="sea")
    assert external_id(renamed) != external_id(before)
    assert (renamed.name, renamed.full_name, renamed.comment) == ("sea", "sea", "theirs")
    with pytest.raises(NotFound):
        workspace.storage_credentials.get("lake")


def test_a_name_in_use_is_no_new_name(workspace: WorkspaceClient) -> None:
    make(workspace, "one")
    make(workspace, "two")
    with pytest.raises(ResourceConflict):
        workspace.storage_credentials.update("one", new_name="TWO")


def test_one_in_use_is_changed_and_deleted_only_by_force(workspace: WorkspaceClient) -> None:
    make(workspace)
    workspace.external_locations.create("one", "s3://bucket-one", "lake", skip_validation=True)
    other = AwsIamRoleRequest(f"{ROLE_ARN}-2")
    message = "has 0 directly dependent external table.s. and 1 dependent storage location"
    with pytest.raises(BadRequest, match=message + ".*force option to update"):
        workspace.storage_credentials.update("lake", aws_iam_role=other, skip_validation=True)
    with pytest.raises(BadRequest, match=message + ".*force option to delete"):
        workspace.storage_credentials.delete("lake")
    workspace.storage_credentials.update(
        "lake", aws_iam_role=other, skip_validation=True, force=True
    )
    workspace.storage_credentials.delete("lake", force=True)
    assert list(workspace.storage_credentials.list()) == []


def test_who_does_not_own_it_can_change_only_its_owner(workspace: WorkspaceClient) -> None:
    make(workspace)
    workspace.storage_credentials.update("lake", owner="somebody@example.com")
    with pytest.raises(PermissionDenied, match="not an owner of Storage Credential 'lake'"):
        workspace.storage_credentials.update("lake", comment="mine")
    with pytest.raises(PermissionDenied):
        workspace.storage_credentials.delete("lake")
    workspace.storage_credentials.update("lake", owner="data-platform")
    assert workspace.storage_credentials.update("lake", comment="ours").comment == "ours"


def test_an_isolated_one_is_out_of_reach_until_bound(workspace: WorkspaceClient) -> None:
    make(workspace)
    isolated = IsolationMode.ISOLATION_MODE_ISOLATED
    workspace.storage_credentials.update("lake", isolation_mode=isolated)
    with pytest.raises(PermissionDenied, match="not accessible in current workspace"):
        workspace.storage_credentials.get("lake")
    assert list(workspace.storage_credentials.list()) == []
    assert len(list(workspace.storage_credentials.list(include_unbound=True))) == 1


def test_lists_come_in_pages(world: World, workspace: WorkspaceClient) -> None:
    names = [f"c{number}" for number in range(5)]
    for name in names:
        make(workspace, name)
    listed = workspace.storage_credentials.list(max_results=2)
    assert [item.name for item in listed] == names
    path = "/api/2.1/unity-catalog/storage-credentials"
    for query in ("page_token=!", "max_results=-1", "max_results=x", "include_unbound=maybe"):
        answer = world.databricks_call("GET", f"{path}?{query}")
        assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert len(world.databricks_call("GET", path).json()["storage_credentials"]) == 5


def test_reset_forgets_everything(world: World, workspace: WorkspaceClient) -> None:
    make(workspace)
    world.reset()
    with pytest.raises(DatabricksError):
        workspace.storage_credentials.get("lake")
