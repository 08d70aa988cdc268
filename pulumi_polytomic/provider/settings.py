"""The plugin's configuration: how to reach Polytomic, Databricks and AWS."""

import os
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

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
        "description": "Address of the Databricks workspace, for checks of the access. Default: as "
        "Databricks' own tools find it, `DATABRICKS_HOST` for one.",
    },
    "databricksToken": {
        "type": "string",
        "secret": True,
        "description": "Token for that workspace. Default: as Databricks' own tools find it.",
    },
    "databricksProfile": {
        "type": "string",
        "description": "Profile of the Databricks configuration file. Default: its own default.",
    },
    "awsProfile": {
        "type": "string",
        "description": "Profile of AWS with which a check reads the role. Default: AWS' own chain.",
    },
    "awsRegion": {
        "type": "string",
        "description": "Region of AWS for that. Default: AWS' own chain.",
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


class Settings(NamedTuple):
    """The configuration, with its defaults."""

    polytomic_api_key: str | None
    polytomic_url: str
    organization_id: str | None
    timeout_s: float
    max_retries: int
    databricks: Mapping[str, str]
    """Arguments of ``databricks.sdk.WorkspaceClient`` that were given."""
    aws: Mapping[str, str]
    """Arguments of ``boto3.Session`` that were given."""


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
            values, host="databricksHost", token="databricksToken", profile="databricksProfile"
        ),
        aws=_given(values, profile_name="awsProfile", region_name="awsRegion"),
    )


def _given(values: Mapping[str, Any], **names: str) -> dict[str, str]:
    return {name: str(values[key]) for name, key in names.items() if values.get(key)}
