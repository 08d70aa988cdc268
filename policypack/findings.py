"""What a rule says about a resource, and how a reviewer reads it."""

from dataclasses import dataclass, field
from enum import Enum
from functools import partial


class Kind(Enum):
    """How sure and how grave a finding is."""

    VIOLATION = "violation"
    """The rule is broken; reported at the rule's enforcement level."""
    ADVICE = "advice"
    """Worth knowing, but not refused by default; reported by the rule's `-advisory` policy."""
    UNDECIDED = "undecided"
    """It could not be decided; reported by the policy `undecided`."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found. No text of it may hold the value of an external ID."""

    kind: Kind
    urn: str
    """URN of the resource to mend."""
    where: str
    """Place inside it, such as ``trust policy, statement 2``."""
    what: str
    """What was found there, as the end of a sentence that begins with the place."""
    risk: str = field(default="", compare=False)
    """What an attacker, or a sync, would make of it. Empty where undecided."""
    fix: str = field(default="", compare=False)
    """What to write instead. Empty where undecided."""


violation = partial(Finding, Kind.VIOLATION)
"""Makes the finding of a broken rule."""
advice = partial(Finding, Kind.ADVICE)
"""Makes a finding that is refused only where a team asks for it."""
undecided = partial(Finding, Kind.UNDECIDED)
"""Makes the finding that something cannot be decided, and why."""
