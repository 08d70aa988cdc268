"""What custom resources share: both of their sides, the provider, the launcher and the wire."""
