"""Options that users of Pulumi set on a component: they reach its children as on any other."""

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_databricks as databricks
import pytest

from pulumi_polytomic import DatabricksStagingAccess
from sandbox.client import Sandbox

from .clouds import (
    MINIMAL,
    ROLE,
    assert_as_the_guides_ask,
    changing_calls,
    credentials,
    role,
    roles,
    staging,
)
from .conftest import NewStack
from .deployment import Deployment

pytestmark = pytest.mark.engine

Providers = Callable[[aws.Provider, databricks.Provider], Any]
NO_DEFAULTS = {"pulumi:disable-default-providers": '["*"]'}


@pytest.mark.parametrize(
    "providers",
    [
        pytest.param(lambda a, d: [a, d], id="a list"),
        pytest.param(lambda a, d: {"aws": a, "databricks": d}, id="a map"),
    ],
)
def test_explicit_providers_with_default_providers_off(
    clean: Sandbox, new_stack: NewStack, providers: Providers
) -> None:
    stack = new_stack(config=NO_DEFAULTS)

    def program() -> None:
        ours = aws.Provider("ours", region="us-east-1")
        theirs = databricks.Provider("theirs", host=clean.databricks_host)
        options = pulumi.ResourceOptions(providers=providers(ours, theirs))
        staging(opts=options)()

    stack.up(program)
    assert_as_the_guides_ask(clean)
    used = {name: resource.get("provider", "") for name, resource in stack.resources().items()}
    assert "::ours::" in used["staging-role"]
    assert "::ours::" in used["staging-policy"]
    assert "::theirs::" in used["staging-credential"]


def test_a_missing_provider_is_named_where_default_providers_are_off(
    clean: Sandbox, new_stack: NewStack
) -> None:
    failed = new_stack(config=NO_DEFAULTS).up(staging(), fails=True)
    assert "Default provider for 'aws' disabled" in failed.text
    assert (roles(clean), credentials(clean)) == ([], [])


def test_providers_of_a_parent_component_are_inherited(clean: Sandbox, new_stack: NewStack) -> None:
    def program() -> None:
        providers = [aws.Provider("ours", region="us-east-1"), databricks.Provider("theirs")]
        options = pulumi.ResourceOptions(providers=providers)
        parent = pulumi.ComponentResource("acme:index:Platform", "platform", None, options)
        staging(opts=pulumi.ResourceOptions(parent=parent))()

    stack = new_stack(config=NO_DEFAULTS)
    stack.up(program)
    assert_as_the_guides_ask(clean)
    urn = stack.resources()["staging-role"]["urn"]
    chain = "acme:index:Platform$polytomic-databricks:index:DatabricksStagingAccess$"
    assert f"{chain}aws:iam/role:Role" in urn


def test_protect_keeps_every_child_from_a_destroy(clean: Sandbox, stack: Deployment) -> None:
    stack.up(staging(opts=pulumi.ResourceOptions(protect=True)))
    clean.clear_calls()
    assert "protect" in stack.destroy(fails=True).text
    assert changing_calls(clean) == []
    stack.up(staging())
    stack.destroy()
    assert (roles(clean), credentials(clean)) == ([], [])


def test_retain_on_delete_leaves_everything_in_the_clouds(
    clean: Sandbox, stack: Deployment
) -> None:
    stack.up(staging(opts=pulumi.ResourceOptions(retain_on_delete=True)))
    stack.destroy()
    assert stack.resources() == {}
    assert_as_the_guides_ask(clean)


