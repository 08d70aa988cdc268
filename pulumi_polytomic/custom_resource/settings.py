"""The plugin's configuration: how to reach Polytomic, Databricks and AWS."""

import os
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from .. import iam
from ..errors import Fault

DEFAULT_URL: Final = "https://app.polytomic.com"
SCHEMA: Final[Mapping[str, Mapping[str, Any]]] = {
    "polytomicApiKey": {
        "type": "string",
        "secret": True,
        "description": "API key of Polytomic. Default: `POLYTOMIC_API_KEY` of the environment.",
    },
    "polytomicUrl": {
        "type": "string",
        "description": "Address of Polytomic. Default: `POLYTOMIC_DEPLOYMENT_URL` of the "
        f"environment, else `{DEFAULT_URL}`.",
    },
    "organizationId": {
        "type": "string",
        "description": "Organization in Polytomic of new connections. Default: the API key's.",
    },
    "databricksHost": {
        "type": "string",
        "description": "Address of the Databricks workspace, for checks of the access. Default: "
        "what the stack's Databricks provider is configured with, else as Databricks' own tools "
        "find it, `DATABRICKS_HOST` for one.",
    },
    "databricksToken": {
        "type": "string",
        "secret": True,
        "description": "Token for that workspace. Default: as for the host.",
    },
    "databricksProfile": {
        "type": "string",
        "description": "Profile of the Databricks configuration file. Default: as for the host.",
    },
    "databricksConfigFile": {
        "type": "string",
        "description": "Path of that file. Default: as for the host.",
    },
    "databricksClientId": {
        "type": "string",
        "description": "Application ID of a service principal. Default: as for the host.",
    },
    "databricksClientSecret": {
        "type": "string",
        "secret": True,
        "description": "OAuth secret of that service principal. Default: as for the host.",
    },
    "awsProfile": {
        "type": "string",
        "description": "Profile with which AWS is reached, to read a role and to write its trust "
        "policy. Default: what the stack's AWS provider is configured with, else AWS' own chain.",
    },
    "awsRegion": {
        "type": "string",
        "description": "Region of AWS for that. Default: as for the profile.",
    },
    "awsAccessKey": {
        "type": "string",
        "secret": True,
        "description": "ID of an access key for that. Default: as for the profile.",
    },
    "awsSecretKey": {
        "type": "string",
        "secret": True,
        "description": "Secret of that access key. Default: as for the profile.",
    },
    "awsToken": {
        "type": "string",
        "secret": True,
        "description": "Session token of a temporary access key. Default: as for the profile.",
    },
    "awsEndpoint": {
        "type": "string",
        "description": "Address of IAM and STS, where it is not AWS' own. Default: AWS' own chain, "
        "`AWS_ENDPOINT_URL` for one.",
    },
    "awsAssumeRoleArn": {
        "type": "string",
        "description": "ARN of a role to assume for that. Default: none.",
    },
    "awsAssumeRoleExternalId": {
        "type": "string",
        "secret": True,
        "description": "External ID with which that role is assumed. Default: none.",
    },
    "timeout": {
        "type": "number",
        "description": "Longest wait for one answer of Polytomic, in seconds. Default: 60.",
    },
    "maxRetries": {
        "type": "integer",
        "description": "How often a call that was throttled or got lost is made again. Default: 5.",
    },
}
"""Keys of the configuration, as Pulumi's schema describes them."""


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
    """Says what is wrong with the configuration."""
    found = [
        Fault(name, "is no setting of this provider", f"Known: {', '.join(SCHEMA)}.")
        for name in values
        if name not in SCHEMA and name not in ("version", "pluginDownloadURL")
    ]
    url = values.get("polytomicUrl")
    if isinstance(url, str) and not url.startswith(("https://", "http://")):
        fix = f"Give the whole address, such as {DEFAULT_URL}."
        found.append(Fault("polytomicUrl", f"'{url}' does not begin with https://", fix))
    endpoint = values.get("awsEndpoint")
    if isinstance(endpoint, str) and not endpoint.startswith(("https://", "http://")):
        fix = "Give the whole address, or leave it out."
        found.append(Fault("awsEndpoint", f"'{endpoint}' does not begin with https://", fix))
    problem = (
        iam.role_arn_fault(values["awsAssumeRoleArn"]) if values.get("awsAssumeRoleArn") else None
    )
    if problem is not None:
        found.append(Fault("awsAssumeRoleArn", problem, "Give the ARN of the role to assume."))
    if values.get("awsAssumeRoleExternalId") and not values.get("awsAssumeRoleArn"):
        fix = "Give the role too, or leave it out."
        found.append(Fault("awsAssumeRoleExternalId", "is given without awsAssumeRoleArn", fix))
    for name, low in (("timeout", 1), ("maxRetries", 0)):
        try:
            if name in values and float(values[name]) < low:
                raise ValueError
        except (TypeError, ValueError):
            found.append(Fault(name, f"is not a number from {low} on", "Give such a number."))
    return found


def settings_from(values: Mapping[str, Any]) -> Settings:
    """Reads a configuration that was checked; what is absent comes from the environment."""

    def given(name: str, default: Any, kind: Callable[[Any], Any] = str) -> Any:
        value = values.get(name)
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
    return {name: str(values[key]) for name, key in names.items() if values.get(key)}
