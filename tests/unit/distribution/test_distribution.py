"""What a user gets from the package index: all of the package, and nothing else."""

import email
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, text_of

from .conftest import built_wheel

PACKAGE = "pulumi_polytomic"
PACK = "pulumi_polytomic_policypack"
PACK_MODULES = list((ROOT / "policypack").rglob("*.py"))


@pytest.fixture(scope="session")
def metadata(wheel: zipfile.ZipFile) -> Message:
    (name,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return email.message_from_string(wheel.read(name).decode())


@pytest.fixture(scope="session")
def source_archive(clone: Path) -> Path:
    target = clone / "sdist"
    build = f"from setuptools.build_meta import build_sdist; build_sdist({str(target)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=clone, check=True, capture_output=True)
    (found,) = target.glob("*.tar.gz")
    return found


def test_the_wheel_holds_every_module_and_nothing_beside_the_package(
    wheel: zipfile.ZipFile, clone: Path
) -> None:
    names = set(wheel.namelist())
    shipped = {name for name in names if not re.match(r"pulumi_polytomic-[^/]+\.dist-info/", name)}
    there = {str(path.relative_to(clone)) for path in (clone / PACKAGE).rglob("*.py")}
    assert len(there) > 20
    rules = {f"{PACK}/{path.relative_to(ROOT / 'policypack')}" for path in PACK_MODULES}
    assert len(rules) > 10
    others = {f"{PACKAGE}/py.typed", f"{PACKAGE}/pulumi-plugin.json", f"{PACK}/PulumiPolicy.yaml"}
    assert shipped == there | rules | others


def test_the_plugin_file_keeps_pulumi_from_downloading_a_plugin(wheel: zipfile.ZipFile) -> None:
    plugin = json.loads(wheel.read(f"{PACKAGE}/pulumi-plugin.json"))
    assert plugin == {"resource": False, "name": "polytomic-databricks"}


def test_the_licence_is_in_the_wheel(wheel: zipfile.ZipFile, metadata: Message) -> None:
    (name,) = [name for name in wheel.namelist() if name.endswith("licenses/LICENSE")]
    assert wheel.read(name) == (ROOT / "LICENSE").read_bytes()
    assert b"Apache License" in wheel.read(name)
    assert metadata["License-Expression"] == "Apache-2.0"


def test_the_metadata_says_what_it_needs(metadata: Message) -> None:
    assert metadata["Name"] == "pulumi-polytomic"
    assert metadata["Requires-Python"] == ">=3.10"
    needed = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert sorted(needed) == [
        "boto3<2,>=1.40",
        "databricks-sdk<1,>=0.100",
        "pulumi-aws<8,>=7",
        "pulumi-databricks<2,>=1.71",
        "pulumi<4,>=3.260",
    ]
    assert "Typing :: Typed" in metadata.get_all("Classifier", [])


def test_the_readme_is_the_description(metadata: Message) -> None:
    assert metadata["Description-Content-Type"] == "text/markdown"
    text = metadata.get_payload(decode=False)
    assert isinstance(text, str)
    assert text.strip() == text_of("README.md").strip()


def test_the_changelog_begins_with_this_version(metadata: Message) -> None:
    versions = re.findall(r"^## \[([^\]]+)\]", text_of("CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == metadata["Version"]


def test_the_source_archive_builds_the_same_wheel(
    source_archive: Path, wheel: zipfile.ZipFile, tmp_path: Path
) -> None:
    with tarfile.open(source_archive) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
        assert {"setup.py", "pyproject.toml", "LICENSE", "README.md"} <= names
        top = archive.getnames()[0].partition("/")[0]
        archive.extractall(tmp_path, filter="data")
    again = zipfile.ZipFile(built_wheel(tmp_path / top, tmp_path / "dist"))
    ours = {name: wheel.read(name) for name in wheel.namelist() if name.startswith(f"{PACKAGE}/")}
    theirs = {name: again.read(name) for name in again.namelist() if name.startswith(f"{PACKAGE}/")}
    assert theirs == ours


def test_a_build_beside_the_remains_of_another_version_is_not_fooled(
    clone: Path, wheel: zipfile.ZipFile, tmp_path: Path
) -> None:
    # An editable install leaves an egg-info folder in the clone; what it lists must not matter.
    source = tmp_path / "source"
    subprocess.run(["cp", "-r", str(clone), str(source)], check=True)
    remains = source / f"{PACKAGE}.egg-info"
    remains.mkdir(exist_ok=True)
    (remains / "SOURCES.txt").write_text("sandbox/server.py\ntests/docs/pages.py\n")
    (remains / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: pulumi-polytomic\nVersion: 0\n")
    again = zipfile.ZipFile(built_wheel(source, tmp_path / "dist"))
    assert sorted(again.namelist()) == sorted(wheel.namelist())


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        (PACKAGE, ("pulumi_aws", "pulumi_databricks")),
        (f"{PACKAGE}.iam", ("pulumi", "pulumi_aws", "pulumi_databricks")),
        (f"{PACKAGE}.principals", ("pulumi", "pulumi_aws", "pulumi_databricks")),
    ],
)
def test_importing_loads_no_provider_sdk(module: str, absent: tuple[str, ...]) -> None:
    program = f"import sys, json, {module}; print(json.dumps(sorted(sys.modules)))"
    command = [sys.executable, "-c", program]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    loaded = json.loads(said)
    assert module in loaded
    assert [name for name in absent if name in loaded] == []


def test_the_component_is_there_when_it_is_first_asked_for() -> None:
    program = (
        "import sys, pulumi_polytomic as p; assert 'DatabricksStagingAccess' in dir(p); "
        "p.DatabricksStagingAccess; assert 'pulumi_aws' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
