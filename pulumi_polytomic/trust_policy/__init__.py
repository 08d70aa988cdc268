"""``RoleTrustPolicy``: the trust policy of a role that exists, or statements of it."""
