"""Grants and workspace bindings."""

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import BadRequest, NotFound
from databricks.sdk.service.catalog import (
    AwsIamRoleRequest,
    IsolationMode,
    PermissionsChange,
    Privilege,
    WorkspaceBinding,
    WorkspaceBindingBindingType,
)

from tests.unit.sandbox.world import ROLE_ARN, World

READ, WRITE = Privilege.READ_FILES, Privilege.WRITE_FILES


@pytest.fixture(autouse=True)
def location(workspace: WorkspaceClient) -> None:
    workspace.storage_credentials.create(
        "lake", aws_iam_role=AwsIamRoleRequest(ROLE_ARN), skip_validation=True
    )
    workspace.external_locations.create("here", "s3://bucket-one", "lake", skip_validation=True)


def change(workspace: WorkspaceClient, *changes: PermissionsChange) -> dict[str, list[Privilege]]:
    answer = workspace.grants.update("external_location", "here", changes=[*changes])
    return {
        item.principal: item.privileges or []
        for item in answer.privilege_assignments or []
        if item.principal
    }


def test_a_privilege_of_another_securable_is_refused_and_nothing_changes(
    workspace: WorkspaceClient,
) -> None:
    with pytest.raises(BadRequest, match="SELECT is not applicable to this entity"):
        change(
            workspace,
            PermissionsChange(principal="a", add=[READ]),
            PermissionsChange(principal="b", add=[Privilege.SELECT]),
        )
    assert not workspace.grants.get("external_location", "here").privilege_assignments


@pytest.mark.parametrize(
    ("kind", "name"), [("external_location", "gone"), ("catalog", "main"), ("metastore", "other")]
)
def test_a_missing_securable_is_named(workspace: WorkspaceClient, kind: str, name: str) -> None:
    with pytest.raises(NotFound, match=f"'{name}' does not exist"):
        workspace.grants.get(kind, name)


def test_privileges_are_added_and_removed(workspace: WorkspaceClient) -> None:
    assert change(workspace, PermissionsChange(principal="a", add=[WRITE, READ])) == {
        "a": [READ, WRITE]
    }
    assert change(workspace, PermissionsChange(principal="b", add=[READ])) == {
        "a": [READ, WRITE],
        "b": [READ],
    }
    assert change(workspace, PermissionsChange(principal="a", remove=[READ, WRITE])) == {
        "b": [READ]
    }


def test_one_principal_is_shown_in_every_view(workspace: WorkspaceClient) -> None:
    change(workspace, *(PermissionsChange(principal=name, add=[READ]) for name in "abc"))
    shown = workspace.grants.get("external_location", "here", principal="b")
    assert [item.principal for item in shown.privilege_assignments or []] == ["b"]
    effective = workspace.grants.get_effective("external_location", "here", principal="b")
    (assignment,) = effective.privilege_assignments or []
    assert [item.privilege for item in assignment.privileges or []] == [READ]
    for view in (workspace.grants.get, workspace.grants.get_effective):
        everybody = view("external_location", "here").privilege_assignments or []
        assert [item.principal for item in everybody] == ["a", "b", "c"]


def test_privileges_are_written_in_any_way(world: World) -> None:
    answer = world.databricks_call(
        "PATCH",
        "/api/2.1/unity-catalog/permissions/storage_credential/lake",
        json={"changes": [{"principal": "a", "add": ["create external location"]}]},
    )
    assert answer.json() == {
        "privilege_assignments": [{"principal": "a", "privileges": ["CREATE_EXTERNAL_LOCATION"]}]
    }


def test_grants_go_with_the_securable(workspace: WorkspaceClient) -> None:
    change(workspace, PermissionsChange(principal="a", add=[READ]))
    workspace.external_locations.delete("here")
    workspace.external_locations.create("here", "s3://bucket-one", "lake", skip_validation=True)
    assert not workspace.grants.get("external_location", "here").privilege_assignments


def test_a_binding_opens_an_isolated_credential(workspace: WorkspaceClient) -> None:
    isolated = IsolationMode.ISOLATION_MODE_ISOLATED
    workspace.storage_credentials.update("lake", isolation_mode=isolated)
    here = workspace.metastores.current().workspace_id
    for workspace_id in (here, 7):
        workspace.workspace_bindings.update_bindings(
            "storage_credential", "lake", add=[WorkspaceBinding(workspace_id)]
        )
    assert workspace.storage_credentials.get("lake").isolation_mode == isolated
    bindings = workspace.workspace_bindings.get_bindings("storage-credential", "lake")
    assert [item.workspace_id for item in bindings] == [7, here]
    workspace.workspace_bindings.update_bindings(
        "storage_credential", "lake", remove=[WorkspaceBinding(7)]
    )
    left = workspace.workspace_bindings.get_bindings("storage_credential", "lake", max_results=1)
    assert [item.workspace_id for item in left] == [here]


def test_bindings_that_cannot_be_are_refused(workspace: WorkspaceClient) -> None:
    read_only = WorkspaceBinding(7, binding_type=WorkspaceBindingBindingType.BINDING_TYPE_READ_ONLY)
    with pytest.raises(BadRequest, match="BINDING_TYPE_READ_WRITE"):
        workspace.workspace_bindings.update_bindings("storage_credential", "lake", add=[read_only])
    with pytest.raises(BadRequest, match="Invalid securable type"):
        list(workspace.workspace_bindings.get_bindings("table", "lake"))
    with pytest.raises(NotFound, match="Catalog 'main'"):
        list(workspace.workspace_bindings.get_bindings("catalog", "main"))
    with pytest.raises(NotFound, match="Catalog 'main'"):
        workspace.workspace_bindings.get("main")
