"""``StagingAccessCheck`` against the sandbox, over HTTP."""

import json
import re
import threading
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from databricks.sdk.service.catalog import AwsIamRoleRequest

from pulumi_polytomic.access_check.lifecycle import StagingAccessCheck
from pulumi_polytomic.custom_resource import progress
from pulumi_polytomic.custom_resource.plugin_side import ProviderError, Values
from pulumi_polytomic.custom_resource.settings import Settings, settings_from
from pulumi_polytomic.custom_resource.wire import UNKNOWN
from pulumi_polytomic.diagnosis import clients
from tests.unit.diagnosis.test_doctor import (
    ARN,
    BUCKET,
    Change,
    Setup,
    by_hand,
    doctor,
    each_line,
)

__all__ = ["by_hand"]
pytestmark = pytest.mark.waits

URN = "urn:pulumi:dev::p::polytomic-databricks:index:StagingAccessCheck::check"
RESOURCE = StagingAccessCheck()


@pytest.fixture
def told(by_hand: Setup) -> Any:
    """What was reported on the way, while the environment leads to the sandbox."""
    lines: list[str] = []
    environment = by_hand.sandbox.process_environment()
    with (
        mock.patch.dict("os.environ", environment, clear=True),
        mock.patch.object(progress, "report", lambda _urn, text, warning=False: lines.append(text)),
    ):
        yield lines


def settings() -> Settings:
    return settings_from({})


def inputs(setup: Setup, **changes: Any) -> Values:
    [connection] = setup.sandbox.polytomic().connections.list().data or []
    values: Values = {
        "roleArn": ARN,
        "bucketName": BUCKET,
        "storageCredentialName": "staging",
        "connectionId": connection.id,
        "deadline": 1,
    }
    values.update(changes)
    assert RESOURCE.check("check", values) == []
    return values


def test_a_role_that_works_is_proved_at_once(by_hand: Setup, told: list[str]) -> None:
    made = RESOURCE.create(settings(), URN, inputs(by_hand))
    assert (made.resource_id, made.state["healthy"], told) == ("check", True, [])


def test_iam_that_takes_its_time_is_waited_for_and_reported(
    by_hand: Setup, told: list[str]
) -> None:
    by_hand.sandbox.settings(iam_propagation_seconds=3)
    by_hand.write(by_hand.trust(), by_hand.permissions())
    broken = {**by_hand.permissions(), "Statement": by_hand.permissions()["Statement"][:1]}
    by_hand.write(by_hand.trust(), broken)
    time.sleep(3.2)
    by_hand.write(by_hand.trust(), by_hand.permissions())
    made = RESOURCE.create(settings(), URN, inputs(by_hand, deadline=30))
    assert made.state["healthy"]
    assert told and all("attempt" in line and "more" in line for line in told)


def test_after_the_deadline_it_fails_with_the_diagnosis_and_then_heals(
    by_hand: Setup, told: list[str]
) -> None:
    trust = by_hand.trust()
    trust["Statement"][1]["Condition"]["StringEquals"]["sts:ExternalId"] = "another-id"
    by_hand.write(trust, by_hand.permissions())
    with pytest.raises(ProviderError) as error:
        RESOURCE.create(settings(), URN, inputs(by_hand))
    said = str(error.value)
    assert re.search(r"1\. trust policy, .*UnityCatalog.*: asks Unity Catalog for another", said)
    assert by_hand.databricks_id not in said and by_hand.polytomic_id not in said
    by_hand.write(by_hand.trust(), by_hand.permissions())
    assert RESOURCE.create(settings(), URN, inputs(by_hand)).state["healthy"]


@each_line
def test_each_line_of_the_troubleshooting_is_named_as_the_doctor_names_it(
    by_hand: Setup, told: list[str], change: Change, codes: list[str]
) -> None:
    trust, permissions = by_hand.trust(), by_hand.permissions()
    change(trust["Statement"], permissions["Statement"])
    by_hand.write(trust, permissions)
    with pytest.raises(ProviderError) as error:
        RESOURCE.create(settings(), URN, inputs(by_hand))
    _, said = doctor(by_hand, "--connection", "Databricks", "--live", "--json")
    findings = json.loads(said)["findings"]
    assert [each["code"] for each in findings][: len(codes)] == codes
    for number, each in enumerate(findings, 1):
        line = f"{number}. {each['where']}: {each['found']}. {each['fix']}"
        assert line in str(error.value)


def test_a_warning_leaves_the_update_alone_and_asks_for_another_proof(
    by_hand: Setup, told: list[str]
) -> None:
    policy = {**by_hand.permissions(), "Statement": by_hand.permissions()["Statement"][1:]}
    by_hand.write(by_hand.trust(), policy)
    given = inputs(by_hand, mode="warn")
    state = RESOURCE.create(settings(), URN, given).state
    assert state["healthy"] is False
    assert "service control policy" in told[-1]
    assert RESOURCE.changed(state, given) == ["healthy"]


