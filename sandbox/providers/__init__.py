"""Pulumi provider plugins that serve the unchanged aws and databricks SDKs from the sandbox."""

from sandbox.providers.launcher import install

__all__ = ["install"]
