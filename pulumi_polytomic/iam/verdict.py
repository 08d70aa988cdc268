"""Drawing the verdict from what the statements on each side of a call say.

Source: "Policy evaluation logic" and "Cross-account policy evaluation" of the IAM user guide.
"""

from dataclasses import dataclass
from enum import Enum

from pulumi_polytomic.iam.evaluate import Call, Finding, denies, grants
from pulumi_polytomic.iam.matching import Reach
from pulumi_polytomic.iam.ternary import Ternary, all_of, any_of


class Decision(Enum):
    """What AWS would answer."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNDECIDED = "undecided"
    """It depends on something that the judge was not told, or that AWS does not document."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision and what it rests on."""

    decision: Decision
    reason: str
    """One sentence for a person. It names condition keys and operators, never a value."""
    statements: tuple[str, ...] = ()
    """Labels of the statements that decided, or that came nearest to it."""


@dataclass(frozen=True, slots=True)
class Sides:
    """All that has a say in a call. None: for identity not known, for a boundary there is none."""

    call: Call
    resource: list[Finding]
    identity: list[Finding] | None
    boundary: list[Finding] | None
    same_account: bool
    resource_must_allow: bool
    resource_name: str

    def named(self) -> list[tuple[str, list[Finding]]]:
        """Give each side's findings with what to call it before a person."""
        return [
            (self.resource_name, self.resource),
            ("the caller's identity policies", self.identity or []),
            ("the caller's permissions boundary", self.boundary or []),
        ]


def decide(sides: Sides) -> Verdict:
    """Weigh the sides: an explicit denial wins, then a missing Allow, then what is not known."""
    for name, findings in sides.named():
        for finding in findings:
            if finding.statement.effect == "Deny" and finding.applies:
                label = finding.statement.label
                return denied(f"{label} of {name} denies it", label)
    allowed = _allows(sides)
    if allowed is False:
        return _nothing_allows(sides)
    may_be_denied = any_of(denies(findings) for _, findings in sides.named()) is None
    if allowed is None or may_be_denied or sides.identity is None:
        return _undecided(sides)
    return _allowed(sides)


def denied(reason: str, *labels: str) -> Verdict:
    """Make the verdict of a denial; a label that comes twice is kept once."""
    return Verdict(Decision.DENIED, reason, tuple(dict.fromkeys(labels)))


def _by_identity(sides: Sides) -> Ternary:
    return None if sides.identity is None else grants(sides.identity, *Reach)


def _by_boundary(sides: Sides) -> Ternary:
    return True if sides.boundary is None else grants(sides.boundary, *Reach)


def _allows(sides: Sides) -> Ternary:
    """Tell whether the call is allowed, explicit denials apart."""
    identity = all_of((_by_identity(sides), _by_boundary(sides)))
    if not sides.same_account:
        return all_of((grants(sides.resource, *Reach), identity))
    return any_of(
        (
            all_of((grants(sides.resource, Reach.ACCOUNT), identity)),
            all_of((grants(sides.resource, Reach.ROLE), _by_boundary(sides))),
            grants(sides.resource, Reach.SELF),
            identity if not sides.resource_must_allow else False,
        )
    )


def _nothing_allows(sides: Sides) -> Verdict:
    """Say on which side the Allow is missing, and what came nearest to it."""
    needs_resource = sides.resource_must_allow or not sides.same_account
    what = f"{sides.call.action} on {sides.call.resource}"
    if needs_resource and grants(sides.resource, *Reach) is False:
        name, findings = sides.named()[0]
    elif _by_boundary(sides) is False:
        name, findings = sides.named()[2]
    else:
        name, findings = sides.named()[1]
    allows = [each for each in findings if each.statement.effect == "Allow"]
    near = [each for each in allows if each.near]
    shown = [f"{each.statement.label}: {each.why}" for each in (near or allows)[:5]]
    details = f" ({'; '.join(shown)})" if shown else ""
    return denied(
        f"no statement of {name} allows {what}{details}", *(each.statement.label for each in near)
    )


def _undecided(sides: Sides) -> Verdict:
    reasons, labels = [], []
    for name, findings in sides.named():
        for each in findings:
            if each.applies is None:
                verb = "allow" if each.statement.effect == "Allow" else "deny"
                label = each.statement.label
                reasons.append(f"{label} of {name} may {verb} it: {each.why}")
                labels.append(label)
    if sides.identity is None:
        reasons.append("the caller's identity policies are not known")
    if not reasons:
        reasons.append("AWS does not say whether the caller's boundary limits what '*' is allowed")
    return Verdict(Decision.UNDECIDED, "; ".join(reasons[:5]), tuple(dict.fromkeys(labels)))


def _allowed(sides: Sides) -> Verdict:
    deciding = [
        (name, each.statement.label)
        for name, findings in sides.named()
        for each in findings
        if each.statement.effect == "Allow" and each.applies
    ]
    reason = ", ".join(f"{label} of {name}" for name, label in deciding)
    verb = "allows" if len(deciding) == 1 else "allow"
    labels = dict.fromkeys(label for _, label in deciding)
    return Verdict(Decision.ALLOWED, f"{reason} {verb} it", tuple(labels))
