"""Each fixture: the rule finds in it what its folder says, and shows no external ID."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from policypack.findings import Finding, Kind
from policypack.pack import schemas
from policypack.rule import Rule
from policypack.rules import RULES
from policypack.session import Session, message
from policypack.settings import read_settings
from tests.policy.fixture_reader import FIXTURES, deployed, read_fixture, registered

KINDS = ("pass", "fail", "undecided")
JUDGING = [rule for rule in RULES if rule.check_role or rule.check_credential]
PATHS = [path for path in sorted(FIXTURES.glob("*/*/*.json")) if path.parts[-3] != "gate"]


def _findings(rule: Rule, fixture: dict[str, Any]) -> list[Finding]:
    """All that the rule finds while the stack is registered, and when it is whole."""
    settings = read_settings(fixture.get("config", {}), schemas(RULES))
    recorded: list[Finding] = []

    class Recording(Session):
        def _reports(self, found: Iterable[tuple[Rule, Finding]], *, with_undecided: bool) -> Any:
            recorded.extend(finding for _, finding in found)
            return {}

    session = Recording([rule], settings, preview=bool(fixture.get("preview")))
    for resource in registered(fixture):
        session.register(resource)
    session.finish(deployed(fixture))
    return recorded


@pytest.mark.parametrize("path", PATHS, ids=lambda p: str(p.relative_to(FIXTURES)))
def test_fixture(path: Path) -> None:
    fixture = read_fixture(path)
    rule = next(each for each in RULES if each.name == path.parent.parent.name)
    found = _findings(rule, fixture)
    kinds = {each.kind for each in found}
    expected = path.parent.name
    if expected == "pass":
        assert not found
        return
    if expected == "undecided":
        assert kinds == {Kind.UNDECIDED}, found
    else:
        assert kinds & {Kind.VIOLATION, Kind.ADVICE}, found
    texts = "\n".join(message(rule, each) for each in found)
    for mention in fixture.get("mentions", []):
        assert mention in texts
    for external_id in _external_ids(json.dumps(fixture)):
        assert external_id not in texts
    for each in found:
        assert each.where
        assert each.kind is Kind.UNDECIDED or (each.risk and each.fix)
    if expected == "fail":
        blamed = fixture.get("urn_of", "staging")
        assert any(each.urn.endswith(f"::{blamed}") for each in found), found


@pytest.mark.parametrize("rule", JUDGING, ids=lambda rule: rule.name)
@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_has_fixtures_of_each_kind(rule: Rule, kind: str) -> None:
    assert list((FIXTURES / rule.name / kind).glob("*.json"))


@pytest.mark.parametrize("rule", JUDGING, ids=lambda rule: rule.name)
def test_every_rule_has_a_dozen_fixtures_and_says_what_each_shows(rule: Rule) -> None:
    paths = list((FIXTURES / rule.name).glob("*/*.json"))
    assert len(paths) >= 12
    lines = [read_fixture(path)["shows"] for path in paths]
    assert len(set(lines)) == len(lines)


def test_the_good_role_passes_every_rule_that_is_not_advice() -> None:
    for rule in RULES:
        found = _findings(rule, {})
        assert not [each for each in found if each.kind is not Kind.ADVICE], rule.name


def _external_ids(text: str) -> set[str]:
    """UUIDs in a fixture: all of them stand for external IDs."""
    return set(re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", text))
