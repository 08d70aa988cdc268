"""``DatabricksStagingAccess``: the role, its policies, its credential and the access check."""
