"""The trust policy has an external ID that was copied from another storage credential."""

import sys

sys.path.append("..")

from hand_written import staging_role, storage_credential

storage_credential()
staging_role()
