"""The plugin's configuration: given, or wrong."""

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

from pulumi_polytomic.custom_resource.settings import AwsSettings, faults, settings_from


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    with mock.patch.dict("os.environ", clear=True):
        yield


def test_nothing_given_leaves_everything_to_the_services_own_tools() -> None:
    found = settings_from({})
    assert (found.polytomic_api_key, found.polytomic_url) == (None, "https://app.polytomic.com")
    assert (found.databricks, found.aws) == ({}, AwsSettings({}, None, {}))
    assert (found.timeout_s, found.max_retries) == (60.0, 5)


def test_every_key_reaches_the_client_that_it_is_for() -> None:
    found = settings_from(
        {
            "databricksHost": "https://x.cloud.databricks.com",
            "databricksClientId": "app",
            "databricksClientSecret": "secret",
            "databricksConfigFile": "/home/x/.databrickscfg",
            "awsAccessKey": "AKIA",
            "awsSecretKey": "key",
            "awsToken": "session",
        }
    )
    assert found.databricks == {
        "host": "https://x.cloud.databricks.com",
        "client_id": "app",
        "client_secret": "secret",
        "config_file": "/home/x/.databrickscfg",
    }
    assert found.aws.session == {
        "aws_access_key_id": "AKIA",
        "aws_secret_access_key": "key",
        "aws_session_token": "session",
    }


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
