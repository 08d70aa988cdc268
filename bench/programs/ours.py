"""The component of this package, as a user writes it."""

import pulumi

from bench.programs import fleet
from pulumi_polytomic import DatabricksStagingAccess, DatabricksStagingAccessArgs

arns = []
for name in fleet.names():
    args: DatabricksStagingAccessArgs = {
        "bucket_name": fleet.BUCKET,
        "polytomic_external_id": fleet.external_id(),
        # The other programs prove nothing; what the proof costs is measured by itself.
        "check_access": False,
    }
    if fleet.is_account_given():
        args["account_id"] = fleet.ACCOUNT_ID
        args["partition"] = fleet.PARTITION
    arns.append(DatabricksStagingAccess(name, args).role_arn)

pulumi.export("role_arns", arns)
