"""Whatever stands where a policy document should, there is a finding: no crash, and no pass."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policypack.pack import schemas
from policypack.rules import RULES
from policypack.session import Reports, Session
from policypack.settings import read_settings
from tests.policy.fixture_reader import deployed, good, registered

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
ELEMENTS = st.sampled_from(
    ["Version", "Statement", "Effect", "Principal", "Action", "Condition", "AWS", "Allow", "*"]
)
LIKE_A_POLICY = st.recursive(
    ELEMENTS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ELEMENTS, inner, max_size=5),
    max_leaves=20,
)
DEEP = "[" * 30_000 + "]" * 30_000
ODD = ['{"Statement": "\ud800"}', "\x00", "\u202e{}", "{" * 100, DEEP, "x" * 100_000, "NaN", ""]


def judge(fixture: dict[str, Any]) -> Reports:
    session = Session(RULES, read_settings({}, schemas(RULES)), preview=False)
    for resource in registered(fixture):
        session.register(resource)
    fresh = Session(RULES, read_settings({}, schemas(RULES)), preview=False)
    return fresh.finish(deployed(fixture))


def refused(reports: Reports) -> set[str]:
    return {policy for policy in reports if not policy.endswith("-advisory")}


@pytest.mark.parametrize("text", ODD, ids=lambda text: ascii(text[:12]))
def test_an_odd_text_is_refused(text: str) -> None:
    assert "external-id-required" in refused(judge({"trust": text}))
    assert "no-foreign-permissions" in refused(judge({"permissions": {"access": text}}))


def test_a_good_policy_of_100_kilobytes_is_refused_for_its_length() -> None:
    trust = json.dumps(good("trust")) + " " * 100_000
    assert "external-id-required" in refused(judge({"trust": trust}))


@given(st.text() | JSON.map(json.dumps) | LIKE_A_POLICY.map(json.dumps))
@settings(max_examples=200, deadline=None)
def test_any_text_as_trust_policy_is_refused_or_undecided(text: str) -> None:
    assert judge({"trust": text})


@given(JSON | LIKE_A_POLICY)
@settings(max_examples=200, deadline=None)
def test_any_object_as_native_trust_policy_is_refused_or_undecided(value: Any) -> None:
    assert judge({"trust": value, "native": True})


@given(st.text() | JSON.map(json.dumps) | LIKE_A_POLICY.map(json.dumps))
@settings(max_examples=200, deadline=None)
def test_any_text_as_permissions_is_refused_or_undecided(text: str) -> None:
    assert judge({"permissions": {"access": text}})


@given(
    st.dictionaries(
        st.sampled_from(
            (
                *("path", "name", "arn", "uniqueId", "inlinePolicies", "managedPolicyArns"),
                *("permissionsBoundary", "maxSessionDuration"),
            )
        ),
        JSON,
    )
)
@settings(max_examples=200, deadline=None)
def test_properties_of_any_type_do_not_stop_the_pack(properties: dict[str, Any]) -> None:
    judge({"role": properties})
