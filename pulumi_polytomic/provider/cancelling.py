"""The engine's wish that nothing waits any longer."""

import threading
from typing import Final

CANCELLED: Final = threading.Event()
"""Set when the engine cancels; whoever waits, waits on it."""
