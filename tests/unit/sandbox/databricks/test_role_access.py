"""Unity Catalog really tries a role: through STS and S3 of the sandbox's AWS."""

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import (
    BadRequest,
    InvalidParameterValue,
    PermissionDenied,
)
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.service.catalog import AwsIamRoleRequest, ValidateStorageCredentialResponse

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

URL = f"s3://{BUCKET}/staging"


def make_credential(workspace: WorkspaceClient, *, skip_validation: bool = True) -> str:
    credential = workspace.storage_credentials.create(
        "lake", aws_iam_role=AwsIamRoleRequest(ROLE_ARN), skip_validation=skip_validation
    )
    assert credential.aws_iam_role and credential.aws_iam_role.external_id
    return credential.aws_iam_role.external_id


def results_of(answer: ValidateStorageCredentialResponse) -> dict[str, str]:
    return {
        item.operation.value: item.result.value
        for item in answer.results or []
        if item.operation and item.result
    }


def validate(workspace: WorkspaceClient) -> dict[str, str]:
    return results_of(
        workspace.storage_credentials.validate(storage_credential_name="lake", url=URL)
    )


def test_a_create_with_a_missing_role_is_refused(workspace: WorkspaceClient) -> None:
    with pytest.raises(PermissionDenied, match="IAM role in the storage credential is not config"):
        make_credential(workspace, skip_validation=False)
    assert list(workspace.storage_credentials.list()) == []


def test_a_create_cannot_meet_a_trust_that_wants_an_external_id(
    world: World, workspace: WorkspaceClient
) -> None:
    # The ID is minted by this very create: the cycle that skip_validation breaks.
    world.make_role(trust(trusting(UC_ARN, "known-before"), trusting_itself(None)), SELF_ASSUME)
    with pytest.raises(PermissionDenied):
        make_credential(workspace, skip_validation=False)


def test_a_create_with_a_role_that_cannot_assume_itself_is_refused(
    world: World, workspace: WorkspaceClient
) -> None:
    world.make_role(trust(trusting(UC_ARN, None)), S3_ACCESS, SELF_ASSUME)
    with pytest.raises(InvalidParameterValue, match="found to be non self-assuming") as caught:
        make_credential(workspace, skip_validation=False)
    info = caught.value.get_error_details().error_info
    assert info and info.reason == "UC_IAM_ROLE_NON_SELF_ASSUMING"


def test_a_create_with_a_role_that_assumes_itself_passes(
    world: World, workspace: WorkspaceClient
) -> None:
    world.make_role(trust(trusting(UC_ARN, None), trusting_itself(None)), SELF_ASSUME)
    make_credential(workspace, skip_validation=False)


def test_an_update_tries_the_new_role_unless_told_not_to(
    world: World, workspace: WorkspaceClient
) -> None:
    make_credential(workspace)
    other = AwsIamRoleRequest(f"{ROLE_ARN}-other")
    with pytest.raises(PermissionDenied):
        workspace.storage_credentials.update("lake", aws_iam_role=other)
    unchanged = workspace.storage_credentials.get("lake").aws_iam_role
    assert unchanged and unchanged.role_arn == ROLE_ARN
    workspace.storage_credentials.update("lake", aws_iam_role=other, skip_validation=True)


ALL_PASS = dict.fromkeys(("READ", "LIST", "WRITE", "DELETE", "PATH_EXISTS"), "PASS")
ALL_FAIL = dict.fromkeys(ALL_PASS, "FAIL")


def test_a_validation_passes_with_both_policies(world: World, workspace: WorkspaceClient) -> None:
    external_id = make_credential(workspace)
    world.make_bucket()
    world.make_role(
        trust(trusting(UC_ARN, external_id), trusting_itself(external_id)), S3_ACCESS, SELF_ASSUME
    )
    assert validate(workspace) == ALL_PASS
    assert world.s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


@pytest.mark.parametrize("wrong", ["another-id-altogether", ""])
def test_a_validation_fails_with_a_wrong_external_id(
    world: World, workspace: WorkspaceClient, wrong: str
) -> None:
    external_id = make_credential(workspace)
    world.make_bucket()
    world.make_role(
        trust(trusting(UC_ARN, wrong or f"{external_id}x"), trusting_itself(external_id)),
        S3_ACCESS,
        SELF_ASSUME,
    )
    assert validate(workspace) == ALL_FAIL


def test_a_validation_fails_where_self_assumption_lacks_a_policy(
    world: World, workspace: WorkspaceClient
) -> None:
    external_id = make_credential(workspace)
    world.make_bucket()
    own = trust(trusting(UC_ARN, external_id), trusting_itself(external_id))
    world.make_role(own, S3_ACCESS)
    assert validate(workspace) == ALL_FAIL
    world.make_role(own, S3_ACCESS, SELF_ASSUME)
    assert validate(workspace) == ALL_PASS


