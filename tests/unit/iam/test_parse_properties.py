"""The parser reads or refuses whatever it is given, and raises nothing else."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_polytomic.iam import PolicyError, parse_policy
from tests.unit.iam.support import ROLE

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
_elements = st.sampled_from(
    ["Version", "Statement", "Sid", "Effect", "Principal", "Action", "Resource", "Condition", "AWS"]
)
_almost = st.recursive(
    _json | st.sampled_from(["Allow", "Deny", "*", "sts:AssumeRole", "2012-10-17", ROLE]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_elements, inner, max_size=6),
    max_leaves=15,
)


@given(st.text())
def test_any_text_is_read_or_refused_as_a_policy(text: str) -> None:
    _read_or_refuse(text)


@settings(max_examples=200)
@given(_almost)
def test_any_json_is_read_or_refused_as_a_policy(value: Any) -> None:
    _read_or_refuse(json.dumps(value))
    _read_or_refuse(json.dumps({"Version": "2012-10-17", "Statement": value}))
    _read_or_refuse(value)
    _read_or_refuse({"Statement": value})


@given(
    element=st.sampled_from(["Sid", "Effect", "Principal", "NotAction", "Resource", "Condition"]),
    value=_almost,
)
def test_any_element_is_read_or_refused_with_its_place(element: str, value: Any) -> None:
    statement = {"Effect": "Allow", "Action": "a:b", element: value}

    fault = _read_or_refuse({"Version": "2012-10-17", "Statement": statement})

    assert fault is None or fault.startswith("statement 1")


@given(st.integers(min_value=0, max_value=200))
def test_a_document_cut_short_is_refused(length: int) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "sts:AssumeRole"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    with pytest.raises(PolicyError, match="not JSON"):
        parse_policy(text[: min(length, len(text) - 1)])


def _read_or_refuse(value: Any) -> str | None:
    try:
        read = parse_policy(value)
    except PolicyError as error:
        assert str(error)
        return str(error)
    assert read.statements
    return None
