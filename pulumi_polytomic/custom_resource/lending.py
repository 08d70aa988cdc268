"""What of an AWS or Databricks provider's configuration serves to reach the same account here.

The engine tells a plugin the configuration of its own package alone.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from .provider_arguments import SETTINGS

AWS_KEYS: Final = {
    "profile": "awsProfile",
    "region": "awsRegion",
    "accessKey": "awsAccessKey",
    "secretKey": "awsSecretKey",
    "token": "awsToken",
}
"""Keys of the AWS provider's configuration, and of ours."""
DATABRICKS_KEYS: Final = {
    "host": "databricksHost",
    "token": "databricksToken",
    "profile": "databricksProfile",
    "configFile": "databricksConfigFile",
    "clientId": "databricksClientId",
    "clientSecret": "databricksClientSecret",
}
"""Keys of the Databricks provider's configuration, and of ours."""
_AWS_OTHERS: Final = ("assumeRoleWithWebIdentity", "sharedConfigFiles", "sharedCredentialsFiles")
_DATABRICKS_OTHERS: Final = (
    "audience",
    "azureClientId",
    "azureClientSecret",
    "azureUseMsi",
    "azureWorkspaceResourceId",
    "databricksIdTokenFilepath",
    "googleCredentials",
    "googleServiceAccount",
    "metadataServiceUrl",
    "oidcTokenEnv",
    "password",
    "username",
)
"""What else decides who is signed in; where one of them is given, nothing serves."""
CONFIGURATION: Final[Mapping[str, tuple[str, ...]]] = {
    "aws": (*AWS_KEYS, *_AWS_OTHERS, "assumeRoles", "endpoints"),
    "databricks": (*DATABRICKS_KEYS, *_DATABRICKS_OTHERS),
}
"""Keys of each provider's configuration that are looked at here."""
_HARMLESS: Final = {"roleArn", "externalId", "sessionName", "duration"}
"""Keys of a role to assume; any other one narrows what may be done with it."""


class Lent(NamedTuple):
    """What one provider lends."""

    settings: Mapping[str, str] = {}
    """By the names of our configuration."""
    unusable: tuple[str, ...] = ()
    """Keys that ours has nothing for, while the account or the caller hang on them."""


def lent_by_aws(given: Mapping[str, Any]) -> Lent:
    """Gives what the AWS provider's configuration lends; all but texts may be JSON text."""
    unusable = [key for key in _AWS_OTHERS if _read(given.get(key))]
    settings = _renamed(given, AWS_KEYS)
    roles = _read(given.get("assumeRoles")) or []
    if len(roles) == 1 and roles[0].get("roleArn") and not _given(roles[0]) - _HARMLESS:
        keys = {"roleArn": "awsAssumeRoleArn", "externalId": "awsAssumeRoleExternalId"}
        settings |= _renamed(roles[0], keys)
    elif roles:
        unusable.append("assumeRoles")
    endpoints = {
        service: address
        for each in _read(given.get("endpoints")) or []
        for service, address in each.items()
        if service in ("iam", "sts") and address
    }
    if len(endpoints) == 2 and endpoints["iam"] == endpoints["sts"]:
        settings["awsEndpoint"] = endpoints["iam"]
    elif endpoints:
        unusable.append("endpoints")
    return Lent(settings, tuple(unusable))


def lent_by_databricks(given: Mapping[str, Any]) -> Lent:
    """Gives what the Databricks provider's configuration lends."""
    unusable = [key for key in _DATABRICKS_OTHERS if _read(given.get(key))]
    return Lent(_renamed(given, DATABRICKS_KEYS), tuple(unusable))


def with_lent(own: Mapping[str, Any], aws: Lent, databricks: Lent) -> dict[str, str]:
    """Gives the settings of ours, with what is lent where none of that service are given.

    As a whole: a host of ours with a token of theirs would be neither.
    """
    settings = {name: own[name] for name in SETTINGS if own.get(name) not in (None, "")}
    for service, lent in (("aws", aws), ("databricks", databricks)):
        if not configures(settings, service) and not lent.unusable:
            settings |= lent.settings
    return settings


def configures(settings: Mapping[str, Any], service: str) -> bool:
    """Whether settings of ours say how to reach ``aws`` or ``databricks``."""
    return any(name.startswith(service) and value for name, value in settings.items())


def _renamed(given: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    return {ours: str(given[theirs]) for theirs, ours in names.items() if given.get(theirs)}


def _given(values: Mapping[str, Any]) -> set[str]:
    return {key for key, value in values.items() if value}


def _read(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
