"""The plugin's configuration: how to reach Polytomic, Databricks and AWS."""

import os
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from ..arguments import Argument
from ..errors import Fault
from ..naming import camel_case, snake_case
from .provider_arguments import ARGUMENTS, DEFAULT_URL


class AwsSettings(NamedTuple):
    """How AWS is reached, beside its own chain."""

    session: Mapping[str, str] = {}
    """Arguments of ``boto3.Session`` that were given."""
    endpoint: str | None = None
    assume_role: Mapping[str, str] = {}
    """``RoleArn`` and ``ExternalId`` for ``sts:AssumeRole``; empty: no role is assumed."""


class Settings(NamedTuple):
    """The configuration, with its defaults."""

    polytomic_api_key: str | None
    polytomic_url: str
    organization_id: str | None
    timeout_s: float
    max_retries: int
    databricks: Mapping[str, str]
    """Arguments of ``databricks.sdk.WorkspaceClient`` that were given."""
    aws: "AwsSettings"


def faults(values: Mapping[str, Any]) -> list[Fault]:
    """Says what is wrong with the configuration, whose keys are camelCase."""
    given = {
        snake_case(name): _number(value) if name in _NUMBERS else value
        for name, value in values.items()
        if value is not None
    }
    found = ARGUMENTS.faults(given)
    if given.get("aws_assume_role_external_id") and not given.get("aws_assume_role_arn"):
        fix = "Give the role too, or leave it out."
        problem = "is given without awsAssumeRoleArn"
        found.append(Fault("aws_assume_role_external_id", problem, fix))
    spelt = [fault._replace(argument=camel_case(fault.argument)) for fault in found]
    return [*ARGUMENTS.unknown(values, camel_case), *spelt]


_NUMBERS: Final = ("timeout", "maxRetries")


def _number(value: Any) -> Any:
    """Gives a number that the engine sent as text, as it does with a stack's configuration."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


def strip_environment() -> None:
    """Takes off the white space around what the environment says of the three services.

    A secret from a file, or of a CI, ends with a line break, which HTTP libraries refuse with the
    whole header in the text of their error.
    """
    for name, value in os.environ.items():
        if name.startswith(("AWS_", "DATABRICKS_", "POLYTOMIC_")) and value != value.strip():
            os.environ[name] = value.strip()


def settings_from(values: Mapping[str, Any]) -> Settings:
    """Reads a configuration that was checked; what is absent comes from the environment.

    White space around a value is taken off.
    """

    def given(name: str, default: Any, kind: Callable[[Any], Any] = str) -> Any:
        value = values.get(name)
        value = value.strip() if isinstance(value, str) else value
        # The engine sends the values of a stack's configuration as text.
        return default if value in (None, "") else kind(value)

    environment = os.environ.get
    url = given("polytomicUrl", environment("POLYTOMIC_DEPLOYMENT_URL") or DEFAULT_URL)
    return Settings(
        polytomic_api_key=given("polytomicApiKey", environment("POLYTOMIC_API_KEY")),
        polytomic_url=url.rstrip("/"),
        organization_id=given("organizationId", None),
        timeout_s=given("timeout", 60.0, float),
        max_retries=given("maxRetries", 5, lambda value: int(float(value))),
        databricks=_given(
            values, host="databricksHost", token="databricksToken", profile="databricksProfile"
        ),
        aws=AwsSettings(
            session=_given(values, profile_name="awsProfile", region_name="awsRegion"),
            endpoint=given("awsEndpoint", None),
            assume_role=_given(
                values, RoleArn="awsAssumeRoleArn", ExternalId="awsAssumeRoleExternalId"
            ),
        ),
    )


DATABRICKS_KEYS: Final = {
    "host": "host",
    "token": "token",
    "profile": "profile",
    "clientId": "client_id",
    "clientSecret": "client_secret",
    "configFile": "config_file",
}
"""Keys of the Databricks provider's configuration, and the arguments of ``WorkspaceClient``."""
AWS_KEYS: Final = {
    "profile": "profile_name",
    "region": "region_name",
    "accessKey": "aws_access_key_id",
    "secretKey": "aws_secret_access_key",
    "token": "aws_session_token",
}
"""Keys of the AWS provider's configuration, and the arguments of ``boto3.Session``."""


def with_lent(settings: Settings, inputs: Mapping[str, Any]) -> Settings:
    """Gives the settings, with what a resource was lent where none were configured here.

    As a whole: a host of ours with a token of theirs would be neither.
    """
    databricks = _given(inputs.get("databricks") or {}, **_reversed(DATABRICKS_KEYS))
    session = _given(inputs.get("aws") or {}, **_reversed(AWS_KEYS))
    return settings._replace(
        databricks=settings.databricks or databricks,
        aws=settings.aws._replace(session=settings.aws.session or session),
    )


def lent_argument(service: str) -> Argument:
    """Gives the check of the argument in which a resource is lent another provider's settings."""
    keys = {"databricks": DATABRICKS_KEYS, "aws": AWS_KEYS}[service]

    def fault(given: Mapping[str, str]) -> str | None:
        unknown = [key for key in given if key not in keys]
        return f"has no key {unknown[0]}" if unknown else None

    return Argument(f"Known: {', '.join(keys)}.", fault, secret=True)


def _reversed(keys: Mapping[str, str]) -> dict[str, str]:
    return {argument: key for key, argument in keys.items()}


def _given(values: Mapping[str, Any], **names: str) -> dict[str, str]:
    found = {name: str(values.get(key) or "").strip() for name, key in names.items()}
    return {name: value for name, value in found.items() if value}
