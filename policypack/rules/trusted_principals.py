"""Nobody may assume the role but Polytomic, Unity Catalog, and the role itself."""

from collections.abc import Iterator

from ..examples import OF_CONNECTION, POLYTOMIC, shown, trust
from ..findings import Finding, undecided
from ..model import Role
from ..proofs import of_opening, openings
from ..rule import GUIDE, Rule, Severity
from ..settings import Settings

_NAME = "trusted-principals"
_RISK = "whoever that is, or gets hold of it, reads and writes the staging bucket as this role."
_NOT_USED = "AWS refuses the policy, or never lets that principal in: syncs fail."
_FIX = (
    "leave only Polytomic, Unity Catalog of your environment, and the role itself; list any other "
    f"principal that is needed in the configuration, under {_NAME}.principals."
)


def check(role: Role, settings: Settings) -> Iterator[Finding]:
    """Look at each principal of each Allow, by the form of the statement."""
    trust = role.trust
    if trust.content is None and trust.unknown:
        yield undecided(role.urn, trust.place, trust.unknown)
    # external-id-required reports a malformed trust policy.
    for opening in openings(role, settings):
        if opening.about != "external-id":
            risk = _NOT_USED if opening.about == "partition" else _RISK
            yield of_opening(role, role.trust, opening, risk=risk, fix=_FIX)


RULE = Rule(
    name=_NAME,
    title="Only those who need it may assume the role",
    description="Only Polytomic, Unity Catalog and the role itself may be let assume the role.",
    why=(
        "The role reads and writes the staging bucket. Each further principal is a way to the data "
        "that neither vendor's guide asks for."
    ),
    remediation="Remove the principal, or name it in the pack's configuration with its reason.",
    severity=Severity.CRITICAL,
    practice="Grant least privilege access",
    tags=("least-privilege", "trust-policy"),
    url=GUIDE,
    good=shown(trust(POLYTOMIC, OF_CONNECTION)),
    bad=shown(trust([POLYTOMIC, "arn:aws:iam::210987654321:root"], OF_CONNECTION)),
    check_role=check,
    advises=True,
    settings={
        "principals": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "description": "ARNs that may be let in besides the vendors and the role itself.",
        }
    },
)