def _tag(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    if args.type_ != "aws:iam/role:Role":
        return None
    props = {**args.props, "tags": {"cost-center": "7"}}
    ignoring = pulumi.ResourceOptions(ignore_changes=["description"])
    return pulumi.ResourceTransformResult(props, pulumi.ResourceOptions.merge(args.opts, ignoring))


def _old_tag(
    args: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult | None:
    if args.type_ != "aws:iam/role:Role":
        return None
    props = {**args.props, "tags": {"cost-center": "7"}}
    ignoring = pulumi.ResourceOptions(ignore_changes=["description"])
    options = pulumi.ResourceOptions.merge(args.opts, ignoring)
    return pulumi.ResourceTransformationResult(props, options)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(pulumi.ResourceOptions(transforms=[_tag]), id="transforms"),
        pytest.param(pulumi.ResourceOptions(transformations=[_old_tag]), id="transformations"),
    ],
)
def test_a_transform_tags_the_role_and_ignores_changes_of_it(
    clean: Sandbox, stack: Deployment, options: pulumi.ResourceOptions
) -> None:
    stack.up(staging({"role_description": "first"}, options))
    assert role(clean)["Tags"] == [{"Key": "cost-center", "Value": "7"}]
    assert stack.up(staging({"role_description": "second"}, options)).changes("staging") == {}
    assert role(clean)["Description"] == "first"
    assert_as_the_guides_ask(clean)


def test_ignore_changes_on_the_component_stops_at_the_component(
    clean: Sandbox, stack: Deployment
) -> None:
    options = pulumi.ResourceOptions(ignore_changes=["tags"])
    stack.up(staging({"tags": {"a": "1"}}, options))
    # As with every component of Pulumi: a child is reached by a transform.
    assert stack.up(staging({"tags": {"a": "2"}}, options)).changes("staging") == {
        "role": ["update"]
    }
    assert role(clean)["Tags"] == [{"Key": "a", "Value": "2"}]


def test_default_tags_of_the_provider_meet_the_components_own(
    clean: Sandbox, new_stack: NewStack
) -> None:
    tags = {"tags": {"owner": "platform", "team": "nobody"}}
    stack = new_stack(config={"aws:defaultTags": json.dumps(tags)})
    stack.up(staging({"tags": {"team": "data"}}))
    found = {tag["Key"]: tag["Value"] for tag in role(clean)["Tags"]}
    assert found == {"owner": "platform", "team": "data"}
    assert set(stack.up().summary) == {"same"}


def test_whoever_depends_on_the_component_waits_for_the_roles_permissions(
    clean: Sandbox, stack: Deployment
) -> None:
    def program() -> None:
        access = DatabricksStagingAccess("staging", MINIMAL)  # type: ignore[call-overload]
        options = pulumi.ResourceOptions(depends_on=[access])
        aws.s3.Bucket("after", bucket="after-component", opts=options)
        aws.s3.Bucket("output", bucket="after-output", tags={"role": access.role_arn})

    up = stack.up(program)
    order = up.order("create")
    assert order.index("after") > order.index("staging-policy")
    assert order.index("output") > order.index("staging-policy")
    assert stack.destroy().order("delete").index("after") < 2


def test_depends_on_of_the_component_comes_before_all_its_children(
    clean: Sandbox, stack: Deployment
) -> None:
    def program() -> None:
        bucket = aws.s3.Bucket("bucket", bucket="acme-staging")
        staging(opts=pulumi.ResourceOptions(depends_on=[bucket]))()

    calls_before_credential = []
    stack.up(program)
    for call in clean.calls():
        if call["operation"] == "StorageCredentials.Create":
            break
        calls_before_credential.append(call["operation"])
    assert "s3:CreateBucket" in calls_before_credential


def test_deleted_with_reaches_the_children(clean: Sandbox, stack: Deployment) -> None:
    def program() -> None:
        bucket = aws.s3.Bucket("bucket", bucket="acme-staging")
        staging(opts=pulumi.ResourceOptions(deleted_with=bucket))()

    stack.up(program)
    bucket_urn = stack.resources()["bucket"]["urn"]
    assert stack.resources()["staging-role"]["deletedWith"] == bucket_urn
    clean.clear_calls()
    stack.destroy()
    assert changing_calls(clean) == []
    assert roles(clean) == [ROLE]
