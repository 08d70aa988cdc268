"""The plugin `pulumi-resource-databricks`."""
