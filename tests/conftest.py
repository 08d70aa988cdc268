"""What holds for every test."""

import signal


def pytest_configure() -> None:
    """Lets Ctrl-C work in the processes that tests start.

    A shell without job control starts background commands with SIGINT ignored, and every child
    inherits that; then a test that interrupts something would wait in vain.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
