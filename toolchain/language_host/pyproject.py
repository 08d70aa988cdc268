"""Reads what little the host needs of a plugin's pyproject.toml."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from toolchain.language_host.errors import LanguageHostError


def buildable_project(folder: Path) -> str | None:
    """The project's name where the folder is a buildable package, else None.

    Buildable: [project] has a name and [build-system] a build-backend.
    """
    path = folder / "pyproject.toml"
    if not path.is_file():
        return None
    toml = _parser()
    try:
        document: dict[str, Any] = toml.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise LanguageHostError(f"parsing {path}: {error}") from error
    name = document.get("project", {}).get("name")
    backend = document.get("build-system", {}).get("build-backend")
    return name if name and backend else None


def _parser() -> Any:
    # Python 3.10 has no TOML parser of its own; pip brings one.
    for module in ("tomllib", "tomli", "pip._vendor.tomli"):
        try:
            return importlib.import_module(module)
        except ImportError:
            continue
    raise LanguageHostError("reading pyproject.toml needs Python 3.11 or the package tomli")
