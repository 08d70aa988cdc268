"""Attempts at the proof of an access, and waiting until one succeeds."""

import random
import time
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from ..custom_resource.plugin_side import Values
from ..custom_resource.progress import CANCELLED
from ..custom_resource.settings import Settings
from ..diagnosis import Finding, clients, proof
from ..diagnosis.model import UnseenError, WrongAccountError

_FIRST_WAIT_S: Final = 1.0
_LONGEST_WAIT_S: Final = 15.0


def vendors(settings: Settings, inputs: Values) -> tuple[Any, Any]:
    """Gives the clients of Databricks and Polytomic, None for whom nothing is asked.

    Raises:
        UnseenError: an SDK or credentials are missing.
    """
    return (
        clients.databricks(settings.databricks) if inputs.get("storageCredentialName") else None,
        clients.polytomic(
            settings.polytomic_api_key,
            settings.polytomic_url,
            timeout=settings.timeout_s,
            max_retries=settings.max_retries,
        )
        if inputs.get("connectionId")
        else None,
    )


def prepared(settings: Settings, inputs: Values) -> Callable[[], list[Finding]]:
    """Gives one attempt of the proof.

    Raises:
        WrongAccountError: the AWS credentials are those of another account than the role's.
        UnseenError: something that is to be asked cannot be asked at all.
    """
    credential, connection = inputs.get("storageCredentialName"), inputs.get("connectionId")
    workspace, polytomic = vendors(settings, inputs)
    reached = proof.Clients(
        # Once for all attempts: a role may have to be assumed first.
        iam=cache(lambda: clients.iam(*settings.aws, role_arn=inputs["roleArn"])),
        databricks=lambda: workspace,
        polytomic=lambda: polytomic,
    )
    access = proof.Access(
        role_arn=inputs["roleArn"],
        bucket_name=inputs["bucketName"],
        bucket_prefix=inputs.get("bucketPrefix") or "",
        kms_key_arn=inputs.get("kmsKeyArn"),
        polytomic_principal=inputs.get("polytomicPrincipal") or "account",
        polytomic_external_ids=tuple(inputs.get("polytomicExternalIds") or ()),
    )

    _refuse_another_account(reached)

    def attempt() -> list[Finding]:
        try:
            sides = proof.read_sides(reached, credential, connection)
            live = proof.attempt(reached, access, sides)
        except UnseenError as error:
            return [Finding("unseen", str(error), "the access", "Run pulumi up again.")]
        try:
            judged = proof.judge(reached, access, sides)
        except WrongAccountError:
            raise
        except UnseenError as error:
            # Whoever deploys may write a role and not read it; a vendor's proof does not need it.
            unread = Finding("unseen", "was not judged", "the role", str(error))
            return [*live, unread] if live or not (credential or connection) else []
        # What depends on something unseen is no fault where those who use the role can.
        return judged + live if live else [each for each in judged if each.certain]

    return attempt


def _refuse_another_account(reached: proof.Clients) -> None:
    """Before a vendor is asked; whoever has no AWS credentials at all has the vendors' word."""
    assert reached.iam is not None
    try:
        reached.iam()
    except WrongAccountError:
        raise
    except UnseenError:
        return


def wait_for(
    attempt: Callable[[], list[Finding]], deadline_s: float, report: Callable[[str], None]
) -> list[Finding]:
    """Makes attempts until one finds nothing; gives what the last one found."""
    start = time.monotonic()
    wait = _FIRST_WAIT_S
    number = 0
    while True:
        number += 1
        found = attempt()
        left = deadline_s - (time.monotonic() - start)
        if not found or left <= 0 or CANCELLED.is_set():
            return found
        # Jitter, so that a fleet of roles does not ask all at once.
        pause = min(wait * random.uniform(0.75, 1.25), left)
        report(
            f"attempt {number}: {found[0].where} {found[0].found.splitlines()[0][:160]}; "
            f"trying for {left:.0f} s more, next in {pause:.1f} s"
        )
        CANCELLED.wait(pause)
        wait = min(wait * 1.6, _LONGEST_WAIT_S)
