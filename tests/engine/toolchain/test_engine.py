"""The CLI and its language host at work: programs, policy packs, component plugins."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.engine

Pulumi = Callable[..., subprocess.CompletedProcess[str]]
Project = Callable[..., Path]

COMPONENT_PROGRAM = """\
import pulumi

class Greeting(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("tiny:index:Greeting", name)
        self.register_outputs({})

config = pulumi.Config()
Greeting("first")
print("said by the program")
pulumi.export("plain", config.require("plain"))
pulumi.export("hidden", config.require_secret("hidden"))
pulumi.export("where", f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}")
"""

POLICY_PACK = """\
import pulumi
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

# Read at import: the configuration has to be there before the pack starts.
plain = pulumi.Config("tiny").require("plain")
stack = pulumi.get_stack()

def no_greeting(args, report):
    if args.resource_type == "tiny:index:Greeting":
        report(f"no greetings in {stack} with plain={plain}")

PolicyPack("manners", enforcement_level=EnforcementLevel.MANDATORY, policies=[
    ResourceValidationPolicy(name="no-greeting", description="Be silent.", validate=no_greeting)])
"""

COMPONENT_PLUGIN = """\
from typing import Optional, TypedDict
import pulumi
from pulumi.provider.experimental import component_provider_host

class GreetingArgs(TypedDict):
    whom: pulumi.Input[str]

class Greeting(pulumi.ComponentResource):
    text: pulumi.Output[str]
    def __init__(self, name: str, args: GreetingArgs,
                 opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__("greet:index:Greeting", name, {}, opts)
        self.text = pulumi.Output.from_input(args["whom"])
        self.register_outputs({"text": self.text})

component_provider_host(name="greet", components=[Greeting])
"""


def configure(pulumi: Pulumi, folder: Path) -> None:
    assert pulumi("config", "set", "plain", "visible", folder=folder).returncode == 0
    secret = pulumi("config", "set", "--secret", "hidden", "hush-hush", folder=folder)
    assert secret.returncode == 0


def test_a_program_goes_up_changes_nothing_twice_and_goes_down(
    pulumi: Pulumi, project: Project
) -> None:
    folder = project(COMPONENT_PROGRAM)
    configure(pulumi, folder)
    preview = pulumi("preview", folder=folder)
    assert preview.returncode == 0, preview.stdout
    assert "tiny:index:Greeting first create" in preview.stdout

    up = pulumi("up", "--yes", "--skip-preview", folder=folder)
    assert up.returncode == 0, up.stdout
    assert "said by the program" in up.stdout
    assert "hush-hush" not in up.stdout
    outputs = json.loads(pulumi("stack", "output", "--json", folder=folder).stdout)
    assert outputs == {
        "plain": "visible",
        "hidden": "[secret]",
        "where": "organization/tiny/dev",
    }
    shown = pulumi("stack", "output", "hidden", "--show-secrets", folder=folder)
    assert shown.stdout.strip() == "hush-hush"

    again = pulumi("preview", "--expect-no-changes", folder=folder)
    assert again.returncode == 0, again.stdout
    down = pulumi("destroy", "--yes", "--skip-preview", folder=folder)
    assert down.returncode == 0, down.stdout
    assert "2 deleted" in down.stdout


def test_a_program_may_stand_in_a_folder_of_its_own(pulumi: Pulumi, project: Project) -> None:
    folder = project("raise SystemExit('not this one')", "main: inner\n")
    (folder / "inner").mkdir()
    (folder / "inner" / "helper.py").write_text("VALUE = 'from inner'\n")
    (folder / "inner" / "__main__.py").write_text(
        "import os, pulumi, helper\n"
        "pulumi.export('value', helper.VALUE)\n"
        "pulumi.export('root', pulumi.runtime.get_root_directory())\n"
        "pulumi.export('folder', os.path.basename(os.getcwd()))\n"
    )
    up = pulumi("up", "--yes", "--skip-preview", folder=folder)
    assert up.returncode == 0, up.stdout
    outputs = json.loads(pulumi("stack", "output", "--json", folder=folder).stdout)
    assert outputs == {"value": "from inner", "root": str(folder), "folder": "inner"}


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("def broken():\n    return 1 // 0\nbroken()", "ZeroDivisionError"),
        ("import pulumi\nraise pulumi.RunError('no good reason')", "no good reason"),
        ("raise SystemExit(3)", "program exited with non-zero exit code: 3"),
    ],
)
def test_a_program_that_fails_says_why(
    pulumi: Pulumi, project: Project, program: str, said: str
) -> None:
    up = pulumi("up", "--yes", "--skip-preview", folder=project(program))
    assert up.returncode != 0
    assert said in up.stdout
    if said == "ZeroDivisionError":
        assert "return 1 // 0" in up.stdout
        # The executor has told the user: no second message about an exit code.
        assert "non-zero exit code" not in up.stdout


def test_a_missing_virtual_environment_with_no_dependencies_is_made(
    pulumi: Pulumi, project: Project
) -> None:
    settings = "options:\n  virtualenv: fresh\n"
    folder = project("pass")
    (folder / "Pulumi.yaml").write_text(
        "name: tiny\nruntime:\n  name: python\n  " + settings.replace("\n  ", "\n    ")
    )
    up = pulumi("up", "--yes", "--skip-preview", folder=folder)
    assert (folder / "fresh" / "bin" / "python").exists(), up.stdout
    # Made, but without the SDK: the executor's own advice.
    assert up.returncode != 0
    assert "It looks like the Pulumi SDK has not been installed" in up.stdout


def test_ctrl_c_ends_a_long_program_and_what_it_started(
    environment: dict[str, str], project: Project
) -> None:
    folder = project(
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(100)'])\n"
        "open('ids.new', 'w').write(f'{os.getpid()} {child.pid}')\n"
        "os.rename('ids.new', 'ids')\n"
        "time.sleep(100)\n"
    )
    process = subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not (folder / "ids").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=20)
    assert process.returncode != 0
    assert "cancel" in said
    for process_id in map(int, (folder / "ids").read_text().split()):
        _assert_gone(process_id)


def test_a_policy_pack_sees_the_stacks_configuration_and_blocks(
    pulumi: Pulumi, project: Project, tmp_path: Path
) -> None:
    folder = project(COMPONENT_PROGRAM)
    configure(pulumi, folder)
    pack = _policy_pack(tmp_path, POLICY_PACK)
    preview = pulumi("preview", "--policy-pack", str(pack), folder=folder)
    assert preview.returncode != 0
    assert "no greetings in dev with plain=visible" in preview.stdout


def test_a_policy_pack_that_does_not_start_ends_the_run_and_says_why(
    pulumi: Pulumi, project: Project, tmp_path: Path
) -> None:
    folder = project("pass")
    pack = _policy_pack(tmp_path, "raise ValueError('a broken pack')")
    preview = pulumi("preview", "--policy-pack", str(pack), folder=folder)
    assert preview.returncode != 0
    assert "a broken pack" in preview.stdout


def test_a_component_plugin_gives_its_schema(pulumi: Pulumi, tmp_path: Path) -> None:
    plugin = tmp_path / "greet"
    plugin.mkdir()
    (plugin / "PulumiPlugin.yaml").write_text(
        f"runtime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
    )
    (plugin / "__main__.py").write_text(COMPONENT_PLUGIN)
    answer = pulumi("package", "get-schema", str(plugin), folder=tmp_path)
    assert answer.returncode == 0, answer.stdout
    schema = json.loads(answer.stdout[answer.stdout.index("{") :])
    assert schema["resources"]["greet:index:Greeting"]["inputProperties"]["whom"]["type"] == (
        "string"
    )


def _policy_pack(tmp_path: Path, program: str) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "PulumiPolicy.yaml").write_text("name: manners\nruntime: python\nversion: 1.0.0\n")
    (folder / "__main__.py").write_text(program)
    return folder


def _assert_gone(process_id: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        state = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(process_id)],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip()
        if not state or state.startswith("Z"):
            return
        assert time.monotonic() < deadline, f"{process_id} still runs"
        time.sleep(0.05)
