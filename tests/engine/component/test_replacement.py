"""A role or a credential that is replaced: in which order, and what trusts what at the end."""

import pulumi
import pytest

from sandbox.client import Sandbox

from .clouds import (
    BUCKET,
    ROLE,
    assert_as_the_guides_ask,
    changing_calls,
    credentials,
    external_id,
    roles,
    staging,
)
from .deployment import Deployment

pytestmark = pytest.mark.engine


def test_a_new_role_name_makes_the_new_role_before_the_old_one_goes(
    clean: Sandbox, stack: Deployment
) -> None:
    stack.up(staging({"role_name": "before", "storage_credential_name": "c"}))
    minted = external_id(clean, "c")
    clean.clear_calls()
    stack.up(staging({"role_name": "after", "storage_credential_name": "c"}))
    assert changing_calls(clean) == [
        "StorageCredentials.Update",
        "iam:CreateRole",
        # An inline policy that keeps its own name is deleted before it is replaced.
        "iam:DeleteRolePolicy",
        "iam:PutRolePolicy",
        "iam:DeleteRole",
    ]
    assert roles(clean) == ["after"]
    assert assert_as_the_guides_ask(clean, "after", credential_name="c") == minted


def test_a_new_path_frees_the_name_first_and_the_credential_follows(
    clean: Sandbox, stack: Deployment
) -> None:
    stack.up(staging())
    minted = external_id(clean)
    clean.clear_calls()
    up = stack.up(staging({"role_path": "/data/"}))
    assert up.changes("staging")["credential"] == ["update"]
    assert changing_calls(clean) == [
        "StorageCredentials.Update",
        # Two roles of one name cannot be, whatever their paths.
        "iam:DeleteRolePolicy",
        "iam:DeleteRole",
        "iam:CreateRole",
        "iam:PutRolePolicy",
    ]
    assert roles(clean) == [ROLE]
    assert assert_as_the_guides_ask(clean, path="/data/") == minted
    assert set(stack.up().summary) == {"same"}


def test_a_new_credential_is_trusted_before_the_old_one_is_deleted(
    clean: Sandbox, stack: Deployment
) -> None:
    stack.up(staging({"storage_credential_name": "before"}))
    minted = external_id(clean, "before")
    clean.clear_calls()
    stack.up(staging({"storage_credential_name": "after"}))
    assert changing_calls(clean) == [
        "StorageCredentials.Create",
        "iam:UpdateAssumeRolePolicy",
        "StorageCredentials.Delete",
    ]
    assert credentials(clean) == ["after"]
    assert assert_as_the_guides_ask(clean, credential_name="after") != minted


def test_a_credential_in_use_keeps_its_external_locations_when_the_role_moves(
    clean: Sandbox, stack: Deployment
) -> None:
    stack.up(staging())
    minted = external_id(clean)
    clean.aws_client("s3").create_bucket(Bucket=BUCKET)
    clean.databricks().external_locations.create("staging", f"s3://{BUCKET}/", ROLE)
    stack.up(staging({"role_name": "after", "storage_credential_name": ROLE}))
    location = clean.databricks().external_locations.get("staging")
    assert location.credential_name == ROLE
    assert assert_as_the_guides_ask(clean, "after", credential_name=ROLE) == minted


def test_a_renamed_component_with_an_alias_changes_nothing(
    clean: Sandbox, stack: Deployment
) -> None:
    names = {"role_name": ROLE, "storage_credential_name": ROLE}
    stack.up(staging(names, name="before"))
    clean.clear_calls()
    options = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="before")])
    up = stack.up(staging(names, options, name="after"))
    assert set(up.summary) == {"same"}
    assert changing_calls(clean) == []
    assert set(stack.resources()) == {"after", "after-role", "after-policy", "after-credential"}


def test_a_component_moved_under_a_parent_with_an_alias_changes_nothing(
    clean: Sandbox, stack: Deployment
) -> None:
    stack.up(staging())
    clean.clear_calls()

    def moved() -> None:
        parent = pulumi.ComponentResource("acme:index:Platform", "platform")
        alias = pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)
        staging(opts=pulumi.ResourceOptions(parent=parent, aliases=[alias]))()

    assert stack.up(moved).summary == {"create": 1, "same": 5}
    assert changing_calls(clean) == []


def test_a_component_taken_out_of_the_program_leaves_nothing(
    clean: Sandbox, stack: Deployment
) -> None:
    def both() -> None:
        staging()()
        staging(name="other")()

    stack.up(both)
    assert stack.up(staging(name="other")).summary == {"delete": 4, "same": 5}
    assert roles(clean) == credentials(clean) == ["other-polytomic-databricks"]
