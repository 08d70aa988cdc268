"""The plugin's configuration: given, lent by the stack's other providers, or wrong."""

import asyncio
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from pulumi.runtime.config import CONFIG

from pulumi_polytomic.custom_resource import lending
from pulumi_polytomic.custom_resource.settings import (
    AWS_KEYS,
    DATABRICKS_KEYS,
    AwsSettings,
    faults,
    lent_argument,
    settings_from,
    with_lent,
)


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    with mock.patch.dict("os.environ", clear=True):
        yield


def test_nothing_given_leaves_everything_to_the_services_own_tools() -> None:
    found = settings_from({})
    assert (found.polytomic_api_key, found.polytomic_url) == (None, "https://app.polytomic.com")
    assert (found.databricks, found.aws) == ({}, AwsSettings({}, None, {}))
    assert (found.timeout_s, found.max_retries) == (60.0, 5)


def test_other_providers_lend_their_settings() -> None:
    found = with_lent(
        settings_from({}),
        {
            "databricks": {
                "host": "https://x.cloud.databricks.com",
                "clientId": "app",
                "clientSecret": "secret",
            },
            "aws": {"region": "eu-west-1", "profile": "data"},
        },
    )
    assert found.databricks == {
        "host": "https://x.cloud.databricks.com",
        "client_id": "app",
        "client_secret": "secret",
    }
    assert found.aws.session == {"region_name": "eu-west-1", "profile_name": "data"}


def test_what_is_given_here_is_not_mixed_with_theirs() -> None:
    own = settings_from({"databricksProfile": "ours", "awsRegion": "us-east-1"})
    theirs = {"databricks": {"host": "https://theirs", "token": "theirs"}, "aws": {"profile": "t"}}
    found = with_lent(own, theirs)
    assert found.databricks == {"profile": "ours"}
    assert found.aws.session == {"region_name": "us-east-1"}


def test_an_unknown_key_of_theirs_is_named() -> None:
    argument = lent_argument("aws")
    assert argument.fault is not None
    assert argument.fault({"profile": "data"}) is None
    assert argument.fault({"profil": "data"}) == "has no key profil"
    assert "Known: profile" in argument.fix


def test_what_the_component_lends_is_all_that_is_known_here_and_nothing_else() -> None:
    # Secrets are Outputs, which take a loop; it has a context of its own.
    asyncio.run(assert_lent())


async def assert_lent() -> None:
    keys = {"databricks": DATABRICKS_KEYS, "aws": AWS_KEYS}
    every = {f"{name}:{key}": "x" for name, known in keys.items() for key in known}
    others = {"databricks:clusterId": "c", "aws:allowedAccountIds": "[]", "project:host": "h"}
    CONFIG.set({**every, **others})
    assert set(lending.databricks_configuration() or ()) == set(DATABRICKS_KEYS)
    assert set(lending.aws_configuration() or ()) == set(AWS_KEYS)
    CONFIG.set(others)
    assert lending.databricks_configuration() is None
    assert lending.aws_configuration() is None


def test_a_role_to_assume_and_an_endpoint() -> None:
    arn = "arn:aws:iam::123456789012:role/deployer"
    found = settings_from(
        {
            "awsEndpoint": "http://127.0.0.1:4566",
            "awsAssumeRoleArn": arn,
            "awsAssumeRoleExternalId": "x",
        }
    )
    assert found.aws == AwsSettings(
        {}, "http://127.0.0.1:4566", {"RoleArn": arn, "ExternalId": "x"}
    )


@pytest.mark.parametrize(
    ("values", "setting"),
    [
        ({"polytomicUrl": "app.polytomic.com"}, "polytomicUrl"),
        ({"timeout": "0"}, "timeout"),
        ({"maxRetries": "-1"}, "maxRetries"),
        ({"maxRetries": "many"}, "maxRetries"),
        ({"awsEndpoint": "localhost:4566"}, "awsEndpoint"),
        ({"awsAssumeRoleArn": "deployer"}, "awsAssumeRoleArn"),
        ({"awsAssumeRoleExternalId": "x"}, "awsAssumeRoleExternalId"),
        ({"polytomicApikey": "x"}, "polytomicApikey"),
    ],
    ids=str,
)
def test_a_bad_setting_is_named(values: dict[str, Any], setting: str) -> None:
    [found] = faults(values)
    assert found.argument == setting
    assert found.fix
