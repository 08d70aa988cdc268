"""The gate as a team uses it: what it lets through, what it stops, and when."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.client import Sandbox
from tests.docs.pages import ROOT

from .conftest import Outcome, Project

pytestmark = pytest.mark.engine

MakeProject = Callable[[Path], Project]
POLYTOMIC_ID = "8c2f4a1e-6b7d-4e0f-a1b2-c3d4e5f60718"
PROJECT = "name: gate\nruntime: python\n"
COMPONENT = f"""\
import json
import pulumi
from pulumi_polytomic import DatabricksStagingAccess

CHANGE

DatabricksStagingAccess(
    "staging",
    {{"bucket_name": "my-staging-bucket", "polytomic_external_id": "{POLYTOMIC_ID}"}},
    OPTIONS
)
"""
MUTATED = """\
def change(args):
    if args.type_ == "aws:iam/role:Role":
        document = pulumi.Output.from_input(args.props["assume_role_policy"])
        args.props["assume_role_policy"] = document.apply(lambda text: json.dumps(mutate(text)))
    return pulumi.ResourceTransformResult(args.props, args.opts)

def mutate(text):
    policy = json.loads(text)
    statements = policy["Statement"]
    MUTATION
    return policy
"""
MUTATIONS = {
    "trust-allows-self-assume": "del statements[2]",
    "external-id-required": 'del statements[0]["Condition"]',
    "trusted-principals": (
        'statements[0]["Principal"]["AWS"] = '
        '[statements[0]["Principal"]["AWS"], "arn:aws:iam::210987654321:root"]'
    ),
}
HAND_WRITTEN = """\
import sys
sys.path.append(sys.argv[0] and "..")
from hand_written import staging_role, storage_credential, trust

credential = storage_credential()
external_id = credential.aws_iam_role.external_id
staging_role(external_id.apply(lambda value: trust(value, CHANGED)))
"""


def write(folder: Path, program: str) -> Path:
    """Write a project with one program."""
    folder.mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text(PROJECT)
    (folder / "__main__.py").write_text(program)
    return folder


def hand_written(folder: Path, changed: str) -> Path:
    """Write a project whose trust policy is made of what its storage credential answers."""
    made = write(folder / "program", HAND_WRITTEN.replace("CHANGED", changed))
    good = ROOT / "examples" / "bad" / "hand_written.py"
    (folder / "hand_written.py").write_text(good.read_text())
    return made


def roles(sandbox: Sandbox) -> list[str]:
    """Names of the roles in the sandbox's AWS."""
    return [each["RoleName"] for each in sandbox.aws_client("iam").list_roles()["Roles"]]


def test_a_component_passes_at_preview_with_what_is_open_told_once_and_at_up(
    project: MakeProject, tmp_path: Path, sandbox: Sandbox
) -> None:
    program = COMPONENT.replace("CHANGE", "").replace("OPTIONS", "")
    stack = project(write(tmp_path / "written" / "program", program))
    preview = stack.gate("preview")
    assert preview.code == 0, preview.text
    assert len(re.findall(r"^ *- .* undecided ", preview.text, re.MULTILINE)) == 1
    up = stack.gate("up", "--skip-preview")
    assert up.code == 0, up.text
    assert "undecided" not in up.text
    assert "staging-polytomic-databricks" in roles(sandbox)
    again = stack.gate("preview", "--expect-no-changes")
    assert again.code == 0, again.text
    assert "undecided" not in again.text


@pytest.mark.parametrize(("rule", "mutation"), MUTATIONS.items())
def test_a_mutated_component_is_stopped_before_its_role_is_made(
    rule: str, mutation: str, project: MakeProject, tmp_path: Path, sandbox: Sandbox
) -> None:
    program = COMPONENT.replace("CHANGE", MUTATED.replace("MUTATION", mutation))
    program = program.replace("OPTIONS", "pulumi.ResourceOptions(transformations=[change])")
    stack = project(write(tmp_path / "written" / "program", program))
    preview = stack.gate("preview")
    assert preview.code == 0, preview.text
    before = roles(sandbox)
    up = stack.gate("up", "--skip-preview")
    assert up.code != 0
    assert rule in up.refused(), up.text
    assert roles(sandbox) == before


def test_a_hand_written_role_passes(project: MakeProject, tmp_path: Path) -> None:
    stack = project(hand_written(tmp_path / "written", ""))
    up = stack.gate("up")
    assert up.code == 0, up.text
    again = stack.gate("preview")
    assert (again.code, again.refused()) == (0, set()), again.text


def test_a_bad_hand_written_role_that_is_unknown_at_preview_is_never_made(
    project: MakeProject, tmp_path: Path, sandbox: Sandbox
) -> None:
    stack = project(hand_written(tmp_path / "written", "Itself=None"))
    preview = stack.gate("preview")
    assert preview.code == 0, preview.text
    assert "undecided" in preview.text
    before = roles(sandbox)
    up = stack.gate("up")
    assert up.code != 0
    assert up.refused() == {"trust-allows-self-assume"}, up.text
    assert roles(sandbox) == before


def test_undecided_can_be_mandatory(project: MakeProject, tmp_path: Path) -> None:
    stack = project(hand_written(tmp_path / "written", ""))
    (stack.folder / "policy-config.json").write_text(json.dumps({"undecided": "mandatory"}))
    preview = stack.gate("preview")
    assert preview.code != 0
    assert preview.refused() == {"undecided"}, preview.text


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"trusted-principal": "advisory"}, "did you mean 'trusted-principals'?"),
        ({"settings": {"exclud": ["*"]}}, "did you mean 'exclude'?"),
        ({"settings": {"exclude": "*"}}, "exclude"),
    ],
)
def test_a_wrong_configuration_is_an_error_that_names_it(
    config: object, said: str, project: MakeProject, tmp_path: Path
) -> None:
    stack = project(hand_written(tmp_path / "written", ""))
    (stack.folder / "policy-config.json").write_text(json.dumps(config))
    outcome = stack.gate("preview")
    assert outcome.code != 0
    assert said in outcome.text


def test_an_exemption_lets_a_finding_through_and_is_listed_and_an_expired_one_is_a_violation(
    project: MakeProject, tmp_path: Path
) -> None:
    stack = project(ROOT / "examples" / "bad" / "trusted-principals")
    exemption = {
        "rule": "trusted-principals",
        "urn": "*::staging",
        "reason": "the audit team looks in",
        "expires": "2999-12-31",
    }
    config = stack.folder / "policy-config.json"
    config.write_text(json.dumps({"settings": {"exemptions": [exemption]}}))
    outcome = stack.gate("preview")
    assert outcome.code == 0, outcome.text
    assert "the audit team looks in" in outcome.text
    exemption["expires"] = "2020-01-01"
    config.write_text(json.dumps({"settings": {"exemptions": [exemption]}}))
    assert stack.gate("preview").refused() == {"settings", "trusted-principals"}


def test_a_stack_that_is_deployed_already_is_judged(project: MakeProject) -> None:
    stack = project(ROOT / "examples" / "bad" / "external-id-required")
    assert stack.pulumi("up", "--yes").code == 0
    outcome: Outcome = stack.pulumi(
        "policy", "analyze", "--stack", "test", "--policy-pack", str(ROOT / "policypack")
    )
    assert outcome.code != 0
    assert "external-id-required" in outcome.text
    assert POLYTOMIC_ID not in outcome.text
