"""Errors that a user of the components can mend."""

import os
import socket
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from pulumi import RunError
from pulumi.errors import InputPropertiesError, InputPropertyErrorDetails


class Fault(NamedTuple):
    """One thing that is wrong with one argument."""

    argument: str
    """Name of the argument, as in ``DatabricksStagingAccessArgs``."""
    problem: str
    """What is wrong and what is allowed. Never holds an external ID or another secret."""
    fix: str
    """What to do about it, as a sentence."""

    def __str__(self) -> str:
        subject = f"{self.argument}: " if self.argument else ""
        return f"{subject}{self.problem}. {self.fix}"


class ArgumentError(InputPropertiesError, RunError):
    """Arguments of a component cannot be used; every fault found is listed.

    A ``RunError``, so that Pulumi prints the message without a stack trace, and an
    ``InputPropertiesError``, so that programs in other languages see which property is meant.
    """

    def __init__(self, resource: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        lines = [f"{resource} cannot be made from these arguments:"]
        lines += [f"  - {fault}" for fault in self.faults]
        details: list[InputPropertyErrorDetails] = [
            {"property_path": fault.argument, "reason": f"{fault.problem}. {fault.fix}"}
            for fault in self.faults
        ]
        super().__init__("\n".join(lines), details)


class DeploymentError(RunError):
    """A cloud answered with something that the component cannot build on."""


_TOLD: Final = frozenset(
    {
        "EndpointConnectionError",
        "NoCredentialsError",
        "NoRegionError",
        "PartialCredentialsError",
        "ProfileNotFound",
    }
)
"""Errors of botocore whose texts are made of names and addresses alone."""


def cause(error: BaseException) -> str:
    """Says what went wrong in a library, by the error's class and what the system said.

    The text of an HTTP library's error may hold a header, and with it a key.
    """
    if type(error).__name__ in _TOLD:
        return str(error)
    for each in _chain(error):
        if isinstance(each, socket.gaierror):
            return f"{type(error).__name__}, unknown host"
        if isinstance(each, OSError) and each.errno:
            return f"{type(error).__name__}, {os.strerror(each.errno)}"
    return type(error).__name__


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
