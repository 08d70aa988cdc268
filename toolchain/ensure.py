"""Decides which Pulumi CLI is used."""

from __future__ import annotations

from pathlib import Path

from toolchain.build import cached_cli
from toolchain.errors import ToolchainError
from toolchain.launchers import REPOSITORY, lay_out
from toolchain.official import InstalledCli, find_installed_cli
from toolchain.versions import MINIMUM_CLI, show


def ensure(repository: Path = REPOSITORY) -> Path | None:
    """The folder to put first on PATH; None where the `pulumi` already on PATH will do.

    Raises ToolchainError with what is missing and how to get it.
    """
    installed = find_installed_cli()
    if installed is not None and installed.fault is None:
        return None
    try:
        return lay_out(cached_cli(), repository)
    except ToolchainError as error:
        raise ToolchainError(_advice(installed, error)) from error


def _advice(installed: InstalledCli | None, error: ToolchainError) -> str:
    if installed is None:
        found = "There is no `pulumi` on PATH"
    else:
        found = f"The `pulumi` at {installed.path} cannot be used: {installed.fault}"
    return (
        f"{found}, and building the CLI from source is not possible: {error}\n"
        f"Either install the official Pulumi CLI {show(MINIMUM_CLI)} or newer "
        "(https://www.pulumi.com/docs/install/), or mend the above."
    )
