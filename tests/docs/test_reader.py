"""A reader follows every page, in a copy of this tree, and gets what the pages promise.

The pages are read in one order in one place, as a newcomer would: what one makes, a later one uses.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from sandbox import lifecycle
from sandbox.client import Sandbox
from sandbox.lifecycle_state import running_process

from .pages import Block, block, blocks
from .reader import clean_environment, follow, run
from .tree import copy_with_environment

pytestmark = pytest.mark.engine

CONTRIBUTING: Final = "CONTRIBUTING.md"
"""Ends with ``make down``."""
FOLLOWED: Final = (
    "README.md",
    "docs/policies.md",
    "docs/guides/own-stack.md",
    "docs/guides/troubleshooting.md",
    "docs/sandbox.md",
    CONTRIBUTING,
)
HOMES: Final = {"tree": "pulumi-polytomic", "staging": "staging", "by-hand": "by-hand"}
"""Folders side by side: the clone, and the reader's own projects."""
ROLES: Final = ("sandbox", "prod", "staging", "by-hand")


class Desk(NamedTuple):
    """Where the reader works."""

    folder: Path
    first_up: str
    """What the first ``make up`` printed."""

    @property
    def tree(self) -> Path:
        return self.folder / HOMES["tree"]

    @property
    def sandbox(self) -> Sandbox:
        return Sandbox.load(self.tree / ".sandbox")

    def make(self, target: str) -> str:
        return run(["make", target], self.tree, self.environment)

    @property
    def environment(self) -> dict[str, str]:
        return {**clean_environment(), "PYTHONPATH": str(self.tree)}

    @property
    def in_the_sandbox(self) -> dict[str, str]:
        """The environment after ``. .sandbox/env``, as a shell has it."""
        command = ["bash", "-c", ". .sandbox/env && env -0"]
        variables = run(command, self.tree, self.environment).rstrip("\0").split("\0")
        return dict(variable.split("=", 1) for variable in variables)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    copy_with_environment(folder / HOMES["tree"])
    unused = Desk(folder, "")
    try:
        yield Desk(folder, unused.make("up"))
    finally:
        lifecycle.stop(unused.tree / ".sandbox")


def test_make_up_ends_as_the_readme_shows(desk: Desk) -> None:
    shown = block("README.md", "end of", "make up").text
    assert shown.count(" yes\n") == 3
    assert shown.count(" no\n") == 13
    assert desk.first_up.endswith(shown)
    assert "+ 7 created" in desk.first_up
    assert "present" in desk.first_up
    assert "MISSING" not in desk.first_up


def test_make_up_prints_no_external_id(desk: Desk) -> None:
    ids = external_ids(trust(desk.sandbox, "sandbox"))
    assert len(ids) == 2
    assert [value for value in ids if value in desk.first_up] == []


def test_make_up_again_preview_and_refresh_change_nothing(desk: Desk) -> None:
    for target in ("up", "preview", "refresh"):
        said = desk.make(target)
        assert "7 unchanged" in said, target
        assert not any(word in said for word in ("created", "updated", "deleted")), said


def test_every_page_can_be_followed(desk: Desk) -> None:
    desk.sandbox.aws_client("s3").create_bucket(Bucket="my-staging-bucket")
    said = {page: read(desk, page) for page in FOLLOWED if page != CONTRIBUTING}

    arns = {name: f"arn:aws:iam::123456789012:role/{name}-polytomic-databricks" for name in ROLES}
    assert arns["sandbox"] in said["README.md"]
    assert arns["staging"] in said["README.md"]
    assert arns["prod"] in said["README.md"]

    checks = said["docs/guides/own-stack.md"]
    assert checks.count("PASS") >= 4
    assert "FAIL" not in checks
    # The root stack has exchanged its one external ID for two.
    polytomic = trust(desk.sandbox, "prod")["Statement"][0]
    assert len(polytomic["Condition"]["StringEquals"]["sts:ExternalId"]) == 2
    assert polytomic["Principal"]["AWS"].endswith("prod-polytomic-ServiceRole-1ELGH39L0GCHT")

    assert "ExplicitSelfRoleAssumption" in said["docs/guides/troubleshooting.md"]
    assert "AllowSelfAssume" in said["docs/guides/troubleshooting.md"]

    assert "Stopped." in said["docs/sandbox.md"]
    assert not (desk.tree / ".sandbox" / "second" / "sandbox.json").exists()
    # The program left no fault and no setting behind.
    assert desk.sandbox.settings()["iam_propagation_seconds"] == 0