def test_it_runs_again_for_another_policy_and_not_for_another_deadline(by_hand: Setup) -> None:
    given = inputs(by_hand, triggers={"trustPolicy": "1"})
    state = {**given, "healthy": True}
    assert RESOURCE.changed(state, {**given, "deadline": 9}) == []
    assert RESOURCE.changed(state, {**given, "triggers": {"trustPolicy": "2"}}) == ["triggers"]
    assert RESOURCE.changed(state, {**given, "triggers": {}}) == ["triggers"]
    # One that an earlier version did not have says nothing yet.
    with_role = {**given, "triggers": {"trustPolicy": "1", "role": "AROA1"}}
    assert RESOURCE.changed(state, with_role) == []
    another = {**given, "triggers": {"trustPolicy": "1", "role": "AROA2"}}
    assert RESOURCE.changed({**with_role, "healthy": True}, another) == ["triggers"]


def test_who_may_not_read_the_role_gets_the_proof_all_the_same(
    by_hand: Setup, told: list[str]
) -> None:
    with mock.patch.dict("os.environ", {"AWS_ACCESS_KEY_ID": "AKIAWRONG"}):
        assert RESOURCE.create(settings(), URN, inputs(by_hand)).state["healthy"]
        by_hand.sandbox.aws_client("iam").delete_role_policy(
            RoleName="staging", PolicyName="access"
        )
        with pytest.raises(ProviderError, match=r"Databricks' validation[\s\S]*was not judged"):
            RESOURCE.create(settings(), URN, inputs(by_hand))


def test_a_service_that_is_down_for_a_moment_is_asked_again(
    by_hand: Setup, told: list[str]
) -> None:
    by_hand.sandbox.fault(service="polytomic", operation="connections.test", status=500, times=4)
    assert RESOURCE.create(settings(), URN, inputs(by_hand, deadline=30)).state["healthy"]


@pytest.mark.parametrize("operation", ["StorageCredentials.Get", "StorageCredentials.Validate"])
def test_a_workspace_that_is_down_is_asked_until_the_deadline_and_then_told(
    by_hand: Setup, told: list[str], operation: str
) -> None:
    given = inputs(by_hand, deadline=6)
    by_hand.sandbox.fault(service="databricks", operation=operation, status=503, times=0)
    with (
        mock.patch.object(clients, "_RETRY_S", 1),
        pytest.raises(ProviderError, match=r"the access: Databricks[\s\S]*Run pulumi up again"),
    ):
        RESOURCE.create(settings(), URN, given)
    assert len(told) >= 1


LASTING: dict[str, tuple[Callable[[Setup], Values], str, int]] = {
    "missing bucket": (
        lambda setup: {"bucketName": "no-such-bucket"},
        "Bucket no-such-bucket does not exist. Create it in account 123456789012",
        2,
    ),
    "another account": (
        lambda setup: {"roleArn": ARN.replace("123456789012", "210987654321")},
        "is in account 210987654321, and these credentials are of account 123456789012",
        1,
    ),
    "another partition": (
        lambda setup: {"roleArn": ARN.replace("arn:aws:", "arn:aws-us-gov:")},
        "arn:aws-us-gov:iam::123456789012:role/staging is in account",
        1,
    ),
    "missing credential": (
        lambda setup: {"storageCredentialName": "gone"},
        "Databricks does not show the storage credential 'gone'",
        1,
    ),
    "missing connection": (
        lambda setup: {"connectionId": "gone"},
        "Polytomic has no connection 'gone'",
        1,
    ),
    "wrong owner": (
        lambda setup: given_away(setup),
        r"It does so for the credential's owner \('somebody@example.com'\)",
        1,
    ),
    "covered bucket": (
        lambda setup: covered(setup),
        r"s3://my-staging-bucket is covered already by external location 'theirs' \(credential "
        r"'theirs'\)[\s\S]*storage_credential=\"none\"",
        1,
    ),
}


def given_away(setup: Setup) -> Values:
    setup.sandbox.databricks().storage_credentials.update("staging", owner="somebody@example.com")
    setup.sandbox.settings(databricks_metastore_admin=False)
    return {}


def covered(setup: Setup) -> Values:
    workspace = setup.sandbox.databricks()
    role = AwsIamRoleRequest(role_arn=f"{ARN}-theirs")
    workspace.storage_credentials.create("theirs", aws_iam_role=role, skip_validation=True)
    workspace.external_locations.create("theirs", f"s3://{BUCKET}", "theirs", skip_validation=True)
    return {}


