"""Stand-in of a Databricks workspace: the parts of Unity Catalog that a staging role needs."""
