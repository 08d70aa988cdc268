"""The credentials that the sandbox's Databricks and Polytomic take. They open nothing else."""

from typing import Final

DATABRICKS_TOKEN: Final = "dapi-sandbox"
"""Bearer token of the workspace's user."""

POLYTOMIC_API_KEY: Final = "polytomic-sandbox-key"
"""Bearer token of Polytomic's API."""
