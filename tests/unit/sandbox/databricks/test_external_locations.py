"""External locations, as the official SDK makes, reads, changes and deletes them."""

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import BadRequest, NotFound, PermissionDenied
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.errors.platform import ResourceConflict
from databricks.sdk.service.catalog import (
    AwsIamRoleRequest,
    AwsSqsQueue,
    ExternalLocationInfo,
    FileEventQueue,
)

from tests.unit.sandbox.world import (
    BUCKET,
    ROLE_ARN,
    S3_ACCESS,
    SELF_ASSUME,
    UC_ARN,
    World,
    allow,
    trust,
    trusting,
    trusting_itself,
)


@pytest.fixture(autouse=True)
def external_id(workspace: WorkspaceClient) -> str:
    credential = workspace.storage_credentials.create(
        "lake", aws_iam_role=AwsIamRoleRequest(ROLE_ARN), skip_validation=True
    )
    assert credential.aws_iam_role and credential.aws_iam_role.external_id
    return credential.aws_iam_role.external_id


def make(
    workspace: WorkspaceClient, name: str = "here", url: str = f"s3://{BUCKET}/staging"
) -> ExternalLocationInfo:
    return workspace.external_locations.create(name, url, "lake", skip_validation=True)


@pytest.mark.parametrize(
    "other",
    [
        f"s3://{BUCKET}/staging",
        f"s3://{BUCKET}/staging/",
        f"s3://{BUCKET}/staging/deeper/still",
        f"s3://{BUCKET}",
    ],
)
def test_an_overlapping_url_is_refused(workspace: WorkspaceClient, other: str) -> None:
    make(workspace)
    with pytest.raises(BadRequest, match="Conflicting location: here") as caught:
        make(workspace, "there", other)
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE.LOCATION_OVERLAP"


@pytest.mark.parametrize("other", [f"s3://{BUCKET}/staging2", "s3://another-bucket/staging"])
def test_a_neighbour_does_not_overlap(workspace: WorkspaceClient, other: str) -> None:
    make(workspace)
    assert make(workspace, "there", other).url == other


@pytest.mark.parametrize(
    "url", ["bucket/path", "gs://bucket/path", "s3://", "s3://dotted.bucket/x", "s3://b/é"]
)
def test_a_url_that_cannot_be_is_refused(workspace: WorkspaceClient, url: str) -> None:
    with pytest.raises(BadRequest):
        make(workspace, url=url)


def test_names_of_locations_and_credentials_are_checked(workspace: WorkspaceClient) -> None:
    make(workspace)
    with pytest.raises(ResourceConflict, match="External Location 'HERE' already exists"):
        make(workspace, "HERE", "s3://another-bucket")
    with pytest.raises(NotFound, match="Storage Credential 'gone' does not exist"):
        workspace.external_locations.create("there", "s3://other-bucket", "gone")
    with pytest.raises(NotFound, match="External Location 'gone' does not exist"):
        workspace.external_locations.get("gone")


def test_a_role_without_permissions_is_refused(
    world: World, workspace: WorkspaceClient, external_id: str
) -> None:
    world.make_bucket()
    own = trust(trusting(UC_ARN, external_id), trusting_itself(external_id))
    world.make_role(own, SELF_ASSUME)
    url = f"s3://{BUCKET}/staging"
    with pytest.raises(PermissionDenied, match="role does not have READ permissions on url s3://"):
        workspace.external_locations.create("here", url, "lake")
    world.make_role(own, allow("s3:Get*", "s3:List*", resource="*"))
    with pytest.raises(BadRequest, match="non self-assuming"):
        workspace.external_locations.create("here", url, "lake")
    world.make_role(own, S3_ACCESS, SELF_ASSUME)
    assert workspace.external_locations.create("here", url, "lake").name == "here"


def test_what_is_read_back_is_whole(workspace: WorkspaceClient) -> None:
    made = make(workspace, "Here")
    assert workspace.external_locations.get("here") == made
    credential = workspace.storage_credentials.get("lake")
    assert (made.name, made.credential_name, made.credential_id) == ("Here", "lake", credential.id)
    assert (made.read_only, made.fallback, made.metastore_id) == (
        False,
        False,
        credential.metastore_id,
    )
    assert [item.name for item in workspace.external_locations.list()] == ["Here"]


def test_file_events_are_on_unless_turned_off(workspace: WorkspaceClient) -> None:
    made = make(workspace)
    assert (made.enable_file_events, made.effective_enable_file_events) == (None, True)
    changed = workspace.external_locations.update("here", enable_file_events=False)
    assert (changed.enable_file_events, changed.effective_enable_file_events) == (False, False)


def test_a_queue_needs_file_events(workspace: WorkspaceClient) -> None:
    queue = FileEventQueue(managed_sqs=AwsSqsQueue())
    with pytest.raises(BadRequest, match="file events are disabled"):
        workspace.external_locations.create(
            "here",
            "s3://bucket-one",
            "lake",
            enable_file_events=False,
            file_event_queue=queue,
            skip_validation=True,
        )
    made = workspace.external_locations.create(
        "here",
        "s3://bucket-one",
        "lake",
        enable_file_events=True,
        file_event_queue=queue,
        skip_validation=True,
    )
    assert made.file_event_queue == queue
    off = workspace.external_locations.update("here", enable_file_events=False)
    assert off.file_event_queue is None


def test_changes_are_kept(workspace: WorkspaceClient) -> None:
    make(workspace)
    changed = workspace.external_locations.update(
        "here",
        new_name="there",
        url="s3://another-bucket",
        comment="moved",
        read_only=True,
        skip_validation=True,
    )
    assert workspace.external_locations.get("there") == changed
    assert (changed.url, changed.comment, changed.read_only) == (
        "s3://another-bucket",
        "moved",
        True,
    )


def test_a_new_url_is_tried(workspace: WorkspaceClient) -> None:
    make(workspace)
    with pytest.raises(PermissionDenied):
        workspace.external_locations.update("here", url="s3://another-bucket")
    assert workspace.external_locations.get("here").url == f"s3://{BUCKET}/staging"


def test_a_renamed_credential_keeps_its_locations(workspace: WorkspaceClient) -> None:
    make(workspace)
    workspace.storage_credentials.update("lake", new_name="sea")
    assert workspace.external_locations.get("here").credential_name == "sea"


def test_who_does_not_own_it_cannot_delete_it(workspace: WorkspaceClient) -> None:
    make(workspace)
    workspace.external_locations.update("here", owner="somebody@example.com")
    with pytest.raises(PermissionDenied, match="not an owner of External Location 'here'"):
        workspace.external_locations.delete("here")
    workspace.external_locations.update("here", owner="administrator@example.com")
    workspace.external_locations.delete("here")
    with pytest.raises(DatabricksError):
        workspace.external_locations.get("here")
