import json
from typing import Any

import pytest

from sandbox.providers.values import UNKNOWN
from tests.unit.sandbox.providers.support import Plugin
from tests.unit.sandbox.providers.test_role import BASE, ROLE, TRUST


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"assumeRolePolicy": None}, "assumeRolePolicy", "missing required"),
        ({"assumeRolPolicy": "x"}, "assumeRolPolicy", "Did you mean 'assumeRolePolicy'?"),
        ({"arn": "x"}, "arn", "is an output"),
        ({"assumeRolePolicy": "{"}, "assumeRolePolicy", "invalid JSON policy"),
        ({"assumeRolePolicy": ""}, "assumeRolePolicy", "empty string"),
        ({"assumeRolePolicy": 5}, "assumeRolePolicy", "not a number"),
        ({"name": "n" * 65}, "name", "64"),
        ({"name": "with space"}, "name", "must match"),
        ({"namePrefix": "a"}, "name", "conflicts with 'namePrefix'"),
        ({"maxSessionDuration": 3599}, "maxSessionDuration", "3600 to 43200"),
        ({"maxSessionDuration": "1h"}, "maxSessionDuration", "must be an integer"),
        ({"permissionsBoundary": "b"}, "permissionsBoundary", "invalid ARN"),
        ({"forceDetachPolicies": "yes"}, "forceDetachPolicies", "must be a boolean"),
        ({"tags": {"a": 1}}, "tags", "must be a map of strings"),
        ({"tags": "a"}, "tags", "must be a map of strings"),
        ({"managedPolicyArns": ["x"]}, "managedPolicyArns", "invalid ARN"),
        ({"inlinePolicies": ["x"]}, "inlinePolicies", "must be an object"),
        ({"inlinePolicies": [{"nam": "x"}]}, "inlinePolicies[0].nam", "Did you mean 'name'?"),
        ({"path": "/" * 513}, "path", "512"),
        ({"description": "d" * 1001}, "description", "1000"),
    ],
)
def test_what_is_wrong_is_said_by_name(
    aws: Plugin, change: dict[str, Any], place: str, words: str
) -> None:
    (failure,) = aws.faults(ROLE, {**BASE, **change})
    assert failure[0] == place
    assert words in failure[1]


def test_a_refused_policy_is_not_repeated(aws: Plugin) -> None:
    ((_, reason),) = aws.faults(ROLE, {**BASE, "assumeRolePolicy": '{"external": "very-secret"'})
    assert "very-secret" not in reason


def test_a_policy_may_be_an_object(aws: Plugin) -> None:
    checked = aws.check(ROLE, {**BASE, "assumeRolePolicy": json.loads(TRUST)})
    assert json.loads(checked["assumeRolePolicy"]) == json.loads(TRUST)
    unknown = {**json.loads(TRUST), "Id": UNKNOWN}
    assert aws.check(ROLE, {**BASE, "assumeRolePolicy": unknown})["assumeRolePolicy"] is UNKNOWN
