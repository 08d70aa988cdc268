"""What could not be decided is told, and can be refused, so that a team can fail closed."""

from pulumi_policy import EnforcementLevel

from ..rule import IAM_GUIDE, Rule, Severity

RULE = Rule(
    name="undecided",
    title="What could not be decided",
    description="Tells what no rule could decide, and why; set it to mandatory to fail closed.",
    why=(
        "At the first preview external IDs are not known yet, and so is a trust policy made of "
        "them. A condition on something that no policy document tells stays open even later. "
        "Neither is a pass."
    ),
    remediation=(
        "Nothing to mend at a first preview: the update decides before the role is made. Where "
        "it stays open, write the condition with keys and operators that can be judged, or put "
        "the policy's text into the stack."
    ),
    severity=Severity.MEDIUM,
    practice="Permissions management",
    tags=("completeness",),
    url=f"{IAM_GUIDE}/reference_policies_evaluation-logic.html",
    good='{"StringEquals": {"sts:ExternalId": "<external ID>"}}',
    bad='{"StringEquals": {"sts:ExternalId": "<external ID>", "aws:SourceVpc": "vpc-0123456789"}}',
    level=EnforcementLevel.ADVISORY,
)
