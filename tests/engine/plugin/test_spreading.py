"""A role that AWS takes its time to spread: the update waits for it, or says what is in the way."""

import time

import pytest

from sandbox.client import Sandbox

from ..component.deployment import Deployment
from .support import connections
from .test_in_process import program, stack

__all__ = ["stack"]
pytestmark = [pytest.mark.engine, pytest.mark.waits]


def test_a_role_that_takes_45_seconds_is_waited_for_once_and_reported(
    stack: Deployment, sandbox: Sandbox
) -> None:
    sandbox.settings(iam_propagation_seconds=45)
    start = time.monotonic()
    run = stack.up(program)
    assert time.monotonic() - start > 45
    assert "attempt 1: Databricks' validation of 'staging-polytomic-databricks'" in run.text
    assert "attempt 5: " in run.text and "s more, next in" in run.text
    assert stack.up().summary == {"same": 7}


def test_after_a_deadline_of_5_seconds_it_fails_with_the_diagnosis_and_the_next_update_heals(
    stack: Deployment, sandbox: Sandbox
) -> None:
    sandbox.settings(iam_propagation_seconds=45)
    run = stack.up(lambda: program(check_access_deadline=5), fails=True)
    assert "does not give access to my-staging-bucket yet:" in run.text
    assert "1. Databricks' validation of 'staging-polytomic-databricks' on s3://my-" in run.text
    assert "2. Polytomic's test of connection 'Databricks': fails" in run.text
    assert "a change of the last minute has not propagated in AWS yet" in run.text
    # All but the proof is made and kept.
    assert set(stack.resources()) == {
        "staging",
        "staging-credential",
        "staging-connection",
        "staging-role",
        "staging-policy",
    }
    healed = stack.up(program)
    assert healed.changes("staging") == {"check": ["create"]}
    assert stack.up().summary == {"same": 7}
    assert len(connections(sandbox)) == 1


def test_a_warning_lets_the_update_through_and_the_next_one_proves_it(
    stack: Deployment, sandbox: Sandbox
) -> None:
    sandbox.settings(iam_propagation_seconds=45)
    run = stack.up(lambda: program(check_access="warn", check_access_deadline=5))
    assert "warning" in run.text and "has not propagated in AWS yet" in run.text
    sandbox.settings(iam_propagation_seconds=0)
    again = stack.up(lambda: program(check_access="warn"))
    assert again.changes("staging") == {"check": ["update"]}
    assert stack.up().summary == {"same": 7}