@pytest.mark.parametrize(("change", "said", "attempts"), LASTING.values(), ids=LASTING)
def test_what_waiting_cannot_change_ends_at_once_with_the_remedy(
    by_hand: Setup,
    told: list[str],
    change: Callable[[Setup], Values],
    said: str,
    attempts: int,
) -> None:
    given = inputs(by_hand, **change(by_hand), deadline=120)
    start = time.monotonic()
    with pytest.raises(ProviderError, match=said):
        RESOURCE.create(settings(), URN, given)
    assert time.monotonic() - start < 15
    assert len(told) == attempts - 1


@pytest.mark.parametrize("variable", ["DATABRICKS_TOKEN", "POLYTOMIC_API_KEY"])
def test_a_wrong_token_ends_at_once(by_hand: Setup, told: list[str], variable: str) -> None:
    given = inputs(by_hand, deadline=120)
    with (
        mock.patch.dict("os.environ", {variable: "wrong"}),
        pytest.raises(ProviderError, match=r"Check .*(token|POLYTOMIC_API_KEY)"),
    ):
        RESOURCE.create(settings(), URN, given)
    assert told == []


def test_another_account_is_told_before_anything_is_made(by_hand: Setup, told: list[str]) -> None:
    given = inputs(by_hand, roleArn=ARN.replace("123456789012", "210987654321"))
    [fault] = RESOURCE.obstacles(settings(), given)
    assert "210987654321" in fault.problem and "123456789012" in fault.problem
    # In the preview of what makes the role, its ARN may not be known.
    assert RESOURCE.obstacles(settings(), {**given, "roleArn": UNKNOWN, "deadline": UNKNOWN}) == ()


@pytest.mark.parametrize("place", ["", "/deeper"])
def test_external_locations_of_this_credential_do_not_get_in_the_way(
    by_hand: Setup, told: list[str], place: str
) -> None:
    workspace = by_hand.sandbox.databricks()
    workspace.external_locations.create("ours", f"s3://{BUCKET}{place}", "Staging")
    assert RESOURCE.create(settings(), URN, inputs(by_hand)).state["healthy"]
    if place:
        workspace.external_locations.create("second", f"s3://{BUCKET}/second", "staging")
        assert RESOURCE.create(settings(), URN, inputs(by_hand)).state["healthy"]
        # A credential that does not work is found all the same.
        by_hand.sandbox.aws_client("iam").delete_role_policy(
            RoleName="staging", PolicyName="access"
        )
        with pytest.raises(ProviderError, match="Databricks' validation of 'staging'"):
            RESOURCE.create(settings(), URN, inputs(by_hand))


HANGING = [
    ("databricks", "StorageCredentials.Get", "Databricks did not answer within"),
    ("databricks", "StorageCredentials.Validate", "Databricks did not answer within"),
    ("databricks", "*", "Databricks did not answer within"),
    ("polytomic", "connections.list", "Polytomic did not answer within"),
    ("polytomic", "connections.test", "Polytomic did not answer within"),
]


@pytest.mark.parametrize(("service", "operation", "said"), HANGING)
def test_a_service_that_hangs_is_named_at_the_deadline(
    by_hand: Setup, told: list[str], service: str, operation: str, said: str
) -> None:
    given = inputs(by_hand, deadline=3)
    by_hand.sandbox.fault(service=service, operation=operation, action="hang", times=0)
    start = time.monotonic()
    with pytest.raises(ProviderError, match=said):
        RESOURCE.create(settings(), URN, given)
    assert time.monotonic() - start < 6
    by_hand.sandbox.clear_faults()


def test_aws_that_hangs_is_waited_for_where_nobody_else_proves_the_access(
    by_hand: Setup, told: list[str]
) -> None:
    alone = inputs(by_hand, connectionId=None, storageCredentialName=None, deadline=3)
    given = inputs(by_hand, deadline=12)
    by_hand.sandbox.fault(service="aws", operation="iam:*", action="hang", times=0)
    start = time.monotonic()
    with pytest.raises(ProviderError, match="AWS did not answer within"):
        RESOURCE.create(settings(), URN, alone)
    assert RESOURCE.create(settings(), URN, given).state["healthy"]
    assert time.monotonic() - start < 16
    by_hand.sandbox.clear_faults()


def test_a_cancellation_ends_a_call_that_hangs(by_hand: Setup, told: list[str]) -> None:
    given = inputs(by_hand, deadline=120)
    by_hand.sandbox.fault(service="polytomic", operation="*", action="hang", times=0)
    threading.Timer(3, progress.CANCELLED.set).start()
    start = time.monotonic()
    try:
        with pytest.raises(ProviderError, match="cancelled before Polytomic answered"):
            RESOURCE.create(settings(), URN, given)
    finally:
        progress.CANCELLED.clear()
    assert time.monotonic() - start < 5
    by_hand.sandbox.clear_faults()


