"""The component, with the check of its access."""

import pulumi

from bench.programs import fleet
from pulumi_polytomic import DatabricksStagingAccess

arns = [
    DatabricksStagingAccess(
        name,
        {
            "bucket_name": fleet.BUCKET,
            "polytomic_external_id": fleet.external_id(),
            "account_id": fleet.ACCOUNT_ID,
            "partition": fleet.PARTITION,
            "check_access": True,
        },
    ).role_arn
    for name in fleet.names()
]
pulumi.export("role_arns", arns)
