"""Unity Catalog may use Polytomic's external ID."""

import sys

sys.path.append("..")

from hand_written import DATABRICKS_ID, POLYTOMIC_ID, UNITY_CATALOG, allow, staging_role, trust

both = [DATABRICKS_ID, POLYTOMIC_ID]
statement = allow("UnityCatalog", UNITY_CATALOG, "")
statement["Condition"] = {"StringEquals": {"sts:ExternalId": both}}
staging_role(trust(UnityCatalog=statement))
