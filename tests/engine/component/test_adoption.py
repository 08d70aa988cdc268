"""A role made by hand, as in Polytomic's guide, is taken over without being made again."""

import json
from typing import Any

import pulumi
import pytest

from sandbox.client import Sandbox

from .clouds import (
    CREATED,
    POLICY,
    POLYTOMIC_ID,
    ROLE,
    assert_as_the_guides_ask,
    changing_calls,
    credentials,
    external_id,
    guide_trust,
    role,
    roles,
    staging,
)
from .deployment import Deployment

pytestmark = pytest.mark.engine

BY_HAND = "by-hand"
EXISTING = {"role_name": BY_HAND}


@pytest.fixture
def role_by_hand(clean: Sandbox) -> str:
    """A role that trusts Polytomic only; gives its unique ID."""
    only_polytomic = {**guide_trust("-"), "Statement": guide_trust("-")["Statement"][:1]}
    iam = clean.aws_client("iam")
    made = iam.create_role(RoleName=BY_HAND, AssumeRolePolicyDocument=json.dumps(only_polytomic))
    return str(made["Role"]["RoleId"])


def adopted(sandbox: Sandbox, unique_id: str) -> bool:
    assert_as_the_guides_ask(sandbox, BY_HAND, credential_name=ROLE)
    return bool(role(sandbox, BY_HAND)["RoleId"] == unique_id)


def test_the_command_imports_the_role_and_the_component_takes_it_over(
    clean: Sandbox, stack: Deployment, role_by_hand: str
) -> None:
    stack.program = staging(EXISTING)
    stack.stack.import_resources(
        resources=[
            {
                "type": "polytomic-databricks:index:DatabricksStagingAccess",
                "name": "staging",
                "component": True,
            },
            {
                "type": "aws:iam/role:Role",
                "name": "staging-role",
                "id": BY_HAND,
                "parent": "staging",
            },
        ],
        generate_code=False,
        protect=False,
    )
    clean.clear_calls()
    changes = stack.up().changes("staging")
    assert changes == {"credential": ["create"], "role": ["update"], "policy": ["create"]}
    assert "iam:CreateRole" not in changing_calls(clean)
    assert adopted(clean, role_by_hand)
    assert set(stack.up().summary) == {"same"}


def test_an_alias_takes_over_a_role_that_the_program_had_made_itself(
    clean: Sandbox, stack: Deployment
) -> None:
    import pulumi_aws as aws

    def before() -> None:
        only_polytomic = {**guide_trust("-"), "Statement": guide_trust("-")["Statement"][:1]}
        aws.iam.Role("mine", name=BY_HAND, assume_role_policy=json.dumps(only_polytomic))

    def alias(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if args.name != "staging-role":
            return None
        former = pulumi.Alias(name="mine", parent=pulumi.ROOT_STACK_RESOURCE)
        options = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(aliases=[former]))
        return pulumi.ResourceTransformResult(args.props, options)

    stack.up(before)
    unique_id = role(clean, BY_HAND)["RoleId"]
    up = stack.up(staging(EXISTING, pulumi.ResourceOptions(transforms=[alias])))
    assert up.changes("staging")["role"] == ["update"]
    assert up.order("delete") == []
    assert adopted(clean, unique_id)


def test_all_three_children_are_imported_as_they_are(clean: Sandbox, stack: Deployment) -> None:
    # Another stack made them, and its state was lost.
    stack.up(staging(opts=pulumi.ResourceOptions(retain_on_delete=True)))
    minted = external_id(clean)
    stack.destroy()
    ids = {
        "staging-role": ROLE,
        "staging-policy": f"{ROLE}:{POLICY}",
        "staging-credential": ROLE,
    }

    def adopt(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if args.name not in ids:
            return None
        imported = pulumi.ResourceOptions(import_=ids[args.name])
        options = pulumi.ResourceOptions.merge(args.opts, imported)
        return pulumi.ResourceTransformResult(args.props, options)

    clean.clear_calls()
    up = stack.up(staging(opts=pulumi.ResourceOptions(transforms=[adopt])))
    assert up.changes("staging") == {
        # Two settings of the credential are the provider's own: nothing tells an import of them.
        "credential": ["import", "update"],
        "role": ["import"],
        "policy": ["import"],
    }
    assert not set(changing_calls(clean)) & set(CREATED)
    assert set(stack.up(staging()).summary) == {"same"}
    assert assert_as_the_guides_ask(clean) == minted


def test_an_existing_credential_is_used_and_never_changed(
    clean: Sandbox, stack: Deployment
) -> None:
    from databricks.sdk.service.catalog import AwsIamRoleRequest

    arn = f"arn:aws:iam::123456789012:role/{ROLE}"
    catalog = clean.databricks().storage_credentials
    catalog.create("theirs", aws_iam_role=AwsIamRoleRequest(role_arn=arn), skip_validation=True)
    existing: dict[str, Any] = {
        "storage_credential": "existing",
        "storage_credential_name": "theirs",
    }
    clean.clear_calls()
    assert stack.up(staging(existing)).summary == {"create": 4}
    assert_as_the_guides_ask(clean, credential_name="theirs")
    assert set(stack.up().summary) == {"same"}
    stack.destroy()
    assert (roles(clean), credentials(clean)) == ([], ["theirs"])
    assert not [c for c in changing_calls(clean) if c.startswith("StorageCredentials")]


def test_an_existing_credential_of_another_role_is_refused_before_the_role_is_made(
    clean: Sandbox, stack: Deployment
) -> None:
    from databricks.sdk.service.catalog import AwsIamRoleRequest

    other = AwsIamRoleRequest(role_arn="arn:aws:iam::123456789012:role/other")
    catalog = clean.databricks().storage_credentials
    catalog.create("theirs", aws_iam_role=other, skip_validation=True)
    existing = {"storage_credential": "existing", "storage_credential_name": "theirs"}
    failed = stack.up(staging(existing), fails=True)
    assert "storage_credential_name: storage credential 'theirs' names role" in failed.text
    assert POLYTOMIC_ID not in failed.text
    assert roles(clean) == []
