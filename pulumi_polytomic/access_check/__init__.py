"""``StagingAccessCheck``: proves that Databricks and Polytomic can use a staging role."""