@pytest.mark.parametrize(
    ("action", "operation"),
    [
        ("s3:GetObject", "READ"),
        ("s3:PutObject", "WRITE"),
        ("s3:DeleteObject", "DELETE"),
        ("s3:ListBucket", "LIST"),
    ],
)
def test_a_validation_names_the_operation_that_fails(
    world: World, workspace: WorkspaceClient, action: str, operation: str
) -> None:
    external_id = make_credential(workspace)
    world.make_bucket()
    rest = [item for item in S3_ACCESS["Statement"][0]["Action"] if item != action]
    world.make_role(
        trust(trusting(UC_ARN, external_id), trusting_itself(external_id)),
        allow(*rest, resource=S3_ACCESS["Statement"][0]["Resource"]),
        SELF_ASSUME,
    )
    assert validate(workspace) == ALL_PASS | {operation: "FAIL"}


def test_a_read_only_validation_writes_nothing(world: World, workspace: WorkspaceClient) -> None:
    external_id = make_credential(workspace)
    world.make_bucket()
    world.make_role(
        trust(trusting(UC_ARN, external_id), trusting_itself(external_id)),
        allow(
            "s3:GetObject",
            "s3:ListBucket",
            "s3:GetBucketLocation",
            resource=S3_ACCESS["Statement"][0]["Resource"],
        ),
        SELF_ASSUME,
    )
    answer = workspace.storage_credentials.validate(
        storage_credential_name="lake", url=URL, read_only=True
    )
    assert results_of(answer) == ALL_PASS | {"WRITE": "SKIP", "DELETE": "SKIP"}


def test_a_missing_bucket_is_a_missing_path(world: World, workspace: WorkspaceClient) -> None:
    external_id = make_credential(workspace)
    world.make_role(
        trust(trusting(UC_ARN, external_id), trusting_itself(external_id)), S3_ACCESS, SELF_ASSUME
    )
    assert validate(workspace)["PATH_EXISTS"] == "FAIL"


def test_no_message_holds_an_external_id(world: World, workspace: WorkspaceClient) -> None:
    external_id = make_credential(workspace)
    answer = world.databricks_call(
        "POST",
        "/api/2.1/unity-catalog/validate-storage-credentials",
        json={"storage_credential_name": "lake", "url": URL},
    )
    assert external_id not in answer.text
    assert answer.json()["isDir"] is True


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"url": URL}, "storage_credential_name"),
        ({"storage_credential_name": "lake"}, "url"),
        ({"storage_credential_name": "lake", "url": "gs://bucket"}, "gs://bucket"),
        ({"storage_credential_name": "gone", "url": URL}, "gone"),
        ({"storage_credential_name": "lake", "external_location_name": "gone"}, "gone"),
    ],
)
def test_a_validation_of_nothing_is_refused(
    workspace: WorkspaceClient, arguments: dict[str, str], word: str
) -> None:
    make_credential(workspace)
    with pytest.raises(DatabricksError, match=word):
        workspace.storage_credentials.validate(**arguments)  # type: ignore[arg-type]


@pytest.fixture
def located(world: World, workspace: WorkspaceClient) -> WorkspaceClient:
    """With an external location on URL, and a role that works."""
    external_id = make_credential(workspace)
    world.make_bucket()
    world.make_role(
        trust(trusting(UC_ARN, external_id), trusting_itself(external_id)), S3_ACCESS, SELF_ASSUME
    )
    workspace.external_locations.create("here", URL, "lake")
    return workspace


def test_a_validation_of_a_location_uses_its_url(located: WorkspaceClient) -> None:
    answer = located.storage_credentials.validate(
        storage_credential_name="lake", external_location_name="here"
    )
    assert results_of(answer) == ALL_PASS


@pytest.mark.parametrize("url", [f"s3://{BUCKET}", URL, f"{URL}/deeper"])
def test_a_url_that_overlaps_a_location_is_validated_where_the_location_is_named(
    located: WorkspaceClient, url: str
) -> None:
    credentials = located.storage_credentials
    with pytest.raises(BadRequest, match="overlaps with an existing external location"):
        credentials.validate(storage_credential_name="lake", url=url)
    answer = credentials.validate(
        storage_credential_name="lake", url=url, external_location_name="here"
    )
    assert results_of(answer) == ALL_PASS


def test_another_location_overlaps_all_the_same(located: WorkspaceClient) -> None:
    located.external_locations.create("there", f"s3://{BUCKET}/there", "lake")
    with pytest.raises(BadRequest, match="Conflicting location: there"):
        located.storage_credentials.validate(
            storage_credential_name="lake", url=f"s3://{BUCKET}", external_location_name="here"
        )


def test_who_is_no_admin_validates_what_is_owned_or_granted(
    world: World, located: WorkspaceClient
) -> None:
    located.external_locations.delete("here")
    world.settings.patch({"databricks_metastore_admin": False})
    assert validate(located) == ALL_PASS
    located.storage_credentials.update("lake", owner="somebody@example.com")
    with pytest.raises(PermissionDenied, match="EXTERNAL LOCATION on Metastore"):
        validate(located)
    world.settings.patch({"databricks_metastore_admin": True})
    assert validate(located) == ALL_PASS
