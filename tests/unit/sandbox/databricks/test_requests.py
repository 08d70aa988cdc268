"""How the workspace meets a request before it looks at it: token, endpoint, body, permission."""

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import PermissionDenied
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.service.catalog import AwsIamRoleRequest

from tests.unit.sandbox.world import ROLE_ARN, World

CREDENTIALS = "/api/2.1/unity-catalog/storage-credentials"
LOCATIONS = "/api/2.1/unity-catalog/external-locations"


@pytest.mark.parametrize(
    ("token", "status", "code"), [(None, 401, "UNAUTHENTICATED"), ("dapi-other", 403, "403")]
)
def test_a_request_without_the_token_is_refused(
    world: World, token: str | None, status: int, code: str
) -> None:
    answer = world.databricks_call("GET", CREDENTIALS, token)
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/2.1/unity-catalog/nothing"), ("PUT", CREDENTIALS), ("GET", "/api/2.0/jobs")],
)
def test_an_unknown_endpoint_is_named(world: World, method: str, path: str) -> None:
    answer = world.databricks_call(method, path)
    assert (answer.status_code, answer.json()["error_code"]) == (404, "ENDPOINT_NOT_FOUND")
    assert method in answer.json()["message"]


@pytest.mark.parametrize("body", ["{", "[1]", '"text"', "\xff"])
def test_a_malformed_body_is_refused(world: World, body: str) -> None:
    answer = world.databricks_call("POST", CREDENTIALS, data=body.encode("latin-1"))
    assert (answer.status_code, answer.json()["error_code"]) == (400, "MALFORMED_REQUEST")


ROLE = {"role_arn": ROLE_ARN}


@pytest.mark.parametrize(
    ("path", "body", "word"),
    [
        (CREDENTIALS, {}, "name"),
        (CREDENTIALS, {"name": 7}, "name"),
        (CREDENTIALS, {"name": "a.b", "aws_iam_role": ROLE}, "a.b"),
        (CREDENTIALS, {"name": "a" * 256, "aws_iam_role": ROLE}, "valid name"),
        (CREDENTIALS, {"name": "a"}, "aws_iam_role"),
        (CREDENTIALS, {"name": "a", "aws_iam_role": "text"}, "aws_iam_role"),
        (CREDENTIALS, {"name": "a", "aws_iam_role": {}}, "role_arn"),
        (CREDENTIALS, {"name": "a", "aws_iam_role": {"role_arn": "arn:aws:iam::1:role/x"}}, "ARN"),
        (CREDENTIALS, {"name": "a", "aws_iam_role": {"role_arn": f"{ROLE_ARN}/"}}, "ARN"),
        (CREDENTIALS, {"name": "a", "aws_iam_role": ROLE, "read_only": "yes"}, "read_only"),
        (CREDENTIALS, {"name": "a", "aws_iam_role": ROLE, "skip_validation": 1}, "skip"),
        (CREDENTIALS, {"name": "a", "azure_managed_identity": {}}, "azure_managed_identity"),
        (LOCATIONS, {"name": "a", "credential_name": "c"}, "url"),
        (LOCATIONS, {"name": "a", "url": "s3://b-b-b"}, "credential_name"),
    ],
)
def test_a_value_that_cannot_be_is_refused(
    world: World, path: str, body: dict[str, object], word: str
) -> None:
    answer = world.databricks_call("POST", path, json=body)
    content = answer.json()
    assert (answer.status_code, content["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert word in content["message"]


def test_unknown_fields_are_left_alone(world: World) -> None:
    body = {"name": "a", "aws_iam_role": ROLE, "skip_validation": True, "from_the_future": 1}
    assert world.databricks_call("POST", CREDENTIALS, json=body).status_code == 200


def test_a_denied_user_is_told_what_is_missing(world: World, workspace: WorkspaceClient) -> None:
    world.settings.patch({"denied_actions": ["databricks:StorageCredentials.Create"]})
    with pytest.raises(PermissionDenied, match="does not have CREATE STORAGE CREDENTIAL on Metas"):
        workspace.storage_credentials.create(
            "a", aws_iam_role=AwsIamRoleRequest(ROLE_ARN), skip_validation=True
        )
    assert list(workspace.storage_credentials.list()) == []


def test_a_fault_speaks_as_databricks_does(world: World, workspace: WorkspaceClient) -> None:
    world.fault(
        service="databricks",
        operation="StorageCredentials.Get",
        status=400,
        code="INVALID_STATE",
        message="Busy.",
    )
    with pytest.raises(DatabricksError, match="Busy") as caught:
        workspace.storage_credentials.get("a")
    assert caught.value.error_code == "INVALID_STATE"


def test_the_client_waits_and_repeats_when_throttled(
    world: World, workspace: WorkspaceClient
) -> None:
    world.fault(
        service="databricks",
        operation="Metastores.Current",
        status=429,
        code="RESOURCE_EXHAUSTED",
        headers={"Retry-After": "0"},
    )
    assert workspace.metastores.current().workspace_id
    statuses = [
        call["status"] for call in world.book.calls() if call["operation"] == "Metastores.Current"
    ]
    assert statuses == [429, 200]


def test_the_workspace_knows_its_user_and_its_metastore(workspace: WorkspaceClient) -> None:
    assert workspace.current_user.me().user_name == "administrator@example.com"
    current = workspace.metastores.current()
    assert workspace.metastores.summary().metastore_id == current.metastore_id
    assert workspace.metastores.get(current.metastore_id).cloud == "aws"
    assert [item.metastore_id for item in workspace.metastores.list()] == [current.metastore_id]
    assert workspace.get_workspace_id() == current.workspace_id
    with pytest.raises(DatabricksError, match="does not exist"):
        workspace.metastores.get("other")
