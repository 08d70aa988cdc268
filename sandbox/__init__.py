"""Stand-ins for AWS, Unity Catalog and Polytomic, and the Pulumi plugins that talk to them."""
