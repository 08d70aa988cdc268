"""The role may do everything with every bucket."""

import sys

sys.path.append("..")

from hand_written import permissions, staging_role

everything = {"Sid": "Staging", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}
staging_role(permitted=permissions(Staging=everything))
