"""Whether the role may assume itself depends on a network that no policy document tells."""

import sys

sys.path.append("..")

from hand_written import DATABRICKS_ID, ROLE_ARN, ROOT, allow, staging_role, trust

itself = {"aws:PrincipalArn": ROLE_ARN}
network = {"aws:SourceVpc": "vpc-0123456789abcdef0"}
statement = allow("Itself", ROOT, DATABRICKS_ID, ArnEquals=itself, StringLike=network)
staging_role(trust(Itself=statement))
