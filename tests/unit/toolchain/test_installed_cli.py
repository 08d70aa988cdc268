"""Which `pulumi` on PATH is good enough."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from toolchain.official import MARKER, find_installed_cli
from toolchain.versions import parse_version

Write = Callable[..., Path]


def test_no_pulumi_on_path_is_none(tools: Path) -> None:
    assert find_installed_cli() is None


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("echo v3.236.9", "older than 3.237.0"),
        ("echo v2.300.0", "older than 3.237.0"),
        ("echo nonsense", "gave no version"),
        ("exit 3", "exit code 3"),
    ],
)
def test_an_unusable_pulumi_is_named_with_its_fault(
    tools: Path, executable: Write, body: str, fault: str
) -> None:
    executable("tools", "pulumi-language-python", "")
    executable("tools", "pulumi", body)
    found = find_installed_cli()
    assert found is not None
    assert found.fault is not None
    assert fault in found.fault


@pytest.mark.parametrize("version", ["v3.237.0", "v3.274.1", "v3.300.1-alpha.17", "v4.0.0"])
def test_a_new_enough_pulumi_with_its_language_host_is_used(
    tools: Path, executable: Write, version: str
) -> None:
    executable("tools", "pulumi-language-python", "")
    cli = executable("tools", "pulumi", f"echo {version}")
    found = find_installed_cli()
    assert found is not None
    assert (found.path, found.fault) == (cli, None)


def test_a_pulumi_without_language_host_is_refused(tools: Path, executable: Write) -> None:
    executable("tools", "pulumi", "echo v3.274.1")
    found = find_installed_cli()
    assert found is not None
    assert "pulumi-language-python" in (found.fault or "")


def test_the_language_host_may_lie_beside_the_linked_executable(
    tools: Path, executable: Write
) -> None:
    real = executable("opt", "pulumi", "echo v3.274.1")
    executable("opt", "pulumi-language-python", "")
    (tools / "pulumi").symlink_to(real)
    found = find_installed_cli()
    assert found is not None
    assert found.fault is None


def test_a_folder_of_this_toolchain_is_no_official_cli(tools: Path, executable: Write) -> None:
    executable("tools", "pulumi-language-python", "")
    executable("tools", "pulumi", "echo v3.274.1")
    (tools / MARKER).touch()
    assert find_installed_cli() is None


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("v3.274.1", (3, 274, 1)),
        ("go version go1.26 linux/amd64", (1, 26, 0)),
        ("go version go1.26.8 linux/amd64", (1, 26, 8)),
        ("3.260.0-alpha.x1", (3, 260, 0)),
        ("none", None),
        ("", None),
    ],
)
def test_versions_are_read_from_what_tools_print(
    text: str, version: tuple[int, int, int] | None
) -> None:
    assert parse_version(text) == version
