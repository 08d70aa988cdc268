"""Pulumi components for running Polytomic with Databricks on AWS."""
