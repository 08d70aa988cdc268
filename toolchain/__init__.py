"""Makes sure that a Pulumi CLI is there: the official one, else one built from pinned sources."""

from __future__ import annotations

from pathlib import Path

__all__ = ["bin_folder"]


def bin_folder() -> Path | None:
    """The folder to put first on PATH; None where the `pulumi` on PATH is new enough.

    Builds the CLI where it has to (minutes, once per machine). Raises ToolchainError with what is
    missing and how to get it.
    """
    # Imported here: the language host imports this package at every start, and needs none of it.
    from toolchain.ensure import ensure

    return ensure()
