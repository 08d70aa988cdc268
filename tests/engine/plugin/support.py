"""What a program in another language needs: the plugin in a folder, and a language host."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from toolchain.languages.build import language_host

ROOT = Path(__file__).parents[3]


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
