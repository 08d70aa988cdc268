"""The pack's settings: read from the policy pack's configuration, and refused where misspelt."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import Any, Final

from pulumi_polytomic.iam import principal_arn_fault
from pulumi_polytomic.principals import DATABRICKS_ENVIRONMENTS

NAME: Final = "settings"
"""The policy whose configuration holds what concerns all rules."""

_TEXTS: Final = {"type": "array", "items": {"type": "string", "minLength": 1}}
SCHEMA: Final[dict[str, dict[str, Any]]] = {
    "include": {
        **_TEXTS,
        "description": "URN patterns (* and ?) of roles to judge besides those found by what they "
        "trust.",
    },
    "exclude": {**_TEXTS, "description": "URN patterns of roles to leave alone. Outranks include."},
    "polytomicPrincipals": {
        **_TEXTS,
        "description": "ARNs with which your own Polytomic installation assumes roles.",
    },
    "accountId": {
        "type": "string",
        "pattern": "^[0-9]{12}$",
        "description": "AWS account that the roles belong to. Default: what their ARN, the "
        "provider or the storage credential tells.",
    },
    "environments": {
        "type": "array",
        "minItems": 1,
        "items": {"type": "string", "enum": list(DATABRICKS_ENVIRONMENTS)},
        "description": "Databricks environments whose Unity Catalog may be trusted. Default: those "
        "of the role's partition.",
    },
    "exemptions": {
        "type": "array",
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": ["rule", "urn", "reason", "expires"],
            "properties": {
                "rule": {"type": "string"},
                "urn": {"type": "string", "minLength": 1},
                "reason": {"type": "string", "minLength": 3},
                "expires": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
            },
        },
        "description": "Findings to leave out: rule, URN pattern, reason, and the last day "
        "(YYYY-MM-DD) on which that holds.",
    },
}


class SettingsError(ValueError):
    """The configuration is wrong. The message names the key, the fault and what is allowed."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """A finding that a team has chosen to live with for a while."""

    rule: str
    urn: str
    """URN pattern."""
    reason: str
    expires: date
    """Last day on which it holds (UTC)."""

    def covers(self, rule: str, urn: str, today: date) -> bool:
        """Whether it holds today for a rule on a resource."""
        return rule == self.rule and today <= self.expires and fnmatchcase(urn, self.urn)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a team has set; without any, the defaults."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    polytomic_principals: tuple[str, ...] = ()
    account_id: str | None = None
    """AWS account of the roles; None: not told."""
    environments: tuple[str, ...] = ()
    """Empty: those of the role's partition."""
    exemptions: tuple[Exemption, ...] = ()
    of_rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Settings of single rules, by rule and key."""

    def get(self, rule: str, key: str, default: Any = None) -> Any:
        """Give a setting of one rule."""
        return self.of_rules.get(rule, {}).get(key, default)


def read_settings(
    config: Mapping[str, Mapping[str, Any]], schemas: Mapping[str, Mapping[str, Any]]
) -> Settings:
    """Read what the engine sends: the properties configured for each policy of the pack.

    The engine has checked types by JSON Schema; it lets unknown names and keys through.

    :param schemas: the settings that each policy takes, by policy.
    :raises SettingsError: a policy, rule or key does not exist, or a value makes no sense.
    """
    for policy, properties in config.items():
        # "all" is the engine's own word: it sets the level of every policy.
        if policy not in schemas and policy != "all":
            raise SettingsError(_unknown("policy", policy, schemas))
        for key in properties:
            if key not in schemas.get(policy, {}):
                raise SettingsError(f"{policy}: {_unknown('setting', key, schemas[policy])}")
    own = config.get(NAME, {})
    principals = tuple(own.get("polytomicPrincipals", ()))
    for arn in principals:
        if fault := principal_arn_fault(arn):
            raise SettingsError(f"{NAME}.polytomicPrincipals: '{arn}' {fault}")
    rules = [name for name in schemas if name != NAME and not name.endswith("-advisory")]
    return Settings(
        include=tuple(own.get("include", ())),
        exclude=tuple(own.get("exclude", ())),
        polytomic_principals=principals,
        account_id=own.get("accountId"),
        environments=tuple(own.get("environments", ())),
        exemptions=tuple(_exemption(each, rules) for each in own.get("exemptions", ())),
        of_rules={name: properties for name, properties in config.items() if name != NAME},
    )


def _exemption(written: Mapping[str, Any], rules: Sequence[str]) -> Exemption:
    where = f"{NAME}.exemptions"
    if written["rule"] not in rules:
        raise SettingsError(f"{where}: {_unknown('rule', written['rule'], rules)}")
    try:
        expires = date.fromisoformat(written["expires"])
    except ValueError:
        fault = f"expires '{written['expires']}' is no date; write YYYY-MM-DD"
        raise SettingsError(f"{where}: {fault}") from None
    return Exemption(written["rule"], written["urn"], written["reason"], expires)


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(known) or 'none'}"
    return f"there is no {kind} '{name}'; {hint}"
