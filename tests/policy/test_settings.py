"""The pack's configuration: what is misspelt is refused, and exemptions do what they say."""

import re
from datetime import date
from typing import Any

import pytest

from policypack.pack import schemas
from policypack.rules import RULES
from policypack.session import Session
from policypack.settings import Exemption, SettingsError, read_settings
from tests.policy.fixture_reader import deployed, good, urn

STRANGER = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"sts:ExternalId": "99999999-1111-4222-8333-444455556666"}},
}
EXEMPTION = {
    "rule": "trusted-principals",
    "urn": "*::staging",
    "reason": "the audit team",
    "expires": "2999-12-31",
}


def exempting(**changed: str) -> dict[str, Any]:
    return {"settings": {"exemptions": [{**EXEMPTION, **changed}]}}


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"trusted-principal": {}}, "no policy 'trusted-principal'; did you mean 'trusted-prin"),
        ({"zzz": {}}, "no policy 'zzz'; there are: settings"),
        ({"settings": {"exclud": []}}, "settings: there is no setting 'exclud'; did you mean"),
        ({"role-limits": {"boundary": "x"}}, "role-limits: there is no setting 'boundary'"),
        ({"undecided": {"x": 1}}, "undecided: there is no setting 'x'; there are: none"),
        (exempting(rule="role-limit"), "there is no rule 'role-limit'; did you mean 'role-limits'"),
        (exempting(rule="settings"), "there is no rule 'settings'"),
        (exempting(expires="2026-13-01"), "expires '2026-13-01' is no date; write YYYY-MM-DD"),
        (
            {"settings": {"polytomicPrincipals": ["arn:aws:iam::1:root"]}},
            "settings.polytomicPrincipals: 'arn:aws:iam::1:root'",
        ),
    ],
)
def test_a_wrong_configuration_is_refused(config: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(said)):
        read_settings(config, schemas(RULES))


def test_all_is_the_engines_own_word() -> None:
    assert read_settings({"all": {}}, schemas(RULES)).exemptions == ()


@pytest.mark.parametrize(
    ("rule", "resource", "today", "covered"),
    [
        ("trusted-principals", urn("aws:iam/role:Role", "staging"), date(2026, 3, 31), True),
        ("trusted-principals", urn("aws:iam/role:Role", "staging"), date(2026, 4, 1), False),
        ("role-limits", urn("aws:iam/role:Role", "staging"), date(2026, 3, 31), False),
        ("trusted-principals", urn("aws:iam/role:Role", "Staging"), date(2026, 3, 31), False),
    ],
)
def test_an_exemption_covers_one_rule_some_resources_and_a_time(
    rule: str, resource: str, today: date, covered: bool
) -> None:
    exemption = Exemption("trusted-principals", "*::staging", "why", date(2026, 3, 31))
    assert exemption.covers(rule, resource, today) is covered


def reports(config: dict[str, Any]) -> dict[str, list[str]]:
    """What each policy says of a good role that lets in a stranger as well."""
    trust = good("trust")
    trust["Statement"].append(STRANGER)
    session = Session(RULES, read_settings(config, schemas(RULES)), preview=False)
    found = session.finish(deployed({"trust": trust}))
    return {policy: [text for _, text in said] for policy, said in found.items()}


def test_an_exemption_in_force_leaves_the_finding_out_and_is_listed() -> None:
    assert "trusted-principals" in reports({})
    said = reports(exempting())
    assert "trusted-principals" not in said
    assert "settings" not in said
    (listed,) = said["settings-advisory"]
    assert "the audit team" in listed
    assert "2999-12-31" in listed


def test_an_expired_exemption_is_a_violation_and_exempts_nothing() -> None:
    said = reports(exempting(expires="2020-01-01"))
    assert "trusted-principals" in said
    assert "ended on 2020-01-01" in said["settings"][0]


def test_an_excluded_role_is_left_alone() -> None:
    assert reports({"settings": {"exclude": ["*::staging"]}}) == {}
