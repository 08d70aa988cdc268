"""The trust policy lets the role assume itself, its own permissions do not."""

import sys

sys.path.append("..")

from hand_written import permissions, staging_role

staging_role(permitted=permissions(Itself=None))
