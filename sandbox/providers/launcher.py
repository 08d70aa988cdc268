"""Put the plugins where the engine looks for them."""

import os
import shlex
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Final

DISTRIBUTIONS: Final = {"aws": "pulumi_aws", "databricks": "pulumi_databricks"}
"""The SDK whose version a plugin must have, by package."""


def sdk_version(package: str) -> str:
    """Version of the installed SDK: the engine asks for exactly this one."""
    return version(DISTRIBUTIONS[package])


def install(pulumi_home: Path, python: Path, root: Path) -> None:
    """Write a launcher for each package, and remove those of other versions.

    ``python`` runs the plugin, with ``root`` (the folder that holds ``sandbox``) on its path.
    """
    plugins = pulumi_home / "plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    for package in DISTRIBUTIONS:
        folder = plugins / f"resource-{package}-v{sdk_version(package)}"
        folder.mkdir(exist_ok=True)
        _write_program(folder / f"pulumi-resource-{package}", _script(package, python, root))
        for other in plugins.glob(f"resource-{package}-v*"):
            if other.name.split(".lock")[0].split(".partial")[0] != folder.name:
                _remove(other)
        # A leftover of a download that broke off makes the engine think there is no plugin.
        _remove(folder.with_name(folder.name + ".partial"))


def _script(package: str, python: Path, root: Path) -> str:
    if os.name == "nt":
        raise OSError(f"the sandbox's plugins need a POSIX shell, which {sys.platform} has not")
    return (
        "#!/bin/sh\n"
        f"PYTHONPATH={shlex.quote(str(root))}${{PYTHONPATH:+:$PYTHONPATH}}\n"
        "export PYTHONPATH\n"
        f'exec {shlex.quote(str(python))} -m sandbox.providers.{package} "$@"\n'
    )


def _write_program(path: Path, text: str) -> None:
    """By rename, so that an engine that starts meanwhile sees the old one or the new one."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(temporary).chmod(0o755)
    Path(temporary).replace(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
