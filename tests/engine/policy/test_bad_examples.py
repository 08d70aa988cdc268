"""Each program in examples/bad is refused by the rule that it is named for, and by no other."""

from collections.abc import Callable
from pathlib import Path

import pytest

from policypack.rules import RULES
from sandbox.client import Sandbox
from tests.docs.pages import ROOT

from .conftest import Project

pytestmark = pytest.mark.engine

BAD = ROOT / "examples" / "bad"
# What Databricks answers is known only once the credential is there.
NEEDS_A_CREDENTIAL = {"unity-catalog-principal-matches"}


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_a_bad_example_is_refused_by_its_rule_alone(
    rule: str, project: Callable[[Path], Project], sandbox: Sandbox
) -> None:
    example = project(BAD / rule)
    if rule in NEEDS_A_CREDENTIAL:
        assert example.pulumi("up", "--yes").code == 0
    outcome = example.gate("preview")
    assert outcome.refused() == {rule}, outcome.text
    assert outcome.code != 0
    assert "Fix: " in outcome.text or rule == "undecided"


def test_there_is_a_bad_example_for_each_rule() -> None:
    assert {path.parent.name for path in BAD.glob("*/Pulumi.yaml")} == {r.name for r in RULES}
