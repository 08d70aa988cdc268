"""Polytomic may assume the role for any of its customers: no external ID is asked for."""

import sys

sys.path.append("..")

from hand_written import POLYTOMIC, allow, staging_role, trust

statement = allow("Polytomic", POLYTOMIC, "")
del statement["Condition"]
staging_role(trust(Polytomic=statement))
