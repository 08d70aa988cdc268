"""The page of the policy pack is what the rules say, and all of it."""

import json
import re

import pytest

from docs import make_policies
from policypack.pack import schemas
from policypack.rule import Rule
from policypack.rules import RULES
from policypack.settings import read_settings

from .pages import block, text_of

PAGE = text_of("docs/policies.md")


def test_the_page_is_not_stale() -> None:
    assert make_policies.page() == PAGE, "run: python -m docs.make_policies"


def test_every_rule_has_a_section() -> None:
    section = PAGE.split("\n## Rules\n")[1]
    assert re.findall(r"^### (\S+)$", section, re.MULTILINE) == [rule.name for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_examples_that_look_like_json_are(rule: Rule) -> None:
    for example in (rule.good, rule.bad):
        if example.lstrip()[0] in "{[":
            json.loads(example)


def test_the_configuration_that_is_shown_is_taken() -> None:
    written = json.loads(block("docs/policies.md", "file", "staging/policy.json").text)
    properties = {name: each for name, each in written.items() if isinstance(each, dict)}
    settings = read_settings(properties, schemas(RULES))
    assert settings.exemptions[0].rule == "trusted-principals"
