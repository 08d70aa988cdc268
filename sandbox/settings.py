"""What can be set on a running sandbox: ``PATCH /settings`` of the control server."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from pulumi_polytomic.iam import TRUST_POLICY_MAXIMUM, TRUST_POLICY_QUOTA
from pulumi_polytomic.principals import DATABRICKS_ENVIRONMENTS
from sandbox.identities import DEFAULT_ACCOUNT_ID


class SettingsError(ValueError):
    """A setting that does not exist, or a value that it does not take."""


@dataclass
class Settings:
    """Shared by all servers of one sandbox; reading one attribute is atomic."""

    account_id: str = DEFAULT_ACCOUNT_ID
    """The AWS account that the sandbox stands for; fixed when it starts."""
    iam_propagation_seconds: float = 0.0
    """How long a change in IAM stays invisible to authorization; ``GetRole`` shows it at once."""
    trust_policy_quota: int = TRUST_POLICY_QUOTA
    """Characters of a trust policy, white space not counted; AWS raises it up to 8,192."""
    denied_actions: tuple[str, ...] = ()
    """Actions that the administrator lacks: ``iam:CreateRole``, ``s3:*``."""
    databricks_environment: str | None = None
    """Whose Unity Catalog principal is used; ``None``: the partition of the role's ARN decides."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def patch(self, values: Mapping[str, object]) -> None:
        """Set several at once, all or none. Raises SettingsError."""
        checked = {key: _checked(key, value) for key, value in values.items()}
        with self._lock:
            for key, value in checked.items():
                setattr(self, key, value)

    def reset(self) -> None:
        """Everything as in a new sandbox."""
        fresh = Settings()
        with self._lock:
            for key in _CHECKS:
                setattr(self, key, getattr(fresh, key))

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``GET /settings``."""
        return {
            item.name: list(value) if isinstance(value, tuple) else value
            for item in fields(self)
            if item.name in _CHECKS
            for value in [getattr(self, item.name)]
        }


def _checked(key: str, value: object) -> Any:
    if key not in _CHECKS:
        raise SettingsError(f"Unknown setting {key!r}; there are {', '.join(sorted(_CHECKS))}.")
    return _CHECKS[key](key, value)


def _seconds(key: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise SettingsError(f"{key} takes seconds, 0 or more.")
    return float(value)


def _characters(key: str, value: object) -> int:
    if (
        isinstance(value, bool)
        or not isinstance(value, int)
        or not 1 <= value <= TRUST_POLICY_MAXIMUM
    ):
        raise SettingsError(f"{key} takes a number of characters, 1-{TRUST_POLICY_MAXIMUM}.")
    return value


def _patterns(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(
        isinstance(item, str) and ":" in item for item in value
    ):
        raise SettingsError(f'{key} takes a list of actions such as "iam:CreateRole".')
    return tuple(value)


def _environment(key: str, value: object) -> str | None:
    if value is not None and value not in DATABRICKS_ENVIRONMENTS:
        raise SettingsError(f"{key} takes null or one of {', '.join(DATABRICKS_ENVIRONMENTS)}.")
    return None if value is None else str(value)


_CHECKS: Final[dict[str, Callable[[str, object], Any]]] = {
    "iam_propagation_seconds": _seconds,
    "trust_policy_quota": _characters,
    "denied_actions": _patterns,
    "databricks_environment": _environment,
}
