"""The external ID is still the placeholder of the guide."""

import sys

sys.path.append("..")

from hand_written import POLYTOMIC, allow, staging_role, trust

staging_role(trust(Polytomic=allow("Polytomic", POLYTOMIC, "<POLYTOMIC-EXTERNAL-ID>")))
