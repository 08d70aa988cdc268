"""The one error that users of the toolchain see."""


class ToolchainError(Exception):
    """No usable Pulumi CLI: the message says what is missing and how to get it."""
