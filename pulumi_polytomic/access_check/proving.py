"""Attempts at the proof of an access, and waiting until one succeeds."""

import random
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from ..custom_resource.plugin_side import Values
from ..custom_resource.progress import CANCELLED
from ..custom_resource.settings import Settings
from ..custom_resource.time_limit import TimeLimit, UnansweredError
from ..diagnosis import Finding, clients
from ..diagnosis.model import LastingError, UnseenError
from ..diagnosis.proof_of_access import (
    Access,
    Clients,
    attempt,
    judge,
    read_sides,
    require_bucket,
)

_FIRST_WAIT_S: Final = 1.0
_LONGEST_WAIT_S: Final = 15.0
_LEAST_S: Final = 4.0
"""What a call has even at the very end of the deadline."""
_AWS_SHARE: Final = 0.25
"""Of the time, what AWS may take where those who use the role prove the access anyway."""


class Proof:
    """The proof of one access, from clients that are made once for all of its attempts."""

    def __init__(
        self, settings: Settings, inputs: Values, limit: TimeLimit, least: float = _LEAST_S
    ) -> None:
        """Finds the credentials of the vendors who are to be asked.

        ``least`` is what a call has, in seconds, even at the end of ``limit``.

        Raises:
            UnseenError: credentials or an SDK are missing.
            UnansweredError: a service did not answer.
        """
        self._limit = limit
        self._least = least
        self._credential = inputs.get("storageCredentialName")
        self._connection = inputs.get("connectionId")
        self._access = Access(
            role_arn=inputs["roleArn"],
            bucket_name=inputs["bucketName"],
            bucket_prefix=inputs.get("bucketPrefix") or "",
            kms_key_arn=inputs.get("kmsKeyArn"),
            polytomic_principal=inputs.get("polytomicPrincipal") or "account",
            polytomic_external_ids=tuple(inputs.get("polytomicExternalIds") or ()),
        )
        self._is_tried = bool(self._credential or self._connection)
        workspace, polytomic = self._vendors(settings)
        role_arn = self._access.role_arn
        self._aws = cache(
            lambda: clients.aws(*settings.aws, role_arn=role_arn, timeout=self._left())
        )
        self._clients = Clients(
            iam=lambda: self._aws().client("iam"),
            s3=lambda: self._aws().client("s3"),
            databricks=lambda: workspace,
            polytomic=lambda: polytomic,
            ask=self._ask,
        )

    def require_account(self) -> None:
        """Sees that AWS' credentials are the role's account's, as far as AWS says whose they are.

        Raises:
            LastingError: they are another account's.
        """
        # Unknown in the preview of what makes the role.
        if not self._access.role_arn:
            return
        try:
            TimeLimit(self._aws_share()).ask("AWS", self._aws)
        except LastingError:
            raise
        except (UnseenError, UnansweredError):
            return

    def attempt(self) -> list[Finding]:
        """Makes one attempt; gives what keeps the access from working.

        Raises:
            LastingError: no further attempt will find anything else.
        """
        try:
            sides = read_sides(self._clients, self._credential, self._connection)
            live = attempt(self._clients, self._access, sides)
        except LastingError:
            raise
        except (UnseenError, UnansweredError) as error:
            return [Finding("unseen", str(error), "the access", "Run pulumi up again.")]
        try:
            if live or not self._is_tried:
                require_bucket(self._clients, self._access)
            judged = judge(self._clients, self._access, sides)
        except LastingError:
            raise
        except (UnseenError, UnansweredError) as error:
            # Whoever deploys may write a role and not read it; a vendor's proof does not need it.
            unread = Finding("unseen", "was not judged", "the role", str(error))
            return [*live, unread] if live or not self._is_tried else []
        # What depends on something unseen is no fault where those who use the role can.
        return judged + live if live else [each for each in judged if each.certain]

    def _left(self) -> float:
        return max(self._limit.left(), self._least)

    def _aws_share(self) -> float:
        return min(self._left(), max(self._limit.seconds * _AWS_SHARE, self._least))

    def _ask(self, service: str, call: Callable[[], Any]) -> Any:
        is_optional = service == "AWS" and self._is_tried
        return TimeLimit(self._aws_share() if is_optional else self._left()).ask(service, call)

    def _vendors(self, settings: Settings) -> tuple[Any, Any]:
        """Gives the clients of Databricks and Polytomic, None for whom nothing is asked."""
        left = self._left()
        workspace = polytomic = None
        if self._connection:
            polytomic = clients.polytomic(
                settings.polytomic_api_key,
                settings.polytomic_url,
                timeout=min(settings.timeout_s, left),
                max_retries=settings.max_retries,
            )
        if self._credential:
            # To find out how to sign in, it asks the workspace.
            workspace = self._ask(
                "Databricks", lambda: clients.databricks(settings.databricks, left)
            )
        return workspace, polytomic


def wait_for(
    attempt: Callable[[], list[Finding]], limit: TimeLimit, report: Callable[[str], None]
) -> list[Finding]:
    """Makes attempts until one finds nothing; gives what the last one found.

    Raises:
        LastingError: waiting does not help.
    """
    wait, number, looks = _FIRST_WAIT_S, 0, 0
    while True:
        number += 1
        try:
            found = attempt()
        except LastingError as error:
            looks += 1
            if looks >= error.looks or limit.left() <= 0 or CANCELLED.is_set():
                raise
            found = [Finding("lasting", str(error), "the access", "")]
        left = limit.left()
        if not found or left <= 0 or CANCELLED.is_set():
            return found
        # Jitter, so that a fleet of roles does not ask all at once.
        pause = min(wait * random.uniform(0.75, 1.25), left)
        report(
            f"attempt {number}: {found[0].where}: {found[0].found.splitlines()[0][:160]}; "
            f"trying for {left:.0f} s more, next in {pause:.1f} s"
        )
        CANCELLED.wait(pause)
        wait = min(wait * 1.6, _LONGEST_WAIT_S)
