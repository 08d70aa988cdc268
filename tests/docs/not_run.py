"""Lines of shell blocks that no test runs as they stand, each with the reason.

A line that stands in no document any more fails a test, and so does one without a reason.
"""

from typing import Final

_RECURSION = "would run the tests, and this one among them, from inside themselves"
_INSTALLS = (
    "would install into the environment that the tests run in; tests/engine/distribution installs "
    "the package into an empty one and runs the README's program there"
)

NOT_RUN: Final = {
    "make test-fast": _RECURSION,
    "make test": _RECURSION,
    "make lint": "CI runs it before the tests; it would take a minute to do so again",
    "python3 -m venv .venv && . .venv/bin/activate": _INSTALLS,
    "pip install ../pulumi-polytomic": _INSTALLS,
    "pip install ../.. -r requirements.txt": _INSTALLS,
    "pulumi install": _INSTALLS,
}
