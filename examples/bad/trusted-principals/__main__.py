"""Somebody else's account may assume the role too."""

import sys

sys.path.append("..")

from hand_written import allow, staging_role, trust

other = "8f14e45f-ceea-467f-9a2b-1c0d3e4f5a6b"
staging_role(trust(Other=allow("Other", "arn:aws:iam::210987654321:root", other)))
