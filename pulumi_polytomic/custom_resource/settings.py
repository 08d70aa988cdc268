"""The plugin's configuration: how to reach Polytomic, Databricks and AWS."""

import os
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from ..errors import Fault
from ..naming import camel_case, snake_case
from .provider_arguments import ARGUMENTS, DEFAULT_URL

KEYS_STAND_IN_A_PROVIDER: Final = (
    "Keys stand in one place: give them to a Provider of this package, and that to this resource "
    "as the option provider."
)
"""What to do in place of giving a resource the keys themselves."""


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
            values,
            host="databricksHost",
            token="databricksToken",
            profile="databricksProfile",
            config_file="databricksConfigFile",
            client_id="databricksClientId",
            client_secret="databricksClientSecret",
        ),
        aws=AwsSettings(
            session=_given(
                values,
                profile_name="awsProfile",
                region_name="awsRegion",
                aws_access_key_id="awsAccessKey",
                aws_secret_access_key="awsSecretKey",
                aws_session_token="awsToken",
            ),
            endpoint=given("awsEndpoint", None),
            assume_role=_given(
                values, RoleArn="awsAssumeRoleArn", ExternalId="awsAssumeRoleExternalId"
            ),
        ),
    )


def _given(values: Mapping[str, Any], **names: str) -> dict[str, str]:
    found = {name: str(values.get(key) or "").strip() for name, key in names.items()}
    return {name: value for name, value in found.items() if value}
