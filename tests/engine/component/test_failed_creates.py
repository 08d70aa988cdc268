"""An up that fails while it makes things: what it leaves, and that the next one heals it."""

from typing import Any

import pulumi
import pytest

from sandbox.client import Sandbox

from .clouds import (
    CREATED,
    ROLE,
    assert_as_the_guides_ask,
    changing_calls,
    credentials,
    roles,
    staging,
)
from .conftest import NewStack
from .deployment import Deployment

pytestmark = pytest.mark.engine

CREATES = {
    "credential": ("databricks", "StorageCredentials.Create"),
    "role": ("aws", "iam:CreateRole"),
    "policy": ("aws", "iam:PutRolePolicy"),
}
READS = {
    "credential": ("databricks", "StorageCredentials.Get"),
    "role": ("aws", "iam:GetRole"),
    "policy": ("aws", "iam:GetRolePolicy"),
}
FOR_EVER: dict[str, dict[str, Any]] = {
    "unavailable": {"status": 503, "times": 0},
    "dropped": {"action": "drop", "times": 0},
}


@pytest.fixture
def impatient(new_stack: NewStack) -> Deployment:
    """A stack whose providers give up after two tries."""
    return new_stack(
        environment={"AWS_MAX_ATTEMPTS": "2", "PULUMI_POLYTOMIC_SANDBOX_TIMEOUT": "5"},
        config={"databricks:retryTimeoutSeconds": "8"},
    )


@pytest.mark.parametrize("fault", FOR_EVER)
@pytest.mark.parametrize("child", CREATES)
def test_a_create_that_fails_stops_there_and_the_next_up_goes_on(
    clean: Sandbox, impatient: Deployment, child: str, fault: str
) -> None:
    service, operation = CREATES[child]
    clean.fault(service=service, operation=operation, **FOR_EVER[fault])
    failed = impatient.up(staging(), fails=True)
    assert f"staging-{child} **creating failed**" in failed.text
    done = CREATED[: CREATED.index(operation)]
    assert changing_calls(clean) == done
    made = ["staging", *(f"staging-{name}" for name in CREATES)][: len(done) + 1]
    assert sorted(impatient.resources()) == sorted(made)

    clean.clear_faults()
    assert impatient.up().order("create") == [
        f"staging-{name}" for name in CREATES if f"staging-{name}" not in made
    ]
    # Each was made once in both runs together: nothing is there twice.
    assert changing_calls(clean) == CREATED
    assert_as_the_guides_ask(clean)


@pytest.mark.parametrize("child", READS)
def test_what_was_made_but_could_not_be_read_is_kept_and_mended(
    clean: Sandbox, impatient: Deployment, child: str
) -> None:
    service, operation = READS[child]
    clean.fault(service=service, operation=operation, status=503, times=0)
    impatient.up(staging(), fails=True)
    assert f"staging-{child}" in impatient.resources()

    clean.clear_faults()
    assert impatient.up().changes("staging")[child] == ["update"]
    assert [call for call in changing_calls(clean) if call in CREATED[:2]] == CREATED[:2]
    assert_as_the_guides_ask(clean)
    impatient.destroy()
    assert (roles(clean), credentials(clean)) == ([], [])


def test_short_troubles_of_every_call_do_not_stop_an_up(clean: Sandbox, stack: Deployment) -> None:
    throttled = {"status": 429, "headers": {"Retry-After": "1"}, "code": "REQUEST_LIMIT_EXCEEDED"}
    clean.fault(service="databricks", operation="StorageCredentials.*", **throttled)
    clean.fault(service="aws", operation="iam:CreateRole", status=400, code="Throttling")
    clean.fault(service="aws", operation="iam:PutRolePolicy", action="drop")
    clean.fault(service="aws", operation="iam:PutRolePolicy", action="lose-answer")
    clean.fault(service="aws", operation="sts:GetCallerIdentity", status=500)
    stack.up(staging())
    assert_as_the_guides_ask(clean)
    assert set(stack.up().summary) == {"same"}


def test_a_lost_answer_about_the_policy_is_healed_by_the_next_up(
    clean: Sandbox, impatient: Deployment
) -> None:
    clean.fault(service="aws", operation="iam:PutRolePolicy", action="lose-answer", times=0)
    impatient.up(staging(), fails=True)
    clean.clear_faults()
    impatient.up()
    assert_as_the_guides_ask(clean)


@pytest.mark.parametrize(
    ("child", "code"),
    [("role", "EntityAlreadyExists"), ("credential", "STORAGE_CREDENTIAL_ALREADY_EXISTS")],
)
def test_what_a_lost_answer_left_is_named_and_adopted_by_an_import(
    clean: Sandbox, stack: Deployment, child: str, code: str
) -> None:
    service, operation = CREATES[child]
    clean.fault(service=service, operation=operation, action="lose-answer")
    # The provider asks again, and is told that its own resource is there.
    failed = stack.up(staging(), fails=True)
    assert code in failed.text
    assert ROLE in failed.text

    def adopt(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if args.name != f"staging-{child}":
            return None
        options = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(import_=ROLE))
        return pulumi.ResourceTransformResult(args.props, options)

    up = stack.up(staging(opts=pulumi.ResourceOptions(transforms=[adopt])))
    assert up.changes("staging")[child][0] == "import"
    assert set(stack.up(staging()).summary) == {"same"}
    assert_as_the_guides_ask(clean)


@pytest.mark.parametrize("action", ["iam:CreateRole", "iam:PutRolePolicy"])
def test_a_missing_permission_is_named_and_nothing_is_lost(
    clean: Sandbox, impatient: Deployment, action: str
) -> None:
    clean.settings(denied_actions=[action])
    failed = impatient.up(staging(), fails=True)
    assert "AccessDenied" in failed.text
    assert action in failed.text
    in_state = impatient.resources()
    assert ("staging-role" in in_state) == (ROLE in roles(clean))
    assert ("staging-credential" in in_state) == (ROLE in credentials(clean))

    clean.settings(denied_actions=[])
    impatient.up()
    assert_as_the_guides_ask(clean)


def test_a_missing_permission_in_databricks_makes_nothing_in_aws(
    clean: Sandbox, impatient: Deployment
) -> None:
    message = "User does not have CREATE STORAGE CREDENTIAL on Metastore 'sandbox'."
    clean.fault(
        service="databricks",
        operation="StorageCredentials.Create",
        status=403,
        code="PERMISSION_DENIED",
        message=message,
        times=0,
    )
    assert message in impatient.up(staging(), fails=True).text
    assert (roles(clean), credentials(clean)) == ([], [])


def test_changes_in_iam_that_spread_slowly_do_not_stop_an_up(
    clean: Sandbox, stack: Deployment
) -> None:
    clean.settings(iam_propagation_seconds=3)
    stack.up(staging())
    assert_as_the_guides_ask(clean)
