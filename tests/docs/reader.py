"""Does what a document says, as a reader would who has sourced a sandbox's environment."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sandbox.environment import UNSET

from .not_run import NOT_RUN
from .pages import Block

POLYTOMIC_ID: Final = "8c2f4a1e-6b7d-4e0f-a1b2-c3d4e5f60718"
"""What the reader types where ``pulumi config set --secret`` asks for the external ID."""


def follow(block: Block, folder: Path, environment: Mapping[str, str]) -> str:
    """Runs a block in a folder; gives what it printed. Fails with all of it where it fails."""
    if block.target.endswith(" with python"):
        return run(["python", "-"], folder, environment, block.place, typed=block.text)
    script = "\n".join(line for line in block.lines if line not in NOT_RUN)
    command = ["bash", "-euo", "pipefail", "-c", script]
    return run(command, folder, environment, block.place, typed=POLYTOMIC_ID)


def run(
    command: list[str],
    folder: Path,
    environment: Mapping[str, str],
    place: str = "",
    typed: str = "",
) -> str:
    """Runs one command; gives its standard output. Fails with all that it printed."""
    done = subprocess.run(
        command,
        cwd=folder,
        # A reader answers "yes" where Pulumi asks whether to go on.
        env={**environment, "PULUMI_SKIP_CONFIRMATIONS": "true"},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    said = f"{place} {' '.join(command)}\n{done.stdout}\n{done.stderr}"
    assert done.returncode == 0, said
    return done.stdout


def clean_environment() -> dict[str, str]:
    """This process's environment less what is a developer's own."""
    private = ("AWS_", "DATABRICKS_", "POLYTOMIC_", "PULUMI_")
    return {k: v for k, v in os.environ.items() if k not in UNSET and not k.startswith(private)}
