"""Which versions of the tools will do, and how they are read from what the tools print."""

from __future__ import annotations

import re

Version = tuple[int, int, int]

# The oldest CLI that the package's lower bound on the SDK (pulumi>=3.237) is released with.
MINIMUM_CLI: Version = (3, 237, 0)

# What toolchain/go.mod pins; a test holds the two together.
PINNED_CLI: Version = (3, 274, 1)

# What the `go` line of the CLI's own go.mod asks for.
MINIMUM_GO: Version = (1, 26, 6)


def parse_version(text: str) -> Version | None:
    """The first version in a tool's answer, e.g. `v3.274.1-alpha.1` or `go version go1.26 x`."""
    match = re.search(r"(?<![\d.])(\d+)\.(\d+)(?:\.(\d+))?", text)
    if match is None:
        return None
    major, minor, patch = match.groups(default="0")
    return int(major), int(minor), int(patch)


def show(version: Version) -> str:
    """The version as people write it, `3.274.1`."""
    return ".".join(map(str, version))
