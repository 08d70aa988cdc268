"""The trust policy of one role, read from AWS and written there."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from ..custom_resource.plugin_side import ProviderError
from ..custom_resource.progress import CANCELLED
from ..custom_resource.settings import Settings
from ..custom_resource.time_limit import TimeLimit, UnansweredError
from ..diagnosis import clients
from ..diagnosis.model import UnseenError
from ..errors import cause
from .statements import Document, same

_ANSWER_S: Final = 60.0
"""How long one call may take, with what the client does again."""
_PATIENCE_S: Final = 120.0
"""How long AWS may take to know a role that was just made as a principal."""
_ATTEMPTS: Final = 5
"""How often a merge is made again, because somebody else wrote at the same time."""
_WRITING: Final[dict[str, threading.Lock]] = {}
"""Held, by role, while its document is changed: two resources of one update may have one role."""


class StoredTrustPolicy:
    """The trust policy of one role in AWS."""

    def __init__(self, settings: Settings, name: str, arn: str | None) -> None:
        """Reaches AWS; ``arn`` is the role's, as far as it is known, for its account.

        Raises:
            ProviderError: there are no credentials, or they are another account's.
        """
        self.name = name
        self.arn = arn
        """What AWS calls the role, from the first look on where it was not known before."""
        try:
            self._client = TimeLimit(_ANSWER_S).ask(
                "AWS", lambda: clients.iam(*settings.aws, role_arn=arn)
            )
        except (UnseenError, UnansweredError) as error:
            raise ProviderError(str(error)) from None

    def find(self) -> Document | None:
        """Gives the document; None where there is no such role."""
        answer = self._call("iam:GetRole", lambda: self._client.get_role(RoleName=self.name))
        if answer is None or not self._is_ours(answer["Role"]["Arn"]):
            return None
        document: Document | str = answer["Role"]["AssumeRolePolicyDocument"]
        return json.loads(document) if isinstance(document, str) else document

    def write(self, change: Callable[[Document], Document], *, removes: bool = False) -> Document:
        """Changes the document, and sees to it that no edit of somebody else got lost."""
        with _WRITING.setdefault(self.name, threading.Lock()):
            return self._write(change, removes)

    def _write(self, change: Callable[[Document], Document], removes: bool) -> Document:
        for _ in range(_ATTEMPTS):
            before = self._document()
            target = change(before)
            if same(before, target):
                return before
            if removes and not target["Statement"]:
                raise ProviderError(
                    f"the trust policy of role '{self.name}' would be left without a statement, "
                    "which AWS refuses. Add one, or delete the role."
                )
            # AWS has no conditional write: what can be done is to look again just before it.
            if not same(self._document(), before):
                continue
            self._put(target)
            return target
        raise ProviderError(
            f"the trust policy of role '{self.name}' is being changed by somebody else. Run again."
        )

    def _is_ours(self, found: str) -> bool:
        """Whether it is the role that is meant; one of the same name may have another path."""
        self.arn = self.arn or found
        try:
            clients.refuse_another_account(self.arn, found)
        except UnseenError as error:
            raise ProviderError(str(error)) from None
        return found == self.arn

    def _document(self) -> Document:
        document = self.find()
        if document is None:
            raise ProviderError(
                f"AWS has no role {self.arn or repr(self.name)} in the account of these "
                "credentials. Check roleName, roleArn and AWS_PROFILE."
            )
        return document

    def _put(self, document: Document) -> None:
        start, wait = time.monotonic(), 0.5
        while True:
            try:
                self._call(
                    "iam:UpdateAssumeRolePolicy",
                    lambda: self._client.update_assume_role_policy(
                        RoleName=self.name, PolicyDocument=json.dumps(document)
                    ),
                )
                return
            except _NotYetError:
                # A role that was just made is not known everywhere as a principal.
                if time.monotonic() - start > _PATIENCE_S or CANCELLED.wait(wait):
                    raise
                wait = min(wait * 1.6, 10.0)

    def _call(self, action: str, call: Callable[[], Any]) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

        try:
            return TimeLimit(_ANSWER_S).ask("AWS", call)
        except ClientError as error:
            said = error.response.get("Error", {})
            code, message = said.get("Code", ""), said.get("Message", "")
            if code == "NoSuchEntity" and action == "iam:GetRole":
                return None
            if code == "MalformedPolicyDocument" and "principal" in message.lower():
                raise _NotYetError(f"role '{self.name}': {code}: {message}") from None
            hint = f". It takes {action}." if "AccessDenied" in code else ""
            # With a wrong signature AWS sends back what was signed, a session's token with it.
            text = code if code == "SignatureDoesNotMatch" else f"{code}: {message}"
            raise ProviderError(f"role '{self.name}': {text}{hint}") from None
        except UnansweredError as error:
            raise ProviderError(f"{error} ({action}). Run again.") from None
        except HTTPClientError as error:
            raise ProviderError(
                f"AWS did not answer {action} ({cause(error)}). Check the network and the region, "
                "and run again."
            ) from None
        except (BotoCoreError, ValueError) as error:
            raise ProviderError(f"AWS could not be asked for {action}: {cause(error)}") from None


class _NotYetError(ProviderError):
    """AWS does not know a principal, yet or at all."""
