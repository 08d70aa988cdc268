"""The role may not assume itself: no statement of its trust policy lets it."""

import sys

sys.path.append("..")

from hand_written import staging_role, trust

staging_role(trust(Itself=None))
