"""The program of the root Pulumi.yaml: one ``DatabricksStagingAccess`` from configuration alone."""

import pulumi
from configuration import staging_access_args

from pulumi_polytomic import DatabricksStagingAccess

# Named after the stack, so that several stacks in one account do not ask for the same role.
access = DatabricksStagingAccess(pulumi.get_stack(), staging_access_args(pulumi.Config()))

pulumi.export("role_arn", access.role_arn)
pulumi.export("role_name", access.role_name)
pulumi.export("storage_credential_name", access.storage_credential_name)
pulumi.export("staging_url", access.staging_url)
pulumi.export("unity_catalog_principal", access.unity_catalog_principal)
pulumi.export("trust_policy", pulumi.Output.secret(access.trust_policy))
