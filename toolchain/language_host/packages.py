"""The Pulumi packages of a program's environment, and the plugins that they ask for."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi.runtime.proto.language_pb2 import DependencyInfo
from pulumi.runtime.proto.plugin_pb2 import PackageDependency, PackageParameterization

from toolchain.language_host.errors import LanguageHostError
from toolchain.language_host.interpreter import Interpreter

# Known to have no plugin, whatever they say.
_WITHOUT_PLUGIN = {"pulumi-policy", "pulumi-esc-sdk"}


@dataclass(frozen=True, slots=True)
class Distribution:
    """An installed distribution; `plugin` is its pulumi-plugin.json, None where it has none."""

    name: str
    version: str
    plugin: dict[str, Any] | None


def required_packages(interpreter: Interpreter) -> list[PackageDependency]:
    """The plugins that the installed Pulumi packages ask for, in the version they were made for."""
    found = map(package_dependency, installed_distributions(interpreter))
    return [package for package in found if package is not None]


def installed_distributions(interpreter: Interpreter) -> list[Distribution]:
    """All distributions, found without importing one of them; names normalized (PEP 503)."""
    script = Path(__file__).with_name("installed.py").read_text(encoding="utf-8")
    listed = json.loads(_run(interpreter, "-c", script))
    return [
        Distribution(one["name"], one["version"], _parse_plugin(one["name"], one["plugin"]))
        for one in listed
    ]


def program_dependencies(interpreter: Interpreter, *, transitive: bool) -> list[DependencyInfo]:
    """What `pip list` shows; not transitive: without what other packages require."""
    flags = [] if transitive else ["--not-required"]
    listed = _run(
        interpreter, "-m", "pip", "--disable-pip-version-check", "list", "--format", "json", *flags
    )
    return [
        DependencyInfo(name=normalize(one["name"]), version=one["version"])
        for one in json.loads(listed)
    ]


def package_dependency(distribution: Distribution) -> PackageDependency | None:
    """The plugin behind one distribution; None where it is no Pulumi package or has no plugin."""
    plugin = distribution.plugin
    if distribution.name in _WITHOUT_PLUGIN:
        return None
    if plugin is None and not distribution.name.startswith("pulumi-"):
        return None
    if plugin is not None and not plugin.get("resource", False):
        return None
    said = plugin or {}
    version = said.get("version") or plugin_version(distribution.version)
    if version is None:
        return None
    return PackageDependency(
        name=said.get("name") or distribution.name.removeprefix("pulumi-"),
        version=version if version.startswith("v") else f"v{version}",
        kind="resource",
        server=said.get("server") or "",
        parameterization=_parameterization(said.get("parameterization")),
        extension=_parameterization(said.get("extensionParameterization")),
    )


def plugin_version(package_version: str) -> str | None:
    """A PEP 440 version as semantic version: `1.2a4` is `1.2.0-alpha.4`, `1.0.post2` `1.0.0+post2`.

    None for epochs, local versions and all else that has no counterpart.
    """
    match = re.fullmatch(
        r"(?P<release>[0-9]+(?:\.[0-9]+)*)(?:(?P<kind>a|b|rc)(?P<number>[0-9]*))?"
        r"(?:\.post(?P<post>[0-9]*))?(?:\.dev(?P<dev>[0-9]*))?",
        package_version,
    )
    if match is None:
        return None
    segments = match["release"].split(".")
    version = ".".join(segments + ["0"] * (3 - len(segments)))
    if match["kind"]:
        version += f"-{ {'a': 'alpha', 'b': 'beta', 'rc': 'rc'}[match['kind']] }.{match['number']}"
    build = ""
    if match["post"] is not None:
        build += f"post{match['post']}"
    if match["dev"] is not None:
        build += f"dev{match['dev']}"
    return f"{version}+{build}" if build else version


def normalize(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _parse_plugin(name: str, text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    try:
        plugin = json.loads(text)
    except ValueError as error:
        raise LanguageHostError(f"failed to parse pulumi-plugin.json for {name}: {error}") from None
    if not isinstance(plugin, dict):
        raise LanguageHostError(f"failed to parse pulumi-plugin.json for {name}: not an object")
    return plugin


def _parameterization(said: dict[str, Any] | None) -> PackageParameterization | None:
    if not said:
        return None
    # Bytes stand in JSON as base64.
    return PackageParameterization(
        name=said.get("name", ""),
        version=said.get("version", ""),
        value=base64.b64decode(said.get("value") or ""),
    )


def _run(interpreter: Interpreter, *arguments: str) -> str:
    answer = interpreter.ask(*arguments)
    if answer.returncode != 0:
        raise LanguageHostError(
            f"failed to get python dependencies with {interpreter.python}: "
            f"exit status {answer.returncode}\n{answer.stderr.strip()}"
        )
    return answer.stdout
