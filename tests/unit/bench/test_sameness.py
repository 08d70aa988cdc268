import json
from typing import Any

import pytest

from bench.programs.fleet import BARE_TOKEN
from bench.projects import VARIANTS
from bench.sameness import DifferenceError, anonymous, require_equal
from pulumi_polytomic import DatabricksStagingAccess

SECRET = "4dabf18193072939515e22adb298388d"
MARK = "1b47061264138c4ac30d75fd1eb44270"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ours-000-role", "<prefix>-000-role"),
        (["ours", {"a": "ours-1"}], ["<prefix>", {"a": "<prefix>-1"}]),
        ('{"AWS": "ours-role", "n": [1]}', {"AWS": "<prefix>-role", "n": [1]}),
        ({SECRET: MARK, "plaintext": json.dumps("ours")}, "<prefix>"),
        (True, True),
        (None, None),
        (3600, 3600),
    ],
)
def test_names_become_alike_and_facts_stay(value: Any, expected: Any) -> None:
    assert anonymous(value, {"ours": "<prefix>"}) == expected


def test_no_program_s_prefix_is_part_of_what_all_have() -> None:
    text = "arn:aws:iam::123456789012:role/polytomic-databricks-staging-access acme-staging"
    assert [variant for variant in VARIANTS if variant in text] == []


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({("role", "a"): 2}, "ours: 1; bare: 2"),
        ({}, "bare: None"),
        ({("role", "a"): 1, ("role", "b"): 1}, "only bare has"),
    ],
)
def test_a_difference_is_named(other: dict[Any, Any], named: str) -> None:
    ours = {("role", "a"): 1}
    with pytest.raises(DifferenceError, match=named):
        require_equal(("ours", ours), ("bare", other), list(ours))


def test_the_same_is_no_difference() -> None:
    require_equal(("ours", {"a": 1, "b": 2}), ("flat", {"a": 1}), ["a"])


def test_the_bare_component_s_type_is_as_long_as_ours() -> None:
    assert len(BARE_TOKEN) == len(DatabricksStagingAccess.token)
