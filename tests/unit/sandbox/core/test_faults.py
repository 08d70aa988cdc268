"""Faults on demand, settings and calls: what the control server offers."""

import time
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from sandbox.client import ControlError, Sandbox
from sandbox.faults import Fault, FaultBook
from sandbox.identities import ADMINISTRATOR


def client(sandbox: Sandbox, service: str) -> Any:
    """A client that does not try again."""
    session: Any = boto3.Session(ADMINISTRATOR.access_key_id, ADMINISTRATOR.secret_access_key)
    return session.client(
        service,
        region_name="us-east-1",
        endpoint_url=sandbox.aws_endpoint,
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"service": "azure"}, "service takes one of aws, databricks, polytomic."),
        ({}, "service takes one of"),
        ({"service": "aws", "action": "explode"}, "action takes one of error, drop"),
        ({"service": "aws", "status": 200}, "status takes an HTTP error status"),
        ({"service": "aws", "status": "503"}, "status takes an HTTP error status"),
        ({"service": "aws", "times": -1}, "times takes a number from 0."),
        ({"service": "aws", "skip": True}, "skip takes a number from 0."),
        ({"service": "aws", "latency_seconds": "1"}, "latency_seconds takes a number from 0."),
        ({"service": "aws", "operation": 1}, "operation takes a string."),
        ({"service": "aws", "headers": {"Retry-After": 1}}, "headers takes an object of strings."),
        ({"service": "aws", "repeat": 1}, "Unknown key 'repeat'"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(
    sandbox: Sandbox, fault: dict[str, Any], message: str
) -> None:
    with pytest.raises(ControlError, match=message):
        sandbox.fault(**fault)


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        ({"iam_propagation_seconds": -1}, "takes seconds, 0 or more"),
        ({"trust_policy_quota": 9000}, "1-8192"),
        ({"denied_actions": "iam:CreateRole"}, "takes a list of actions"),
        ({"databricks_environment": "azure"}, "takes null or one of aws, aws-us-gov"),
        ({"trust_policy_quota": 4096, "unknown": 1}, "Unknown setting 'unknown'; there are"),
    ],
)
def test_a_setting_that_makes_no_sense_changes_nothing(
    sandbox: Sandbox, patch: dict[str, Any], message: str
) -> None:
    before = sandbox.settings()
    with pytest.raises(ControlError, match=message):
        sandbox.settings(**patch)
    assert sandbox.settings() == before


@pytest.mark.parametrize("service", ["iam", "sts", "s3", "kms"])
def test_an_error_looks_like_the_services_own(sandbox: Sandbox, service: str) -> None:
    sandbox.fault(
        service="aws",
        operation=f"{service}:*",
        status=400,
        code="ThrottlingException",
        message="Rate <exceeded> & more",
        headers={"x-told": "yes"},
    )
    calls = {
        "iam": "list_roles",
        "sts": "get_caller_identity",
        "s3": "list_buckets",
        "kms": "list_keys",
    }
    call = getattr(client(sandbox, service), calls[service])
    with pytest.raises(ClientError) as caught:
        call()
    answer: Any = caught.value.response
    assert answer["Error"]["Code"] == "ThrottlingException"
    assert answer["Error"]["Message"] == "Rate <exceeded> & more"
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-told"] == "yes"
    call()


@pytest.mark.parametrize(("action", "happened"), [("drop", False), ("lose-answer", True)])
def test_a_connection_is_really_lost(sandbox: Sandbox, action: str, happened: bool) -> None:
    s3 = client(sandbox, "s3")
    sandbox.fault(service="aws", operation="s3:CreateBucket", action=action)
    with pytest.raises(ConnectionClosedError):
        s3.create_bucket(Bucket="staging-bucket")
    names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    assert names == (["staging-bucket"] if happened else [])
    statuses = [call["status"] for call in sandbox.calls("aws")]
    assert statuses == [200 if happened else 0, 200]


def test_a_client_that_retries_gets_over_it(sandbox: Sandbox) -> None:
    sandbox.fault(service="aws", operation="iam:ListRoles", times=2)
    sandbox.aws_client("iam").list_roles()
    assert [call["status"] for call in sandbox.calls()] == [503, 503, 200]
    assert {call["operation"] for call in sandbox.calls()} == {"iam:ListRoles"}


def test_a_delay_is_only_late(sandbox: Sandbox) -> None:
    sandbox.fault(service="aws", action="delay", latency_seconds=0.3)
    started = time.monotonic()
    client(sandbox, "iam").list_roles()
    assert time.monotonic() - started >= 0.3


def test_faults_end_when_they_are_cleared(sandbox: Sandbox) -> None:
    sandbox.fault(service="aws", times=0, status=400, code="Broken")
    iam = client(sandbox, "iam")
    for _ in range(3):
        with pytest.raises(ClientError):
            iam.list_roles()
    sandbox.clear_faults()
    sandbox.clear_calls()
    iam.list_roles()
    assert sandbox.calls() == [{"service": "aws", "operation": "iam:ListRoles", "status": 200}]


@pytest.mark.parametrize(("service", "status"), [("databricks", 0), ("polytomic", 0)])
def test_the_other_services_have_faults_too(sandbox: Sandbox, service: str, status: int) -> None:
    import http.client

    sandbox.fault(service=service, action="drop")
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.state.ports[service])
    with pytest.raises(ConnectionError):
        connection.request("GET", "/")
        connection.getresponse()
    assert [call["status"] for call in sandbox.calls(service)] == [status]


def test_a_fault_waits_its_turn() -> None:
    book = FaultBook()
    book.add(Fault("aws", "iam:*Role", code="first", times=2, skip=1))
    book.add(Fault("aws", "iam:*", code="second", times=0))
    struck = [book.strike("aws", "iam:GetRole") for _ in range(4)]
    assert [strike.fault.code if strike else None for strike in struck] == [
        "second",
        "first",
        "first",
        "second",
    ]
    assert book.strike("databricks", "iam:GetRole") is None
    assert book.strike("aws", "s3:GetObject") is None
