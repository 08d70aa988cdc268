"""What a program in another language needs: the plugin in a folder, and a language host."""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sandbox.client import Sandbox
from toolchain.languages.build import language_host

ROOT = Path(__file__).parents[3]
MADE_BY_INSTALL: Final = shutil.ignore_patterns("node_modules", "sdks", "package-lock.json")
"""What ``pulumi install`` leaves in a folder of a program in TypeScript; not for a copy of it."""


def write_plugin(folder: Path) -> Path:
    """Makes a folder what a clone is to ``packages:``; it runs with the tests' interpreter."""
    (folder / "PulumiPlugin.yaml").write_text(
        f"runtime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
    )
    (folder / "__main__.py").write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from pulumi_polytomic.__main__ import main\nsys.exit(main())\n"
    )
    return folder


def with_language(environment: Mapping[str, str], language: str) -> dict[str, str]:
    """The environment with a language's host on PATH."""
    host = language_host(language)
    path = [environment["PATH"], *([str(host)] if host is not None else [])]
    return {**environment, "PATH": os.pathsep.join(path)}


def connections(sandbox: Sandbox) -> list[Any]:
    """The connections in Polytomic."""
    return list(sandbox.polytomic().connections.list().data or [])
