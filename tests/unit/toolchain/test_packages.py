"""Which plugins a program's environment asks for."""

from __future__ import annotations

import importlib.metadata
import json
import sys
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from toolchain.language_host.packages import Distribution, package_dependency, plugin_version

Host = language_pb2_grpc.LanguageRuntimeStub


@pytest.mark.parametrize(
    ("package", "plugin"),
    [
        ("1.2.3", "1.2.3"),
        ("1", "1.0.0"),
        ("1.2.3.4", "1.2.3.4"),
        ("1.2.3a4", "1.2.3-alpha.4"),
        ("1.2b4", "1.2.0-beta.4"),
        ("1.2.3rc4", "1.2.3-rc.4"),
        ("1.2.3.post4", "1.2.3+post4"),
        ("1.2.3.dev5", "1.2.3+dev5"),
        ("1.2.3rc1.post4.dev5", "1.2.3-rc.1+post4dev5"),
        ("1!2.3.4", None),
        ("1.2.3+local", None),
        ("", None),
        ("1.2.ü", None),
    ],
)
def test_a_package_version_becomes_a_plugin_version(package: str, plugin: str | None) -> None:
    assert plugin_version(package) == plugin


@pytest.mark.parametrize(
    ("name", "plugin", "expected"),
    [
        ("requests", None, None),
        ("pulumi", None, None),
        ("pulumi-policy", None, None),
        ("pulumi-x", {"resource": False}, None),
        ("pulumi-x", {"name": "x"}, None),
        ("pulumi-x", None, ("x", "v1.2.3", "")),
        ("pulumi-x", {"resource": True}, ("x", "v1.2.3", "")),
        (
            "other",
            {"resource": True, "name": "n", "version": "9.0.0", "server": "https://example.org"},
            ("n", "v9.0.0", "https://example.org"),
        ),
        ("other", {"resource": True, "version": "v9.0.0"}, ("other", "v9.0.0", "")),
    ],
)
def test_a_distribution_names_its_plugin(
    name: str, plugin: dict[str, Any] | None, expected: tuple[str, str, str] | None
) -> None:
    found = package_dependency(Distribution(name, "1.2.3", plugin))
    assert (found and (found.name, found.version, found.server)) == expected
    assert found is None or found.kind == "resource"


def test_a_parameterized_package_carries_its_value() -> None:
    plugin = {
        "resource": True,
        "name": "terraform-provider",
        "version": "1.0.0",
        "parameterization": {"name": "p", "version": "2.0.0", "value": "AAH/"},
    }
    found = package_dependency(Distribution("pulumi-p", "2.0.0", plugin))
    assert found is not None
    assert found.parameterization.name == "p"
    assert found.parameterization.value == b"\x00\x01\xff"


def test_installed_sdks_are_found_without_importing_them(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path / "site", "Pulumi_Fake", "4.5.6", {"resource": True, "name": "fake"})
    installed(tmp_path / "site", "pulumi_silent", "1.0", {"resource": False})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    info = language_pb2.ProgramInfo(
        root_directory=str(tmp_path), program_directory=str(tmp_path), entry_point="."
    )
    answer = host.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest(info=info))
    found = {package.name: package.version for package in answer.packages}
    assert found["fake"] == "v4.5.6"
    assert "silent" not in found
    # What is really installed here, in exactly the version of the SDK.
    assert found["aws"] == "v" + importlib.metadata.version("pulumi_aws")
    assert "policy" not in found


def test_a_broken_plugin_file_is_an_error_that_names_the_package(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path / "site", "pulumi_broken", "1.0", None)
    (tmp_path / "site" / "pulumi_broken" / "pulumi-plugin.json").write_text("{")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    info = language_pb2.ProgramInfo(
        root_directory=str(tmp_path), program_directory=str(tmp_path), entry_point="."
    )
    with pytest.raises(grpc.RpcError, match=r"pulumi-plugin\.json for pulumi-broken"):
        host.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest(info=info))


def test_dependencies_of_a_program_are_what_pip_lists(host: Host, tmp_path: Path) -> None:
    info = language_pb2.ProgramInfo(
        root_directory=str(tmp_path), program_directory=str(tmp_path), entry_point="."
    )
    info.options.update({"virtualenv": sys.prefix})
    answer = host.GetProgramDependencies(
        language_pb2.GetProgramDependenciesRequest(info=info, transitiveDependencies=True)
    )
    versions = {one.name: one.version for one in answer.dependencies}
    assert versions["pulumi"] == importlib.metadata.version("pulumi")


def installed(site: Path, name: str, version: str, plugin: dict[str, Any] | None) -> None:
    """A distribution whose import would fail."""
    (site / name).mkdir(parents=True)
    (site / name / "__init__.py").write_text("raise SystemExit('imported')")
    if plugin is not None:
        (site / name / "pulumi-plugin.json").write_text(json.dumps(plugin))
    metadata = site / f"{name}-{version}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
