"""Which provider of this package serves a component's own resources, and how many are made."""

from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from pulumi_polytomic import DatabricksStagingAccess, Provider

from .conftest import POLYTOMIC_ID, Recorder

OURS = "pulumi:providers:polytomic-databricks"


@pytest.fixture(autouse=True)
def no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    """The AWS provider takes its region from the environment."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)


def make(name: str, *providers: pulumi.ProviderResource, **more: Any) -> Any:
    args: Any = {"bucket_name": "acme-staging", "polytomic_external_id": POLYTOMIC_ID, **more}
    options = pulumi.ResourceOptions(providers=list(providers))
    return DatabricksStagingAccess(name, args, options).role_arn


def ours(recorder: Recorder) -> dict[str, dict[str, Any]]:
    """Settings of the providers of ours that were made, by name.

    Secrets that are not there are secrets of None; the plugin leaves them out.
    """
    return {
        name: {key: value for key, value in each.inputs.items() if not isinstance(value, dict)}
        for name, each in recorder.resources.items()
        if each.typ == OURS
    }


def test_nothing_to_lend_makes_none(recorder: Recorder, deploy: Any) -> None:
    def program() -> Any:
        pulumi.runtime.set_all_config({"databricks:clusterId": "c", "aws:defaultTags": "{}"})
        return make("staging")

    deploy(program)
    assert ours(recorder) == {}


def test_the_stacks_configuration_is_lent_once(recorder: Recorder, deploy: Any) -> None:
    def program() -> Any:
        config = {
            "aws:profile": "data",
            "aws:defaultTags": "{}",
            "databricks:host": "https://theirs",
            "polytomic-databricks:databricksProfile": "ours",
        }
        pulumi.runtime.set_all_config(config)
        return [make("first"), make("second", self_trust="principal")]

    deploy(program)
    lent = {"awsProfile": "data", "databricksProfile": "ours"}
    assert ours(recorder) == {"polytomic-databricks-access": lent}
    users = ("first-check", "second-check", "second-trust")
    assert len({recorder.resources[name].provider for name in users}) == 1
    assert "polytomic-databricks-access::" in str(recorder.resources["second-trust"].provider)


def test_where_nothing_of_ours_asks_aws_none_is_made(recorder: Recorder, deploy: Any) -> None:
    deploy(lambda: make("staging", aws.Provider("there", profile="data"), check_access=False))
    assert ours(recorder) == {}


def test_each_explicit_provider_lends_its_own(recorder: Recorder, deploy: Any) -> None:
    def program() -> Any:
        pulumi.runtime.set_all_config({"aws:profile": "of-the-stack"})
        one = aws.Provider("aws", profile="one")
        parent = pulumi.ComponentResource("test:index:Team", "team")
        # The same name, below another parent.
        two = aws.Provider("aws", profile="two", opts=pulumi.ResourceOptions(parent=parent))
        own = Provider("own", {"timeout": 30, "aws_profile": "own"})
        return [make("s1", one), make("s2", two), make("s3", one), make("s4", one, own)]

    deploy(program)
    assert ours(recorder) == {
        "own": {"timeout": "30", "awsProfile": "own"},
        "polytomic-databricks-access-aws": {"awsProfile": "one"},
        "polytomic-databricks-access-aws-again": {"awsProfile": "two"},
        "polytomic-databricks-access-aws-own": {"timeout": "30", "awsProfile": "own"},
    }
