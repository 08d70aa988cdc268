"""The root stack turns configuration into arguments, every one of them."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from pulumi_polytomic import ArgumentError
from pulumi_polytomic.staging_access.arguments import ARGUMENTS

ROOT = Path(__file__).resolve().parents[3]
PROJECT = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
sys.path.insert(0, str(ROOT / "stack"))

from configuration import staging_access_args  # noqa: E402

MINIMAL = {"bucketName": "acme-staging", "polytomicExternalId": "8c2f4a1e-6b7d"}
DEFAULTS = {
    key: value["default"] if isinstance(value["default"], str) else json.dumps(value["default"])
    for key, value in PROJECT["config"].items()
}


class NoCloud(pulumi.runtime.Mocks):
    """Reading configuration registers and calls nothing."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> Any:
        raise AssertionError(args.name)

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        raise AssertionError(args.token)


@pytest.fixture(autouse=True)
def loop() -> Iterator[None]:
    """Outputs belong to an event loop; the one of an earlier test may be closed."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    loop.close()


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def configure(values: dict[str, str]) -> dict[str, Any]:
    pulumi.runtime.set_mocks(NoCloud(), project="p", stack="dev")
    config = {f"p:{key}": value for key, value in {**DEFAULTS, **values}.items()}
    pulumi.runtime.set_all_config(config)
    return dict(staging_access_args(pulumi.Config("p")))


def test_every_argument_is_a_key_with_a_description_and_a_default() -> None:
    assert set(PROJECT["config"]) == {camel(name) for name in ARGUMENTS.checks}
    for key, value in PROJECT["config"].items():
        assert value["description"].endswith((".", "data")), key
        assert "default" in value, key


def test_defaults_say_nothing_but_what_the_component_does_anyway() -> None:
    args = configure(MINIMAL)
    assert isinstance(args.pop("polytomic_external_id"), pulumi.Output)
    assert args == {
        "bucket_name": "acme-staging",
        "polytomic_principal": "account",
        "role_path": "/",
        "max_session_duration": 3600,
        "databricks_environment": "aws",
        "storage_credential": "create",
        "check_access": True,
        "check_access_deadline": 300,
    }


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("bucketPrefix", "in/here", "in/here"),
        ("roleName", "r", "r"),
        ("roleDescription", "d", "d"),
        ("permissionsBoundary", "arn", "arn"),
        ("maxSessionDuration", "7200", 7200),
        ("tags", '{"team": "data"}', {"team": "data"}),
        ("accountId", "012345678901", "012345678901"),
        ("partition", "aws", "aws"),
        ("unityCatalogPrincipal", "arn", "arn"),
        ("storageCredentialName", "n", "n"),
        ("storageCredentialComment", "c", "c"),
        ("storageCredentialOwner", "o", "o"),
        ("storageCredentialReadOnly", "true", True),
        ("isolationMode", "ISOLATION_MODE_OPEN", "ISOLATION_MODE_OPEN"),
        ("forceDestroy", "true", True),
        ("selfTrust", "condition", "condition"),
        ("kmsKeyArn", "arn", "arn"),
        ("checkAccess", "true", True),
        ("checkAccess", "false", False),
        ("checkAccess", "warn", "warn"),
        ("checkAccessDeadline", "60", 60),
    ],
)
def test_each_key_reaches_its_argument(key: str, text: str, expected: Any) -> None:
    (name,) = [name for name in ARGUMENTS.checks if camel(name) == key]
    assert configure({**MINIMAL, key: text})[name] == expected


def test_several_external_ids_are_a_secret_list() -> None:
    args = configure({"bucketName": "b", "polytomicExternalIds": '["8c2f4a1e", "9d3e5b2f"]'})
    assert "polytomic_external_id" not in args
    assert isinstance(args["polytomic_external_ids"], pulumi.Output)


def test_what_is_missing_is_named_with_the_command_that_sets_it() -> None:
    with pytest.raises(ArgumentError) as error:
        configure({})
    assert "pulumi config set bucketName" in str(error.value)
    assert "pulumi config set --secret polytomicExternalId" in str(error.value)
