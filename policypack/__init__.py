"""CrossGuard policy pack: judges what the roles of Polytomic and Databricks really allow."""
