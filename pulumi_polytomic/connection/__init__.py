"""``DatabricksConnection``: a Polytomic connection that signs in to AWS with an IAM role."""
