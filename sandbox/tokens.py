"""The credentials that the sandbox's Databricks and Polytomic take. They open nothing else."""

from typing import Final

from sandbox.identities import DEFAULT_ACCOUNT_ID


def databricks_token(account_id: str) -> str:
    """Bearer token of the workspace's user, in the sandbox of an AWS account."""
    return f"dapi-sandbox-{account_id}"


def polytomic_api_key(account_id: str) -> str:
    """Bearer token of Polytomic's API, in the sandbox of an AWS account."""
    return f"polytomic-sandbox-key-{account_id}"


DATABRICKS_TOKEN: Final = databricks_token(DEFAULT_ACCOUNT_ID)
POLYTOMIC_API_KEY: Final = polytomic_api_key(DEFAULT_ACCOUNT_ID)