def test_the_program_by_hand_gives_the_same_role(desk: Desk) -> None:
    environment = desk.in_the_sandbox
    roles = {}
    for name in ("staging", "by-hand"):
        folder = project(desk, name)
        if not (folder / "Pulumi.dev.yaml").exists():
            deploy(folder, environment)
        text = json.dumps([documents(desk.sandbox, name)])
        ids = external_ids(trust(desk.sandbox, name))
        assert len(ids) == 2
        roles[name] = comparable(json.loads(text.replace(f"{name}-poly", "x-poly")))
    assert roles["staging"] == roles["by-hand"]


def test_make_down_leaves_nothing(desk: Desk) -> None:
    said = read(desk, CONTRIBUTING)
    folder = desk.tree / ".sandbox"
    assert "- 7 deleted" in said
    assert "The sandbox is stopped." in said
    assert running_process(folder) is None
    assert not (desk.tree / "Pulumi.sandbox.yaml").exists()
    listed = subprocess.run(["ps", "-eo", "args"], check=True, capture_output=True, text=True)
    assert [line for line in listed.stdout.splitlines() if str(desk.tree) in line] == []
    assert "No sandbox is running." in desk.make("down")


def read(desk: Desk, page: str) -> str:
    """Does all that a page says; gives what it printed."""
    said = []
    for part in blocks(page):
        if part.kind == "file":
            write(desk, part.target, part.text)
        elif part.kind == "runs in":
            folder = desk.folder / HOMES[part.target.removesuffix(" with python")]
            said.append(follow(part, folder, environment_for(desk, part)))
    return "".join(said)


def environment_for(desk: Desk, part: Block) -> dict[str, str]:
    """The sandbox is the reader's cloud; a block that loads it itself needs no help."""
    calls_clouds = "pulumi " in part.text or part.target.endswith(" with python")
    if calls_clouds and ". .sandbox/env" not in part.text:
        return desk.in_the_sandbox
    return desk.environment


def write(desk: Desk, target: str, text: str) -> None:
    home, _, name = target.partition("/")
    folder = desk.folder / HOMES[home]
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)


def project(desk: Desk, name: str) -> Path:
    """A project of the README's own files; the program by hand takes the other's Pulumi.yaml."""
    text = block("README.md", "file", "staging/Pulumi.yaml").text
    write(desk, f"{name}/Pulumi.yaml", text.replace("polytomic-staging", f"polytomic-{name}"))
    program = block("README.md", "file", f"{name}/__main__.py").text
    write(desk, f"{name}/__main__.py", program)
    return desk.folder / HOMES[name]


def deploy(folder: Path, environment: dict[str, str]) -> None:
    (steps,) = [b for b in blocks("README.md") if (b.kind, b.target) == ("runs in", "staging")]
    follow(steps, folder, environment)


def documents(sandbox: Sandbox, name: str) -> list[Any]:
    """The role's trust policy and its only inline policy."""
    iam = sandbox.aws_client("iam")
    role_name = f"{name}-polytomic-databricks"
    (policy,) = iam.list_role_policies(RoleName=role_name)["PolicyNames"]
    inline = iam.get_role_policy(RoleName=role_name, PolicyName=policy)["PolicyDocument"]
    return [trust(sandbox, name), inline]


def trust(sandbox: Sandbox, name: str) -> Any:
    role = sandbox.aws_client("iam").get_role(RoleName=f"{name}-polytomic-databricks")["Role"]
    return role["AssumeRolePolicyDocument"]


def external_ids(document: Any) -> set[str]:
    conditions = [statement["Condition"]["StringEquals"] for statement in document["Statement"]]
    return {condition["sts:ExternalId"] for condition in conditions}


def comparable(value: Any, key: str = "") -> Any:
    """The documents without names of statements; external IDs as whose they are."""
    if isinstance(value, dict):
        return {k: comparable(v, k) for k, v in value.items() if k != "Sid"}
    if isinstance(value, list):
        return [comparable(item, key) for item in value]
    if key == "sts:ExternalId":
        return "Polytomic" if value.startswith("8c2f4a1e") else "Databricks"
    return value
