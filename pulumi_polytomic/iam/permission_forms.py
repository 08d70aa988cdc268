"""What a role may do, shown by the form of the Allow statements of its policies.

The closed list of what is no more than staging needs. Each action of an Allow is looked at with
each of its resources; under a permissions boundary, what both allow. A condition only narrows.

- **S3**: the guide's eight actions, written out, on one bucket (``arn:…:s3:::bucket``) and its
  objects (``bucket/*``, or below a folder of it). Under a prefix, objects below that prefix, and
  ``s3:ListBucket`` with a positive ``s3:prefix`` whose values all begin with it.
- **Itself**: ``sts:AssumeRole`` on the role's own ARN.
- **KMS**: Databricks' actions on one key, written out as its ARN.
- **File events**: the actions that Databricks lists, on ``csms-*`` queues and topics of the
  account, and the notifications of the bucket.
- **Nothing at all**: an action of these services on a resource of another one.

``NotAction`` counts as every action, ``NotResource`` as every resource.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pulumi_polytomic.iam.arn_faults import kms_key_arn_fault
from pulumi_polytomic.iam.arns import Arn
from pulumi_polytomic.iam.build import S3_BUCKET_ACTIONS, S3_OBJECT_ACTIONS
from pulumi_polytomic.iam.document import Condition, PolicyDocument, Statement, Unknown
from pulumi_polytomic.iam.forms import STRINGS, About, Certainty, Opening, literal_start
from pulumi_polytomic.iam.permission_limits import Pair, denied, narrowing, within

_STAGING: Final = {each.lower() for each in (*S3_BUCKET_ACTIONS, *S3_OBJECT_ACTIONS)}
_NOTIFICATIONS: Final = {"s3:getbucketnotification", "s3:putbucketnotification"}
_KMS: Final = (
    "Decrypt DescribeKey Encrypt GenerateDataKey GenerateDataKey* GenerateDataKeyWithoutPlaintext"
)
_SNS: Final = (
    "ListSubscriptionsByTopic GetTopicAttributes SetTopicAttributes CreateTopic TagResource "
    "Publish Subscribe ListTopics Unsubscribe DeleteTopic"
)
_SQS: Final = (
    "CreateQueue DeleteMessage ReceiveMessage SendMessage GetQueueUrl GetQueueAttributes "
    "SetQueueAttributes TagQueue ChangeMessageVisibility PurgeQueue ListQueues ListQueueTags "
    "DeleteQueue"
)
_NAMES: Final = {"sts": "AssumeRole", "kms": _KMS, "sns": _SNS, "sqs": _SQS}
_NEEDED: Final = {f"{at}:{name}".lower() for at, names in _NAMES.items() for name in names.split()}
"""Actions of other services than S3."""
_ACTS_ON: Final = {"s3": "s3", "sts": "iam", "kms": "kms", "sns": "sns", "sqs": "sqs"}
"""Services of staging, with the service in the ARNs that their actions act on."""

_Fault = tuple[About, str]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a staging role needs."""

    role_arn: str
    account_known: bool = True
    """False: the account in `role_arn` is a guess, so path and name decide."""
    buckets: Sequence[str] | None = None
    """Names of the buckets; None: one, the first that is found."""
    prefix: str = ""
    """Folder of the bucket that the role is for; empty: the whole bucket."""


def excess_permissions(
    documents: Sequence[PolicyDocument],
    allowance: Allowance,
    boundary: PolicyDocument | None = None,
) -> list[Opening]:
    """Give what is not shown to stay within the allowance, in order; empty: it all does.

    :param documents: the role's identity policies.
    :param boundary: its permissions boundary. None: it has none, or one that was not read.
    """
    needed = _Needed(allowance, documents)
    denies = [s for each in documents for s in each.statements if s.effect == "Deny"]
    found = [
        Opening(statement, about, certainty, what, document=number)
        for number, document in enumerate(documents)
        for statement in document.statements
        if statement.effect == "Allow"
        for about, certainty, what in _excess(statement, needed, boundary, denies)
    ]
    return [each for at, each in enumerate(found) if each not in found[:at]]


