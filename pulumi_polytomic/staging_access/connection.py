"""The Polytomic connection that stages files in the bucket with the role."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, cast

import pulumi
import pulumi_aws as aws

from ..component.checking import CheckedInputs
from ..component.outputs import combined
from ..connection.arguments import KEYS, DatabricksConnectionArgs
from ..connection.resource import DatabricksConnection
from ..naming import snake_case

_KEYS: Final = {key: snake_case(name) for name, key in KEYS.items()}
"""Polytomic's keys that have an argument of their own, by key."""


class StagingConnection(NamedTuple):
    """What the rest of the chain needs to know of a connection."""

    connection_id: pulumi.Output[str]
    external_id: pulumi.Output[str]
    """What Polytomic sends when it assumes the role; minted per connection, never chosen."""
    resource: DatabricksConnection


def staging_connection(
    component: pulumi.ComponentResource,
    resource_name: str,
    inputs: CheckedInputs,
    role_arn: pulumi.Input[str],
    storage_credential_name: pulumi.Input[str] | None,
) -> StagingConnection | None:
    """Makes the connection that signs in with ``role_arn``; None where there is to be none."""
    if not inputs.is_given("polytomic_connection_name"):
        return None
    config = inputs.get("polytomic_connection_config", {})
    arguments = {name: _value(config, key) for key, name in _KEYS.items()}
    arguments |= {
        "name": inputs.get("polytomic_connection_name"),
        "role_arn": role_arn,
        "storage_credential_name": storage_credential_name,
        "bucket_name": inputs.get("bucket_name"),
        "bucket_prefix": inputs.get("bucket_prefix"),
        "configuration": combined(_others, config=config),
    }
    if not inputs.is_plain("polytomic_connection_config") or arguments["bucket_region"] is None:
        arguments["bucket_region"] = combined(
            lambda found: found["given"] or found["region"],
            given=arguments["bucket_region"],
            region=_region(component),
        )
    connection = DatabricksConnection(
        resource_name,
        cast(DatabricksConnectionArgs, arguments),
        opts=pulumi.ResourceOptions(parent=component),
    )
    return StagingConnection(connection.connection_id, connection.external_id, connection)


def _value(config: Any, key: str) -> Any:
    return combined(lambda found: found["config"].get(key), config=config)


def _others(found: Mapping[str, Any]) -> dict[str, Any] | None:
    others = {key: value for key, value in found["config"].items() if key not in _KEYS}
    return others or None


def _region(component: pulumi.ComponentResource) -> pulumi.Output[str]:
    """Gives the region of the AWS provider that ``component`` uses."""
    options = pulumi.InvokeOutputOptions(parent=component)
    return aws.get_region_output(opts=options).apply(lambda found: found.region)
