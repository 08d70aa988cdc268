import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from sandbox.providers import install

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize(
    ("package", "distribution"), [("aws", "pulumi_aws"), ("databricks", "pulumi_databricks")]
)
def test_the_engine_finds_a_program_that_starts(
    tmp_path: Path, package: str, distribution: str
) -> None:
    home = tmp_path / "a home"
    stale = home / "plugins" / f"resource-{package}-v0.0.1"
    stale.mkdir(parents=True)
    foreign = home / "plugins" / "resource-random-v4.0.0"
    foreign.mkdir()
    (home / "plugins" / f"resource-{package}-v{version(distribution)}.partial").touch()
    install(home, Path(sys.executable), ROOT)
    install(home, Path(sys.executable), ROOT)
    folder = home / "plugins" / f"resource-{package}-v{version(distribution)}"
    assert [item.name for item in folder.iterdir()] == [f"pulumi-resource-{package}"]
    assert not stale.exists()
    assert not folder.with_name(folder.name + ".partial").exists()
    assert foreign.exists()
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    process = subprocess.Popen(
        [folder / f"pulumi-resource-{package}", "127.0.0.1:1"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environment,
    )
    assert process.stdout is not None
    assert 0 < int(process.stdout.readline()) < 65536
    process.terminate()
    process.wait(10)
