"""A credential that is protected, and yet is deleted together with all that uses it."""

import sys

sys.path.append("..")

import pulumi
from hand_written import staging_role, storage_credential, trust

credential = storage_credential(force_destroy=True, opts=pulumi.ResourceOptions(protect=True))
staging_role(credential.aws_iam_role.external_id.apply(trust))
