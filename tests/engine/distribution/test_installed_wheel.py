"""The wheel in an empty environment: the README's program, as its reader runs it."""

import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pytest

from sandbox.client import Sandbox
from tests.docs.pages import ROOT, block
from tests.docs.reader import follow, run
from tests.docs.tree import copy_files

pytestmark = pytest.mark.engine

# The sandbox's provider plugins are of the versions that are installed where the tests run.
SAME_AS_HERE: Final = ("pulumi", "pulumi-aws", "pulumi-databricks")
ROLE: Final = "staging-polytomic-databricks"

TYPED: Final = """\
import pulumi

from pulumi_polytomic import DatabricksStagingAccess, DatabricksStagingAccessArgs

args: DatabricksStagingAccessArgs = {
    "bucket_name": pulumi.Config().require("bucketName"),
    "polytomic_external_id": pulumi.Config().require_secret("polytomicExternalId"),
    "max_session_duration": 7200,
    "tags": {"team": pulumi.Output.from_input("data")},
    "permissions_boundary": None,
    "check_access": "warn",
}
access = DatabricksStagingAccess("staging", args, pulumi.ResourceOptions(protect=True))
arn: pulumi.Output[str] = access.role_arn
"""
WRONG: Final = {
    'DatabricksStagingAccess("a", {"bucket_name": 1})': "call-overload",
    'DatabricksStagingAccess("b", {"bucket_name": "b", "bucket_nam": "b"})': ("call-overload"),
    'DatabricksStagingAccess("c", {})': "call-overload",
    'x: pulumi.Output[int] = DatabricksStagingAccess("d", {"bucket_name": "b"}).role_arn': (
        "assignment"
    ),
    'DatabricksStagingAccess("e", {"bucket_name": "b"}).arn': "attr-defined",
    'DatabricksStagingAccess("f", {"bucket_name": "b", "check_access": "no"})': "call-overload",
}
MYPY_CONFIG: Final = """\
[mypy]
strict = true

# Analysing the two SDKs takes a minute and gigabytes, and says nothing of this package's types.
[mypy-pulumi_aws.*,pulumi_databricks.*]
follow_imports = skip
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty virtual environment into which the wheel, an example's needs and mypy went."""
    folder = tmp_path_factory.mktemp("installed")
    source = folder / "source"
    copy_files(source)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = ["wheel", ".", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([*pip, *build], cwd=source, check=True)
    (wheel,) = folder.glob("*.whl")
    constraints = folder / "constraints.txt"
    constraints.write_text("".join(f"{name}=={version(name)}\n" for name in SAME_AS_HERE))
    venv = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    needs = ROOT / "examples" / "explicit-providers" / "requirements.txt"
    found = ["--find-links", str(wheel.parent)]
    install = [
        "install",
        "pulumi-polytomic[policy]",
        *found,
        "-r",
        str(needs),
        "-c",
        str(constraints),
        "mypy",
    ]
    own_pip = [str(venv / "bin" / "python"), "-m", "pip", *pip[3:]]
    subprocess.run([*own_pip, *install], check=True)
    return venv


@pytest.fixture
def user_shell(environment: Path, shell: dict[str, str]) -> dict[str, str]:
    """The sandbox's environment with the new virtual environment activated in it."""
    kept = {key: value for key, value in shell.items() if key != "PYTHONPATH"}
    path = os.pathsep.join((str(environment / "bin"), shell["PATH"]))
    return {**kept, "PATH": path, "VIRTUAL_ENV": str(environment)}


def test_the_readmes_program_runs_on_the_installed_wheel(
    sandbox: Sandbox, environment: Path, user_shell: dict[str, str], tmp_path: Path
) -> None:
    sandbox.reset()
    sandbox.aws_client("s3").create_bucket(Bucket="my-staging-bucket")
    (tmp_path / "state").mkdir()
    folder = tmp_path / "staging"
    folder.mkdir()
    for name in ("Pulumi.yaml", "__main__.py"):
        (folder / name).write_text(block("README.md", "file", f"staging/{name}").text)
    where = "import pulumi_polytomic; print(pulumi_polytomic.__file__)"
    assert run(["python", "-c", where], folder, user_shell).startswith(str(environment))
    # The program itself says which package it has used.
    with (folder / "__main__.py").open("a") as program:
        program.write("import pulumi_polytomic\npulumi.log.info(pulumi_polytomic.__file__)\n")

    shell = {**user_shell, "PULUMI_BACKEND_URL": f"file://{tmp_path / 'state'}"}
    said = follow(block("README.md", "runs in", "staging"), folder, shell)
    assert str(environment) in said
    # With the provider that is made of the stack's AWS configuration.
    assert "7 created" in said
    role = sandbox.aws_client("iam").get_role(RoleName=ROLE)["Role"]
    assert len(role["AssumeRolePolicyDocument"]["Statement"]) == 3
    run(["pulumi", "preview", "--expect-no-changes"], folder, shell)
    run(["pulumi", "destroy"], folder, shell)
    assert sandbox.aws_client("iam").list_roles()["Roles"] == []


def test_the_installed_policy_pack_judges_a_stack(
    sandbox: Sandbox, environment: Path, user_shell: dict[str, str], tmp_path: Path
) -> None:
    sandbox.reset()
    (tmp_path / "state").mkdir()
    shutil.copytree(ROOT / "examples" / "bad", tmp_path / "bad")
    folder = tmp_path / "bad" / "trusted-principals"
    where = "import pulumi_polytomic_policypack as pack; print(*pack.__path__)"
    pack = run(["python", "-c", where], folder, user_shell).strip()
    assert pack.startswith(str(environment))
    shell = {**user_shell, "PULUMI_BACKEND_URL": f"file://{tmp_path / 'state'}"}
    run(["pulumi", "stack", "init", "test"], folder, shell)
    done = subprocess.run(
        ["pulumi", "preview", "--policy-pack", pack, "--non-interactive"],
        cwd=folder,
        env=shell,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "trusted-principals" in done.stdout, done.stdout + done.stderr


def test_a_users_program_is_type_checked(environment: Path, tmp_path: Path) -> None:
    typed, wrong = tmp_path / "typed.py", tmp_path / "wrong.py"
    typed.write_text(TYPED)
    imports = "import pulumi\nfrom pulumi_polytomic import DatabricksStagingAccess\n"
    wrong.write_text(imports + "\n".join(WRONG) + "\n")
    (tmp_path / "mypy.ini").write_text(MYPY_CONFIG)
    python = [str(environment / "bin" / "python"), "-m", "mypy", "--no-error-summary"]
    done = subprocess.run(
        [*python, "typed.py", "wrong.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    errors = [line for line in done.stdout.splitlines() if ": error: " in line]
    found = [(line.split(":")[0], line.split(":")[1], line.split("[")[-1]) for line in errors]
    expected = [("wrong.py", str(line), f"{code}]") for line, code in enumerate(WRONG.values(), 3)]
    assert found == expected, done.stdout + done.stderr


def test_nothing_of_the_repository_but_the_package_is_installed(environment: Path) -> None:
    program = (
        "import importlib.util as u; "
        "print([n for n in ('sandbox', 'toolchain', 'stack', 'tests', 'docs') if u.find_spec(n)])"
    )
    python = environment / "bin" / "python"
    done = subprocess.run(
        [python, "-I", "-c", program], cwd=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
