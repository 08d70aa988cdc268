"""Builds the language hosts that programs in other languages need, from pinned sources."""
