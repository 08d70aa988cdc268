"""Changes made behind Pulumi's back: refresh sees them, the next up mends them."""

import json

import pytest

from sandbox.client import Sandbox

from .clouds import (
    POLICY,
    ROLE,
    assert_as_the_guides_ask,
    changing_calls,
    external_id,
    permissions,
    staging,
    trust,
)
from .deployment import Deployment

pytestmark = pytest.mark.engine


@pytest.fixture
def deployed(clean: Sandbox, stack: Deployment) -> Deployment:
    stack.up(staging())
    clean.clear_calls()
    return stack


def test_an_edited_trust_policy_is_put_right(clean: Sandbox, deployed: Deployment) -> None:
    edited = trust(clean)
    edited["Statement"][0]["Principal"] = {"AWS": "arn:aws:iam::999999999999:root"}
    clean.aws_client("iam").update_assume_role_policy(
        RoleName=ROLE, PolicyDocument=json.dumps(edited)
    )
    assert deployed.refresh().changes("staging")["role"] == ["refresh"]
    assert deployed.up().changes("staging") == {"role": ["update"]}
    assert_as_the_guides_ask(clean)
    assert set(deployed.up().summary) == {"same"}


def test_an_edited_permissions_policy_is_put_right(clean: Sandbox, deployed: Deployment) -> None:
    edited = permissions(clean)
    edited["Statement"][0]["Resource"] = "*"
    clean.aws_client("iam").put_role_policy(
        RoleName=ROLE, PolicyName=POLICY, PolicyDocument=json.dumps(edited)
    )
    deployed.refresh()
    assert deployed.up().changes("staging") == {"policy": ["update"]}
    assert_as_the_guides_ask(clean)


def test_a_deleted_permissions_policy_is_made_again(clean: Sandbox, deployed: Deployment) -> None:
    clean.aws_client("iam").delete_role_policy(RoleName=ROLE, PolicyName=POLICY)
    deployed.refresh()
    assert deployed.up().changes("staging") == {"policy": ["create"]}
    assert_as_the_guides_ask(clean)


def test_a_deleted_role_is_made_again(clean: Sandbox, deployed: Deployment) -> None:
    minted = external_id(clean)
    iam = clean.aws_client("iam")
    iam.delete_role_policy(RoleName=ROLE, PolicyName=POLICY)
    iam.delete_role(RoleName=ROLE)
    deployed.refresh()
    assert deployed.up().changes("staging") == {"role": ["create"], "policy": ["create"]}
    assert assert_as_the_guides_ask(clean) == minted


@pytest.mark.parametrize("how", ["refresh first", "up --refresh"])
def test_a_deleted_credentials_new_external_id_reaches_the_trust_policy(
    clean: Sandbox, deployed: Deployment, how: str
) -> None:
    minted = external_id(clean)
    clean.databricks().storage_credentials.delete(ROLE, force=True)
    if how == "refresh first":
        deployed.refresh()
    changes = deployed.up(refresh=how != "refresh first").changes("staging")
    assert changes["credential"][-1] == "create"
    assert changes["role"][-1] == "update"
    assert assert_as_the_guides_ask(clean) != minted
    assert set(deployed.up().summary) == {"same"}


def test_a_credential_made_again_by_hand_is_trusted_after_a_refresh(
    clean: Sandbox, deployed: Deployment
) -> None:
    from databricks.sdk.service.catalog import AwsIamRoleRequest

    minted = external_id(clean)
    catalog = clean.databricks().storage_credentials
    arn = catalog.get(ROLE).aws_iam_role.role_arn  # type: ignore[union-attr]
    catalog.delete(ROLE, force=True)
    catalog.create(ROLE, aws_iam_role=AwsIamRoleRequest(role_arn=arn), skip_validation=True)
    deployed.refresh()
    assert deployed.up().changes("staging") == {"role": ["update"]}
    assert assert_as_the_guides_ask(clean) != minted


def test_a_credential_pointed_elsewhere_is_pointed_back(
    clean: Sandbox, deployed: Deployment
) -> None:
    from databricks.sdk.service.catalog import AwsIamRoleRequest

    minted = external_id(clean)
    other = AwsIamRoleRequest(role_arn="arn:aws:iam::123456789012:role/other")
    clean.databricks().storage_credentials.update(ROLE, aws_iam_role=other, skip_validation=True)
    deployed.refresh()
    clean.clear_calls()
    assert deployed.up().changes("staging") == {"credential": ["update"]}
    assert changing_calls(clean) == ["StorageCredentials.Update"]
    assert assert_as_the_guides_ask(clean) == minted


def test_everything_gone_is_made_again(clean: Sandbox, deployed: Deployment) -> None:
    iam = clean.aws_client("iam")
    iam.delete_role_policy(RoleName=ROLE, PolicyName=POLICY)
    iam.delete_role(RoleName=ROLE)
    clean.databricks().storage_credentials.delete(ROLE, force=True)
    deployed.refresh()
    assert deployed.up().changes("staging") == {
        "credential": ["create"],
        "role": ["create"],
        "policy": ["create"],
    }
    assert_as_the_guides_ask(clean)


def test_what_is_gone_already_does_not_stop_a_destroy(clean: Sandbox, deployed: Deployment) -> None:
    clean.aws_client("iam").delete_role_policy(RoleName=ROLE, PolicyName=POLICY)
    clean.databricks().storage_credentials.delete(ROLE, force=True)
    deployed.destroy()
    assert deployed.resources() == {}
