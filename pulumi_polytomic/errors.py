"""Errors that a user of the components can mend."""

from collections.abc import Sequence
from typing import NamedTuple

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
        return f"{self.argument}: {self.problem}. {self.fix}"


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
