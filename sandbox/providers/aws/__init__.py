"""The plugin `pulumi-resource-aws`."""
