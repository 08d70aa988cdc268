"""Wait for what is eventually consistent: try again with back-off until a deadline."""

import os
import random
import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

from sandbox.providers.errors import ProviderError

T = TypeVar("T")

TIMEOUT_VARIABLE: Final = "PULUMI_POLYTOMIC_SANDBOX_TIMEOUT"
"""Seconds that replace the real providers' two minutes of waiting for IAM, for tests."""

CANCELLED: Final = threading.Event()
"""Set when the engine cancels: everything that waits gives up."""

_FIRST_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 5.0


def propagation_timeout(default: float = 120.0) -> float:
    """Seconds to wait for a change to spread."""
    return float(os.environ.get(TIMEOUT_VARIABLE) or default)


def retry_while(
    call: Callable[[], T],
    again: Callable[[Exception], bool],
    timeout: float | None = None,
) -> T:
    """The call's result. Its error is raised once ``again`` denies it, or the time is over."""
    deadline = time.monotonic() + (propagation_timeout() if timeout is None else timeout)
    pause = _FIRST_PAUSE_SECONDS
    while True:
        try:
            return call()
        except Exception as error:
            left = deadline - time.monotonic()
            if left <= 0 or not again(error):
                raise
            # Jitter keeps a hundred resources that wait for the same thing apart.
            if CANCELLED.wait(min(left, pause * random.uniform(0.8, 1.2))):
                raise ProviderError("cancelled while waiting") from error
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
