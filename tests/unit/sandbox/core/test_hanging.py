"""Calls that hang: taken, and never answered until the faults are cleared or the client leaves."""

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError

from sandbox import lifecycle
from sandbox.client import Sandbox
from sandbox.identities import ADMINISTRATOR
from tests.unit.sandbox.world import World

SECONDS = 0.4
"""How long the impatient clients wait."""


def aws(world: World, service: str, seconds: float = SECONDS) -> Any:
    session: Any = boto3.Session(ADMINISTRATOR.access_key_id, ADMINISTRATOR.secret_access_key)
    return session.client(
        service,
        region_name="us-east-1",
        endpoint_url=world.aws_url,
        config=Config(retries={"total_max_attempts": 1}, read_timeout=seconds),
    )


def get(url: str, seconds: float = SECONDS) -> requests.Response:
    """A call that is signed by nobody: it is answered, with a refusal."""
    return requests.get(url, timeout=seconds)


CALLS: dict[tuple[str, str], Callable[[World], Any]] = {
    ("aws", "iam:ListRoles"): lambda world: aws(world, "iam").list_roles(),
    ("aws", "sts:GetCallerIdentity"): lambda world: aws(world, "sts").get_caller_identity(),
    ("aws", "s3:ListBuckets"): lambda world: aws(world, "s3").list_buckets(),
    ("aws", "kms:ListKeys"): lambda world: aws(world, "kms").list_keys(),
    ("databricks", "StorageCredentials.List"): lambda world: get(
        f"{world.databricks_url}/api/2.1/unity-catalog/storage-credentials"
    ),
    ("polytomic", "connections.list"): lambda world: get(f"{world.polytomic_url}/api/connections"),
}


def eventually(ask: Callable[[], object], seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not ask():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def statuses(world: World, service: str) -> list[int]:
    return [call["status"] for call in world.book.calls(service)]


@pytest.mark.parametrize(("service", "operation"), CALLS)
def test_the_call_comes_and_nothing_comes_back(world: World, service: str, operation: str) -> None:
    call = CALLS[service, operation]
    before = threading.active_count()
    world.fault(service=service, operation=operation, action="hang")
    started = time.monotonic()
    with pytest.raises((ReadTimeoutError, requests.ReadTimeout)):
        call(world)
    assert time.monotonic() - started >= SECONDS
    assert world.book.calls(service) == [{"service": service, "operation": operation, "status": 0}]
    call(world)
    assert statuses(world, service)[0] == 0, "it was served after its client had left"
    assert statuses(world, service)[1] != 0
    assert eventually(lambda: threading.active_count() <= before + 1), "its thread stayed"


def test_other_operations_and_services_are_answered_meanwhile(world: World) -> None:
    world.fault(service="aws", operation="iam:*", action="hang", times=0)
    for service in ("sts", "s3", "iam"):
        call = {
            "iam": aws(world, "iam").list_roles,
            "sts": aws(world, "sts").get_caller_identity,
            "s3": aws(world, "s3").list_buckets,
        }[service]
        if service == "iam":
            with pytest.raises(ReadTimeoutError):
                call()
        else:
            call()
    assert world.databricks_call("GET", "/api/2.0/preview/scim/v2/Me").ok


def test_a_call_that_hangs_changes_nothing_until_it_is_released(world: World) -> None:
    world.fault(service="aws", operation="s3:CreateBucket", action="hang")
    s3 = aws(world, "s3", seconds=30)
    with ThreadPoolExecutor() as threads:
        making = threads.submit(s3.create_bucket, Bucket="staging-bucket")
        assert eventually(lambda: statuses(world, "aws") == [0])
        assert s3.list_buckets()["Buckets"] == []
        assert not making.done()
        world.book.clear_faults()
        assert making.result(timeout=5)
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["staging-bucket"]
    assert statuses(world, "aws") == [200, 200, 200]


def test_a_fault_that_is_set_after_the_release_hangs_again(world: World) -> None:
    for _ in range(2):
        world.fault(service="aws", operation="iam:*", action="hang")
        with pytest.raises(ReadTimeoutError):
            aws(world, "iam").list_roles()
        world.book.clear_faults()
        aws(world, "iam").list_roles()


def test_threads_of_clients_that_left_do_not_pile_up(world: World) -> None:
    world.fault(service="polytomic", action="hang", times=0)
    before = threading.active_count()
    port = int(world.polytomic_url.rpartition(":")[2])
    clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(30)]
    for client in clients:
        client.sendall(b"GET /api/connections HTTP/1.1\r\nHost: x\r\n\r\n")
    assert eventually(lambda: len(statuses(world, "polytomic")) == 30)
    assert threading.active_count() >= before + 30
    for client in clients:
        client.close()
    assert eventually(lambda: threading.active_count() <= before + 1)


def test_stopping_does_not_wait_for_calls_that_hang(tmp_path: Path) -> None:
    folder = tmp_path / "sandbox"
    try:
        lifecycle.start(folder)
        sandbox = Sandbox.load(folder)
        sandbox.fault(service="aws", action="hang", times=0)
        sandbox.fault(service="databricks", action="hang", times=0)
        with ThreadPoolExecutor(10) as threads:
            urls = [sandbox.aws_endpoint, sandbox.databricks_host] * 5
            calls = [threads.submit(get, url, 60) for url in urls]
            assert eventually(lambda: len(sandbox.calls()) == 10)
            assert {call["status"] for call in sandbox.calls()} == {0}
            started = time.monotonic()
            assert lifecycle.stop(folder)
            assert time.monotonic() - started < 2
            assert {type(call.exception(timeout=5)) for call in calls} == {requests.ConnectionError}
    finally:
        lifecycle.stop(folder)


def test_a_reset_releases_too(sandbox: Sandbox) -> None:
    sandbox.fault(service="databricks", action="hang")
    with ThreadPoolExecutor() as threads:
        call = threads.submit(get, sandbox.databricks_host, 30)
        assert eventually(lambda: len(sandbox.calls("databricks")) == 1)
        sandbox.reset()
        assert call.result(timeout=5).status_code == 401
