"""The whole gate over each fixture of `gate`: refused in time, or let through with nothing open."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from policypack.findings import Finding
from policypack.pack import schemas
from policypack.rule import Rule
from policypack.rules import RULES
from policypack.session import Reports, Session
from policypack.settings import read_settings
from tests.policy.fixture_reader import FIXTURES, deployed, read_fixture, registered

REFUSED = sorted(FIXTURES.glob("gate/refuse/*.json"))
PASSED = sorted(FIXTURES.glob("gate/pass/*.json"))
JUDGING = [rule for rule in RULES if rule.check_role or rule.check_credential]


def judge(
    fixture: dict[str, Any], rules: tuple[Rule, ...] = RULES
) -> tuple[list[Reports], Reports]:
    """What the gate says of each resource as it is registered, and of the whole stack."""
    preview = bool(fixture.get("preview"))
    session = Session(
        rules, read_settings(fixture.get("config", {}), schemas(RULES)), preview=preview
    )
    at_registration = [session.register(each) for each in registered(fixture)]
    return at_registration, session.finish(deployed(fixture))


def mandatory(reports: Reports) -> set[str]:
    return {each for each in reports if not each.endswith("-advisory") and each != "undecided"}


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_it_is_refused_in_time(path: Path) -> None:
    fixture = read_fixture(path)
    at_registration, at_the_end = judge(fixture)
    early = set().union(*map(mandatory, at_registration))
    assert early or (fixture["by"] == "end" and mandatory(at_the_end)), at_the_end
    said = [
        text for each in (*at_registration, at_the_end) for texts in each.values() for text in texts
    ]
    uuid = r"(?<!key/)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    ids = set(re.findall(uuid, json.dumps(fixture))) - {UNKNOWN_STRING_VALUE}
    assert not [each for each in ids if any(each in text for _, text in said)]


@pytest.mark.parametrize("path", PASSED, ids=lambda path: path.stem)
def test_it_passes_and_nothing_stays_open(path: Path) -> None:
    fixture = read_fixture(path)
    at_registration, at_the_end = judge(fixture)
    assert not set().union(*map(mandatory, at_registration))
    assert not mandatory(at_the_end)
    assert "undecided" not in at_the_end
    # What was said to be open at registration is not said again: it must not be there either.
    assert any("undecided" in each for each in at_registration) is (fixture.get("by") == "end")


def test_what_only_the_end_tells_is_said_to_come_late() -> None:
    fixture = read_fixture(FIXTURES / "gate" / "refuse" / "removed-self-assumption.json")
    at_registration, at_the_end = judge(fixture)
    assert not set().union(*map(mandatory, at_registration))
    ((_, text),) = at_the_end["permissions-allow-self-assume"]
    assert "judged with the whole stack, so it may be deployed already" in text


@pytest.mark.parametrize("rule", JUDGING, ids=lambda rule: rule.name)
def test_a_rule_that_breaks_refuses_and_is_named(rule: Rule) -> None:
    def breaks(*_: object) -> list[Finding]:
        raise ZeroDivisionError("secret-of-the-rule")

    checks = {
        key: breaks for key in ("check_role", "check_credential") if getattr(rule, key) is not None
    }
    fields = {name: getattr(rule, name) for name in Rule.__dataclass_fields__} | checks
    at_registration, at_the_end = judge({}, (Rule(**fields),))
    said = [
        *at_the_end.get(rule.name, ()),
        *(x for r in at_registration for x in r.get(rule.name, ())),
    ]
    assert said
    assert all(rule.name in text and "ZeroDivisionError" in text for _, text in said)
    assert not any("secret-of-the-rule" in text for _, text in said)
