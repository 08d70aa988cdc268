"""The component as a program in another language makes it: by the plugin."""

from typing import Any

import pulumi

from bench.programs import fleet
from pulumi_polytomic import DatabricksStagingAccess
from pulumi_polytomic.naming import VERSION


class Remote(pulumi.ComponentResource):
    """What an SDK that Pulumi generates does."""

    def __init__(self, name: str, properties: dict[str, Any]) -> None:
        outputs = {"roleArn": None}
        opts = pulumi.ResourceOptions(version=VERSION)
        token = DatabricksStagingAccess.token
        super().__init__(token, name, {**properties, **outputs}, opts, remote=True)


arns = []
for name in fleet.names():
    properties: dict[str, Any] = {
        "bucketName": fleet.BUCKET,
        "polytomicExternalId": fleet.external_id(),
        "checkAccess": False,
    }
    if fleet.is_account_given():
        properties |= {"accountId": fleet.ACCOUNT_ID, "partition": fleet.PARTITION}
    arns.append(vars(Remote(name, properties))["roleArn"])

pulumi.export("role_arns", arns)
