"""The plugin ``polytomic-databricks``: components and resources for every Pulumi language."""
