"""What a killed plugin began is taken back by the process that guards it."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.client import Sandbox
from sandbox.tokens import POLYTOMIC_API_KEY

from ...engine.waiting import faults
from ..connection.test_lifecycle import URN, connections, inputs

PLUGIN = """
    import asyncio, json, sys
    from pulumi_polytomic.custom_resource.settings import settings_from
    from pulumi_polytomic.server.guard import Guard
    from pulumi_polytomic.server.types import resource_of

    configuration, urn, inputs, end = json.loads(sys.argv[1])
    try:
        with Guard().over(configuration, urn, inputs):
            resource_of(urn).create(settings_from(configuration), urn, inputs)
            if end == "killed":
                print("made", flush=True)
                sys.stdin.read()
            if end == "failed":
                raise RuntimeError("the engine is told of this one")
            if end == "cancelled":
                raise asyncio.CancelledError
    except (RuntimeError, asyncio.CancelledError):
        pass
"""
"""A plugin that makes a connection and ends in one of several ways."""


@pytest.fixture
def start(sandbox: Sandbox) -> Iterator[Callable[[str], "subprocess.Popen[str]"]]:
    started: list[subprocess.Popen[str]] = []

    def start(end: str) -> "subprocess.Popen[str]":
        configuration = {
            "polytomicUrl": sandbox.polytomic_url,
            "polytomicApiKey": POLYTOMIC_API_KEY,
            "maxRetries": "0",
        }
        arguments = json.dumps([configuration, URN, inputs(), end])
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(PLUGIN), arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for each in started:
        each.kill()
        each.communicate()


def within(seconds: float, ready: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not ready() and time.monotonic() < end:
        threading.Event().wait(0.05)
    return ready()


@pytest.mark.waits
def test_a_creation_of_a_killed_plugin_is_taken_back(sandbox: Sandbox, start: Any) -> None:
    process = start("killed")
    assert process.stdout.readline() == "made\n"
    assert len(connections(sandbox)) == 1
    os.kill(process.pid, signal.SIGKILL)
    assert within(10, lambda: connections(sandbox) == [])


@pytest.mark.waits
@pytest.mark.parametrize("action", ["drop", "delay"])
def test_a_call_that_was_under_way_makes_nothing_any_more(
    sandbox: Sandbox, start: Any, action: str
) -> None:
    sandbox.fault(
        service="polytomic", operation="connections.create", action=action, latency_seconds=4
    )
    process = start("killed")
    # The call is under way.
    assert within(10, lambda: not faults(sandbox))
    os.kill(process.pid, signal.SIGKILL)
    # The plugin's own call, and what the guard asks.
    gone = ["connections.create", "connections.create", "connections.get", "connections.delete"]
    assert within(10, lambda: gone == [call["operation"] for call in sandbox.calls("polytomic")])
    threading.Event().wait(4)
    assert connections(sandbox) == []


@pytest.mark.waits
def test_of_a_cancelled_one_the_engine_heard_nothing(sandbox: Sandbox, start: Any) -> None:
    assert start("cancelled").wait(30) == 0
    assert within(10, lambda: connections(sandbox) == [])


@pytest.mark.waits
@pytest.mark.parametrize("end", ["made", "failed"])
def test_what_the_engine_heard_of_stays(sandbox: Sandbox, start: Any, end: str) -> None:
    assert start(end).wait(30) == 0
    assert not within(3, lambda: connections(sandbox) == [])
