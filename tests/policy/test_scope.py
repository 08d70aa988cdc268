"""Which roles are judged, and which are none of the pack's business."""

from typing import Any

import pytest

from policypack.pack import schemas
from policypack.roles import read_role
from policypack.rules import RULES
from policypack.session import Session
from policypack.settings import read_settings
from policypack.stack import ROLES, Stack
from tests.policy.fixture_reader import deployed

STRANGER = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
        "Action": "sts:AssumeRole",
    },
}
LAMBDA = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}
EVERYBODY = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"},
}
OF_AN_ORGANIZATION = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}},
    },
}
POLYTOMIC_DENIED = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Deny",
        "Principal": {"AWS": "arn:aws:iam::568237466542:root"},
        "Action": "sts:AssumeRole",
    },
}


def in_scope(fixture: dict[str, Any]) -> bool:
    """Whether the fixture's role is judged."""
    settings = read_settings(fixture.get("config", {}), schemas(RULES))
    stack = Stack(preview=bool(fixture.get("preview")), whole=True)
    resources = deployed(fixture)
    for resource in resources:
        stack.add(resource)
    (role,) = [each for each in resources if each.type in ROLES]
    return read_role(role, stack, settings) is not None


@pytest.mark.parametrize(
    ("fixture", "judged"),
    [
        pytest.param({"credential": None}, True, id="vendors-in-the-trust-policy"),
        pytest.param({"credential": None, "native": True}, True, id="native"),
        pytest.param({"trust": LAMBDA}, True, id="a-credential-names-it"),
        pytest.param({"trust": LAMBDA, "credential": None}, False, id="a-service-role"),
        pytest.param({"trust": STRANGER, "credential": None}, False, id="a-role-for-others"),
        pytest.param({"trust": EVERYBODY, "credential": None}, True, id="everybody"),
        pytest.param({"trust": OF_AN_ORGANIZATION, "credential": None}, True, id="organization"),
        pytest.param({"trust": POLYTOMIC_DENIED, "credential": None}, False, id="only-denied"),
        pytest.param({"trust": "{568237466542", "credential": None}, True, id="malformed"),
        pytest.param({"trust": "{nothing of ours", "credential": None}, False, id="not-ours"),
        pytest.param(
            {"trust": LAMBDA, "credential": None, "component": {}}, True, id="of-the-component"
        ),
        pytest.param(
            {
                "trust": LAMBDA,
                "credential": None,
                "config": {"settings": {"include": ["*::staging"]}},
            },
            True,
            id="included",
        ),
        pytest.param({"config": {"settings": {"exclude": ["*::stag*"]}}}, False, id="excluded"),
        pytest.param(
            {
                "trust": STRANGER,
                "credential": None,
                "config": {"settings": {"polytomicPrincipals": ["arn:aws:iam::210987654321:root"]}},
            },
            True,
            id="ones-own-polytomic",
        ),
        pytest.param(
            {"trust": "<unknown>", "preview": True, "trust_depends_on": ["credential"]},
            True,
            id="unknown-and-made-of-a-credential",
        ),
        pytest.param(
            {"trust": "<unknown>", "preview": True, "credential": None},
            False,
            id="unknown-and-of-nothing",
        ),
    ],
)
def test_scope(fixture: dict[str, Any], judged: bool) -> None:
    assert in_scope(fixture) is judged


def test_what_was_said_at_registration_is_not_said_again() -> None:
    session = Session(RULES, read_settings({}, schemas(RULES)), preview=False)
    resources = deployed({"trust": EVERYBODY})
    at_registration = [session.register(each) for each in resources]
    assert any("trusted-principals" in each for each in at_registration)
    assert "trusted-principals" not in session.finish(resources)