def test_credentials_of_another_account_end_the_proof_before_a_vendor_is_asked(
    by_hand: Setup, told: list[str]
) -> None:
    elsewhere = "arn:aws:iam::222222222222:role/staging"
    given = inputs(by_hand, roleArn=elsewhere, deadline=300)
    by_hand.sandbox.clear_calls()
    both = r"in account 222222222222, and these credentials are of account 123456789012"
    with pytest.raises(ProviderError, match=both):
        RESOURCE.create(settings(), URN, given)
    assert RESOURCE.create(settings(), URN, {**given, "mode": "warn"}).state["healthy"] is False
    assert re.search(both, told[-1])
    operations = {call["operation"] for call in by_hand.sandbox.calls()}
    assert operations == {"sts:GetCallerIdentity", "Host.Metadata"}


def test_documents_are_judged_where_no_vendor_can_tell(by_hand: Setup, told: list[str]) -> None:
    # The connection is made elsewhere, so that Polytomic is not asked.
    given = inputs(by_hand, connectionId=None, polytomicExternalIds=[by_hand.polytomic_id])
    assert RESOURCE.create(settings(), URN, given).state["healthy"]
    other = inputs(by_hand, connectionId=None, polytomicExternalIds=["another-id-12345"])
    with pytest.raises(ProviderError) as error:
        RESOURCE.create(settings(), URN, other)
    said = str(error.value)
    assert re.search(r"1\. trust policy, .*Polytomic.*: asks Polytomic for another", said)
    assert "another-id-12345" not in said and by_hand.polytomic_id not in said


def test_where_nobody_can_look_nothing_is_called_healthy(by_hand: Setup, told: list[str]) -> None:
    given = inputs(by_hand, connectionId=None, storageCredentialName=None)
    assert RESOURCE.create(settings(), URN, given).state["healthy"]
    with (
        mock.patch.dict("os.environ", {"AWS_ACCESS_KEY_ID": "AKIAWRONG"}),
        pytest.raises(ProviderError, match=r"was not judged[\s\S]*sts:GetCallerIdentity"),
    ):
        RESOURCE.create(settings(), URN, given)


MISSING = {
    "POLYTOMIC_API_KEY": r"Polytomic: there is no API key. Set POLYTOMIC_API_KEY",
    "DATABRICKS_HOST": r"Databricks: [\s\S]*DATABRICKS_TOKEN",
}


@pytest.mark.parametrize("variable", MISSING)
def test_credentials_that_are_missing_are_told_at_once(
    by_hand: Setup, told: list[str], variable: str
) -> None:
    given = inputs(by_hand, deadline=300)
    with mock.patch.dict("os.environ", {variable: ""}):
        with pytest.raises(ProviderError, match=MISSING[variable]):
            RESOURCE.create(settings(), URN, given)
        [fault] = RESOURCE.obstacles(settings(), given)
        assert re.search(MISSING[variable], fault.problem) and "check_access" in fault.fix
        assert told == []
        warned = {**given, "mode": "warn"}
        assert RESOURCE.obstacles(settings(), warned) == ()
        assert RESOURCE.create(settings(), URN, warned).state["healthy"] is False
    assert re.search(MISSING[variable], told[-1])
    assert RESOURCE.obstacles(settings(), given) == ()


@pytest.mark.parametrize(
    ("changes", "argument"),
    [
        ({"roleArn": "staging"}, "roleArn"),
        ({"bucketName": "Bad_Bucket"}, "bucketName"),
        ({"mode": "no"}, "mode"),
        ({"deadline": 0}, "deadline"),
        ({"kmsKeyArn": "key"}, "kmsKeyArn"),
        ({"polytomicPrincipal": "me"}, "polytomicPrincipal"),
        ({"triggerz": {}}, "triggerz"),
        ({"aws": {"profile": "x"}}, "aws"),
        ({"databricks": {"profile": "x"}}, "databricks"),
    ],
    ids=str,
)
def test_a_bad_argument_is_named(changes: dict[str, Any], argument: str) -> None:
    found = RESOURCE.check("check", {"roleArn": ARN, "bucketName": BUCKET, **changes})
    assert [fault.argument for fault in found] == [argument]
    assert ("Provider of this package" in found[0].fix) == (argument in ("aws", "databricks"))


def test_nothing_given_names_what_is_needed() -> None:
    assert [fault.argument for fault in RESOURCE.check("check", {})] == ["roleArn", "bucketName"]
