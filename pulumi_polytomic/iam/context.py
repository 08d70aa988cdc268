"""What is known about a request: the caller, and the condition keys that come with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Literal

from pulumi_polytomic.iam.arns import Arn, ArnError


class Missing(Enum):
    """Why a condition key has no value."""

    ABSENT = "absent"
    """The request does not carry the key."""
    UNKNOWN = "unknown"
    """The request may carry it, with a value that nobody told."""


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Condition keys of a request. Case of a key does not count."""

    values: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    complete: bool = False
    """True: a key that is not listed is absent from the request. False: it is unknown."""


NOTHING_KNOWN: Final = RequestContext({})
"""A context that tells nothing but what follows from the caller."""

CallerKind = Literal["role", "session", "user", "root", "federated-user"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who signs the request."""

    arn: Arn
    """As given: a role's ARN stands for any session of it."""
    kind: CallerKind
    principal_arn: str
    """``aws:PrincipalArn``: of a session, its role's ARN."""
    path_known: bool = True
    """False where that ARN was made from a session's, which lacks the path."""

    @classmethod
    def parse(cls, text: str, context: RequestContext = NOTHING_KNOWN) -> "Caller":
        """Read the ARN of a role, user, account root, assumed-role session or federated user.

        A session's ARN does not tell the path of its role; ``aws:PrincipalArn`` of the context
        may.

        :raises ArnError: it is no such ARN.
        """
        arn = Arn.parse(text)
        first, _, rest = arn.resource.partition("/")
        if arn.service == "iam" and first in ("role", "user") and arn.name:
            return cls(arn, "role" if first == "role" else "user", text)
        if arn.service == "iam" and arn.resource == "root":
            return cls(arn, "root", text)
        if arn.service == "sts" and first == "assumed-role" and rest.count("/") == 1:
            role = Arn(arn.partition, "iam", "", arn.account_id, f"role/{rest.partition('/')[0]}")
            told = _lower(context).get("aws:principalarn", ())
            return cls(arn, "session", told[0] if told else str(role), path_known=bool(told))
        if arn.service == "sts" and first == "federated-user" and rest:
            return cls(arn, "federated-user", text)
        raise ArnError("a caller is an IAM role, user or account root, or an STS session")

    @property
    def role_name(self) -> str:
        """The name of its role, without path."""
        return self.principal_arn.rpartition("/")[2]

    def facts(self) -> dict[str, tuple[str, ...] | Missing]:
        """Give the condition keys that follow from the ARN alone."""
        kinds = {"user": "User", "root": "Account", "federated-user": "FederatedUser"}
        return {
            "aws:principalarn": (self.principal_arn,),
            "aws:principalaccount": (self.arn.account_id,),
            "aws:principaltype": (kinds.get(self.kind, "AssumedRole"),),
            "aws:username": (self.arn.name,) if self.kind == "user" else Missing.ABSENT,
            "aws:principalisawsservice": ("false",),
            "aws:principalservicename": Missing.ABSENT,
            "aws:principalservicenameslist": Missing.ABSENT,
        }


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of a request's condition keys; keys in lower case."""

    known: Mapping[str, tuple[str, ...] | Missing]
    complete: bool

    def lookup(self, key: str) -> tuple[str, ...] | Missing:
        """Return the values of a key, or why there are none."""
        return self.known.get(key.lower(), Missing.ABSENT if self.complete else Missing.UNKNOWN)


def vendor_call(
    role_arn: str, *, service: str = "sts", region: str | None = None
) -> RequestContext:
    """Give the condition keys of a call that a vendor makes with, or for, a staging role.

    The vendors call over TLS. The role and what it acts on belong to one account. S3 itself calls
    KMS, in the role's name. What is not listed is unknown: the network, the organization of the
    caller, the time.

    :param service: of the action that is called.
    :param region: of the bucket; None: not known.
    """
    account = Arn.parse(role_arn).account_id
    values = {
        "aws:SecureTransport": "true",
        "aws:ResourceAccount": account,
        "aws:PrincipalIsAWSService": "false",
        "aws:ViaAWSService": "true" if service == "kms" else "false",
    }
    if service == "s3":
        values["s3:ResourceAccount"] = account
    if service == "kms":
        values["kms:CallerAccount"] = account
        if region is not None:
            values["kms:ViaService"] = f"s3.{region}.amazonaws.com"
    return RequestContext(values)


def gather_facts(
    caller: Caller | None, context: RequestContext, certain: Mapping[str, tuple[str, ...] | Missing]
) -> Facts:
    """Put together what follows from the caller, what the context tells, and what is certain.

    The later outranks the earlier.
    """
    known = {**(caller.facts() if caller else {}), **_lower(context), **certain}
    return Facts(known, context.complete)


def _lower(context: RequestContext) -> dict[str, tuple[str, ...]]:
    return {
        key.lower(): (values,) if isinstance(values, str) else tuple(values)
        for key, values in context.values.items()
    }