class _Needed:
    """The allowance, and what is counted over all policies of the role."""

    def __init__(self, allowance: Allowance, documents: Sequence[PolicyDocument]) -> None:
        self.prefix = allowance.prefix
        self.partition, self.account = (allowance.role_arn.split(":")[at] for at in (1, 4))
        self.role = ("iam", "", allowance.role_arn.split(":", 5)[5])
        self.account_known = allowance.account_known
        self.buckets = None if allowance.buckets is None else list(allowance.buckets)
        self.keys: list[str] = []
        allows = (s for each in documents for s in each.statements if s.effect == "Allow")
        file_events = any(":csms-" in each for s in allows for each in s.resources or ())
        self.s3 = _STAGING | (_NOTIFICATIONS if file_events else set())

    def fault(self, action: str, resource: str, conditions: Sequence[Condition]) -> _Fault | None:
        """Say what an action on a resource is more than; None: it is needed, or gives nothing."""
        service = action.partition(":")[0].lower()
        if set(service) & set("*?"):
            return "all", f"allows {action}"
        arn = Arn.read(resource)
        other = arn is not None and arn.service.lower() != _ACTS_ON.get(service)
        if service == "s3" and action.lower() not in self.s3:
            how_much = "is more than" if set(action) & set("*?") else "is none of"
            return "s3", f"allows {action}, which {how_much} the guide's eight actions"
        if service != "s3" and action.lower() not in _NEEDED:
            return "other", f"allows {action}"
        if arn is not None and other and literal_start(arn.service) == arn.service:
            return None
        if service == "s3":
            fault = self._s3_fault(action, resource, arn, conditions)
            return None if fault is None else ("s3", fault)
        if arn is not None and not other and arn.partition == self.partition:
            own = arn.account_id == self.account or not self.account_known
            if service == "sts" and own and (arn.service, arn.region, arn.resource) == self.role:
                return None
            csms = service in ("sns", "sqs") and arn.resource.startswith("csms-")
            if csms and (own or arn.account_id == "*"):
                return None
            if service == "kms" and kms_key_arn_fault(resource) is None:
                self.keys.append(resource)
                second = resource != self.keys[0]
                return ("other", f"allows KMS on a second key, {resource}") if second else None
        return "other", f"allows {action} on {resource}, which is not {_MEANT[service]}"

    def _s3_fault(
        self, action: str, resource: str, arn: Arn | None, conditions: Sequence[Condition]
    ) -> str | None:
        bucket, slash, path = arn.resource.partition("/") if arn is not None else ("", "", "")
        literal, why = literal_start(path), ""
        if arn is None or arn.service != "s3":
            why = ", which is not one bucket and its objects"
        elif arn.partition != self.partition:
            why = ", of another partition than the role's"
        elif arn.region or arn.account_id:
            why = ", an access point or the like, not the bucket itself"
        elif not bucket or literal_start(bucket) != bucket:
            why = ", which is more than one bucket"
        elif path != literal and literal and not literal.endswith("/"):
            why = ": other folders begin alike"
        if not why and self.prefix and slash and not literal.startswith(f"{self.prefix}/"):
            why = f", outside of the prefix {self.prefix}"
        if why:
            return f"allows S3 on {resource}{why}"
        lists = action.lower() == "s3:listbucket"
        if self.prefix and lists and not _lists_only(conditions, self.prefix):
            return f"lists all of {resource}, not only the prefix {self.prefix}"
        self.buckets = [bucket] if self.buckets is None else self.buckets
        if bucket in self.buckets:
            return None
        return f"allows S3 on bucket {bucket} besides {', '.join(self.buckets)}"


_MEANT: Final = {
    "sts": "the role itself",
    "kms": "one key of the role's partition",
    "sns": "a topic of Databricks' file events",
    "sqs": "a queue of Databricks' file events",
}


def _excess(
    statement: Statement,
    needed: _Needed,
    boundary: PolicyDocument | None,
    denies: Sequence[Statement],
) -> Iterator[tuple[About, Certainty, str]]:
    if any(isinstance(each, Unknown) for each in _texts(statement)):
        actions = statement.actions or ("*",)
        only_s3 = all(not isinstance(a, Unknown) and a.lower().startswith("s3:") for a in actions)
        what = "has a part that is known only when it is deployed"
        yield "s3" if only_s3 else "all", "unknown", what
    for action in statement.actions or ("*",):
        for resource in statement.resources or ("*",):
            if isinstance(action, Unknown) or isinstance(resource, Unknown):
                continue
            pair = (action, resource)
            left = [pair] if boundary is None else within(pair, boundary)
            fault = _first_fault(left, statement.conditions, needed)
            if fault is None:
                continue
            about, what = fault
            if statement.actions is None:
                about, what = "all", "allows by NotAction whatever it does not name"
            elif statement.resources is None:
                what = f"allows {action} everywhere but in its NotResource"
            # Each Deny, as far as its form tells, leaves less; what is left may be harmless.
            conditions = (*statement.conditions, *narrowing(pair, denies))
            left = [rest for each in left for rest in denied(each, denies)]
            if _first_fault(left, conditions, needed) is None:
                yield about, "advice", f"{what}, but for a Deny; the Allow itself is open"
            else:
                yield about, "open", what


def _first_fault(
    pairs: Sequence[Pair], conditions: Sequence[Condition], needed: _Needed
) -> _Fault | None:
    faults = (needed.fault(*each, conditions) for each in pairs)
    return next((each for each in faults if each is not None), None)


def _lists_only(conditions: Sequence[Condition], prefix: str) -> bool:
    """Whether a listing shows nothing outside of a prefix, by form."""
    return any(
        each.name == "s3:prefix"
        and each.operator.removeprefix("ForAnyValue:") in STRINGS
        and all(v == prefix or literal_start(v).startswith(f"{prefix}/") for v in each.values)
        for each in conditions
        if each.values
    )


def _texts(statement: Statement) -> Iterator[str]:
    lists = (statement.actions, statement.not_actions, statement.resources, statement.not_resources)
    for texts in (*lists, *(each.values for each in statement.conditions)):
        yield from texts or ()
