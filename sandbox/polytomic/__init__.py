"""Stand-in of Polytomic's API: connections of type ``databricks``."""
