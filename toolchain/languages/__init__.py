"""Builds language hosts that programs in YAML and TypeScript need, from pinned sources."""
