"""The policy pack is told to demand a permissions boundary, and the role has none."""

import sys

sys.path.append("..")

from hand_written import staging_role

staging_role()
