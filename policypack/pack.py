"""The policies that the pack registers: one a rule, and one for what a rule only advises."""

from collections.abc import Sequence
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyComplianceFramework,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationPolicy,
    StackValidationPolicy,
)

from .gate import Gate
from .rule import Rule
from .settings import NAME as SETTINGS
from .settings import SCHEMA


class _Policy(ResourceValidationPolicy, StackValidationPolicy):
    """A policy that judges a resource when it is registered, and the whole stack at the end."""

    def __init__(self, gate: Gate, name: str, description: str, **metadata: Any) -> None:
        # The constructors of the two kinds do not call each other rightly; they only keep a
        # function, which is a method here.
        Policy.__init__(self, name, description, **metadata)
        self._gate = gate

    def has_validation(self) -> bool:
        return True

    def has_remediation(self) -> bool:
        return False

    def validate(self, args: Any, report_violation: ReportViolation) -> None:
        self._gate.report(self.name, report_violation)


def policies(rules: Sequence[Rule]) -> tuple[Gate, list[_Policy]]:
    """Make the policies of the rules, and the gate that they share."""
    gate = Gate(rules, schemas(rules))
    made = [
        _Policy(
            gate,
            SETTINGS,
            "Settings of the pack; an exemption that has expired is a violation.",
            enforcement_level=EnforcementLevel.MANDATORY,
            config_schema=PolicyConfigSchema(SCHEMA),
            display_name="Settings and expired exemptions",
        ),
        _Policy(
            gate,
            f"{SETTINGS}-advisory",
            "Lists the exemptions in force.",
            enforcement_level=EnforcementLevel.ADVISORY,
            display_name="Exemptions in force",
        ),
    ]
    for rule in rules:
        levels = {rule.name: rule.level}
        if rule.advises:
            levels[f"{rule.name}-advisory"] = EnforcementLevel.ADVISORY
        made += [_policy(gate, rule, name, level) for name, level in levels.items()]
    return gate, made


def schemas(rules: Sequence[Rule]) -> dict[str, dict[str, Any]]:
    """Give the settings that each policy of the pack takes, as JSON Schema by key."""
    found: dict[str, dict[str, Any]] = {SETTINGS: SCHEMA, f"{SETTINGS}-advisory": {}}
    found.update({rule.name: rule.settings for rule in rules})
    return found | {f"{rule.name}-advisory": {} for rule in rules if rule.advises}


def _policy(gate: Gate, rule: Rule, name: str, level: EnforcementLevel) -> _Policy:
    takes = rule.settings if name == rule.name else {}
    return _Policy(
        gate,
        name,
        rule.description,
        enforcement_level=level,
        config_schema=PolicyConfigSchema(takes) if takes else None,
        display_name=rule.title,
        severity=rule.severity,
        framework=PolicyComplianceFramework(
            name="AWS Well-Architected Framework", reference="SEC03", specification=rule.practice
        ),
        tags=list(rule.tags),
        remediation_steps=rule.remediation,
        url=rule.url,
    )
