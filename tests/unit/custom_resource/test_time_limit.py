"""Calls that hang end by their time, or when the engine cancels."""

import threading
import time
from collections.abc import Iterator

import pytest

from pulumi_polytomic.custom_resource.progress import CANCELLED
from pulumi_polytomic.custom_resource.time_limit import TimeLimit, UnansweredError


@pytest.fixture
def hanging() -> Iterator[threading.Event]:
    """Waited for by a call that hangs; set at the end, so that no thread is left behind."""
    event = threading.Event()
    yield event
    event.set()


def test_an_answer_and_an_error_come_through() -> None:
    assert TimeLimit(5).ask("AWS", lambda: "answer") == "answer"
    with pytest.raises(ZeroDivisionError):
        TimeLimit(5).ask("AWS", lambda: 1 // 0)


def test_several_calls_share_the_time_and_the_silent_service_is_named(
    hanging: threading.Event,
) -> None:
    limit, start = TimeLimit(0.6), time.monotonic()
    limit.ask("Polytomic", lambda: time.sleep(0.4))
    with pytest.raises(UnansweredError, match="AWS did not answer within 1 s"):
        limit.ask("AWS", hanging.wait)
    assert time.monotonic() - start < 1


def test_a_cancellation_ends_a_call_that_hangs(hanging: threading.Event) -> None:
    threading.Timer(0.2, CANCELLED.set).start()
    start = time.monotonic()
    try:
        with pytest.raises(UnansweredError, match="cancelled before Databricks answered"):
            TimeLimit(60).ask("Databricks", hanging.wait)
    finally:
        CANCELLED.clear()
    assert time.monotonic() - start < 1
