"""Roles as authorization sees them: a change counts only after the propagation delay."""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from moto.iam.models import IAMBackend, Policy, Role

from sandbox.aws.callers import in_partition, unique_id
from sandbox.aws.iam_state import iam_backend
from sandbox.identities import administrator
from sandbox.settings import Settings

CHANGES_KEPT: Final = 100
DENY_ALL: Final = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}'
)


@dataclass(frozen=True)
class RoleView:
    """What counts for authorization, of one role at one time. Documents as JSON text."""

    role_id: str
    arn: str
    name: str
    trust_policy: str
    policies: tuple[str, ...]
    boundary: str | None
    max_session_duration: int
    tags: tuple[tuple[str, str], ...]


class RoleHistory:
    """Each role's changes with their time, newest last. Not thread-safe: the gateway locks."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        # By partition and unique ID: (time of the change, the role from then on or None).
        self._changes: dict[tuple[str, str], deque[tuple[float, RoleView | None]]] = {}

    def clear(self) -> None:
        """There never was a role."""
        self._changes.clear()

    def record(self, partition: str, name: str | None = None) -> None:
        """Note what a call has changed: in the role of a name, or in any role."""
        backend = self._backend(partition)
        current: dict[str, RoleView | None] = {
            role.id: _view(backend, role)
            for role in backend.roles.values()
            if name is None or role.name == name
        }
        for (of_partition, role_id), changes in self._changes.items():
            last = changes[-1][1]
            if of_partition == partition and last and name in (None, last.name):
                current.setdefault(role_id, None)
        for role_id, view in current.items():
            changes = self._changes.setdefault((partition, role_id), deque(maxlen=CHANGES_KEPT))
            if not changes or changes[-1][1] != view:
                changes.append((time.monotonic(), view))

    def by_arn(self, partition: str, arn: str) -> RoleView | None:
        """The role of an ARN, as authorization sees it now."""
        return next((view for view in self._visible(partition) if view.arn == arn), None)

    def by_id(self, partition: str, role_id: str) -> RoleView | None:
        """The role of a unique ID, as authorization sees it now."""
        return self._now(self._changes.get((partition, role_id)))

    def living_principals(self, partition: str) -> dict[str, str]:
        """ARN to unique ID, of the account's roles and users that a policy may name now."""
        backend = self._backend(partition)
        principals = {
            view.arn: view.role_id
            for view in self._visible(partition)
            if view.role_id in backend.roles
        }
        principals.update((user.arn, user.id) for user in backend.users.values())
        own = administrator(self._settings.account_id)
        principals[in_partition(own.arn, partition)] = unique_id(own)
        return principals

    def _backend(self, partition: str) -> IAMBackend:
        return iam_backend(self._settings.account_id, partition)

    def _visible(self, partition: str) -> Iterator[RoleView]:
        for (of_partition, _), changes in self._changes.items():
            if of_partition == partition and (view := self._now(changes)):
                yield view

    def _now(self, changes: deque[tuple[float, RoleView | None]] | None) -> RoleView | None:
        seen = time.monotonic() - self._settings.iam_propagation_seconds
        for changed, view in reversed(changes or ()):
            if changed <= seen:
                return view
        return None


def _view(backend: IAMBackend, role: Role) -> RoleView:
    boundary_arn = role.permissions_boundary_arn
    boundary = backend.managed_policies.get(boundary_arn) if boundary_arn else None
    return RoleView(
        role_id=role.id,
        arn=role.arn,
        name=role.name,
        trust_policy=role.assume_role_policy_document,
        policies=(
            *role.policies.values(),
            *(default_document(policy) for policy in role.managed_policies.values()),
        ),
        # A boundary that was deleted leaves its role without any permission.
        boundary=default_document(boundary) if boundary else DENY_ALL if boundary_arn else None,
        max_session_duration=int(role.max_session_duration or 3600),
        tags=tuple((tag["Key"], tag["Value"]) for tag in role.tags or ()),
    )


def default_document(policy: Policy) -> str:
    """The document of a managed policy that counts: its default version's."""
    return next(str(version.document) for version in policy.versions if version.is_default)
