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
from typing import Final, Literal

from pulumi_polytomic.iam.arn_faults import kms_key_arn_fault
from pulumi_polytomic.iam.arns import Arn, ArnError
from pulumi_polytomic.iam.build import S3_BUCKET_ACTIONS, S3_OBJECT_ACTIONS
from pulumi_polytomic.iam.document import Condition, PolicyDocument, Statement, Unknown
from pulumi_polytomic.iam.forms import Excess, literal_start
from pulumi_polytomic.iam.permission_limits import Pair, denied, narrowing, within

_STAGING: Final = {each.lower() for each in (*S3_BUCKET_ACTIONS, *S3_OBJECT_ACTIONS)}
_NOTIFICATIONS: Final = {"s3:getbucketnotification", "s3:putbucketnotification"}
_KMS: Final = {
    "kms:decrypt",
    "kms:describekey",
    "kms:encrypt",
    "kms:generatedatakey",
    "kms:generatedatakey*",
    "kms:generatedatakeywithoutplaintext",
}
_QUEUES: Final = {
    f"{service}:{name}".lower()
    for service, names in {
        "sns": "ListSubscriptionsByTopic GetTopicAttributes SetTopicAttributes CreateTopic "
        "TagResource Publish Subscribe ListTopics Unsubscribe DeleteTopic",
        "sqs": "CreateQueue DeleteMessage ReceiveMessage SendMessage GetQueueUrl "
        "GetQueueAttributes SetQueueAttributes TagQueue ChangeMessageVisibility PurgeQueue "
        "ListQueues ListQueueTags DeleteQueue",
    }.items()
    for name in names.split()
}
_ACTS_ON: Final = {"s3": "s3", "sts": "iam", "kms": "kms", "sns": "sns", "sqs": "sqs"}
"""Services of staging, with the service in the ARNs that their actions act on."""

_About = Literal["s3", "other", "all"]
_Fault = tuple[_About, str]


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

    def is_itself(self, resource: str) -> bool:
        """Whether a resource is the role, to the letter."""
        if self.account_known:
            return resource == self.role_arn
        own = self.role_arn.split(":", 5)
        return resource.split(":", 5)[5:] == own[5:] and literal_start(resource) == resource


def excess_permissions(
    documents: Sequence[PolicyDocument],
    allowance: Allowance,
    boundary: PolicyDocument | None = None,
) -> list[Excess]:
    """Give what is not shown to stay within the allowance, in order; empty: it all does.

    :param documents: the role's identity policies.
    :param boundary: its permissions boundary. None: it has none, or one that was not read.
    """
    needed = _Needed(allowance, documents)
    denies = [s for each in documents for s in each.statements if s.effect == "Deny"]
    found: dict[tuple[int, int, str, str], Excess] = {}
    for number, document in enumerate(documents):
        for statement in document.statements:
            for excess in _excess(number, statement, needed, boundary, denies):
                key = (number, statement.index, excess.about, excess.what)
                found.setdefault(key, excess)
    return list(found.values())


class _Needed:
    """The allowance, and what is counted over all policies of the role."""

    def __init__(self, allowance: Allowance, documents: Sequence[PolicyDocument]) -> None:
        self.allowance = allowance
        self.partition, self.account = (allowance.role_arn.split(":")[at] for at in (1, 4))
        self.buckets = None if allowance.buckets is None else list(allowance.buckets)
        self.keys: list[str] = []
        file_events = any(
            ":csms-" in resource
            for document in documents
            for statement in document.statements
            for resource in statement.resources or ()
        )
        self.s3 = _STAGING | (_NOTIFICATIONS if file_events else set())

    def fault(self, action: str, resource: str, conditions: Sequence[Condition]) -> _Fault | None:
        """Say what an action on a resource is more than; None: it is needed, or gives nothing."""
        service = action.partition(":")[0].lower()
        if set(service) & set("*?"):
            return "all", f"allows {action}"
        parts = resource.split(":")
        other_service = len(parts) > 5 and literal_start(parts[2]) == parts[2] != _ACTS_ON.get(
            service
        )
        if service not in _ACTS_ON:
            return "other", f"allows {action}"
        if other_service:
            return None
        if service == "s3":
            fault = self._s3_fault(action, resource, conditions)
            return None if fault is None else ("s3", fault)
        judge = {"sts": self._sts_fault, "kms": self._kms_fault}.get(service, self._queue_fault)
        fault = judge(action, resource)
        return None if fault is None else ("other", fault)

    def _s3_fault(self, action: str, resource: str, conditions: Sequence[Condition]) -> str | None:
        if action.lower() not in self.s3:
            how_much = "is more than" if set(action) & set("*?") else "is none of"
            return f"allows {action}, which {how_much} the guide's eight actions"
        fault, bucket = self._bucket_of(resource)
        if fault is not None:
            return fault
        prefix = self.allowance.prefix
        if prefix and action.lower() == "s3:listbucket" and not _lists_only(conditions, prefix):
            return f"lists all of {resource}, not only the prefix {prefix}"
        if self.buckets is None:
            self.buckets = [bucket]
        if bucket in self.buckets:
            return None
        return f"allows S3 on bucket {bucket} besides {', '.join(self.buckets)}"

    def _bucket_of(self, resource: str) -> tuple[str | None, str]:
        """Say what is wrong with a resource; else which bucket it is of."""
        try:
            arn = Arn.parse(resource)
        except ArnError:
            return f"allows S3 on {resource}, which is not one bucket and its objects", ""
        if arn.service != "s3":
            return f"allows S3 on {resource}, which is not S3 alone", ""
        if arn.partition != self.partition:
            return f"names {resource}, of another partition than the role's", ""
        if arn.region or arn.account_id:
            return (
                f"allows S3 on {resource}, an access point or the like, not the bucket itself",
                "",
            )
        bucket, slash, path = arn.resource.partition("/")
        if not bucket or literal_start(bucket) != bucket:
            return f"allows S3 on {resource}, which is more than one bucket", ""
        literal, prefix = literal_start(path), self.allowance.prefix
        if prefix and slash and not literal.startswith(f"{prefix}/"):
            begins = path != literal and literal == prefix
            how = ": other folders begin alike" if begins else f", outside of the prefix {prefix}"
            return f"allows S3 on {resource}{how}", ""
        if path != literal and literal and not literal.endswith("/"):
            return f"allows S3 on {resource}: other folders begin alike", ""
        return None, bucket

    def _sts_fault(self, action: str, resource: str) -> str | None:
        if action.lower() != "sts:assumerole":
            return f"allows {action}"
        if self.allowance.is_itself(resource):
            return None
        return f"allows sts:AssumeRole on {resource}, another role than itself"

    def _kms_fault(self, action: str, resource: str) -> str | None:
        if action.lower() not in _KMS:
            return f"allows {action}"
        if kms_key_arn_fault(resource) or Arn.parse(resource).partition != self.partition:
            return f"allows KMS on {resource}, which is not one key of the role's partition"
        if not self.keys:
            self.keys.append(resource)
        return None if resource in self.keys else f"allows KMS on a second key, {resource}"

    def _queue_fault(self, action: str, resource: str) -> str | None:
        parts = resource.split(":", 5)
        account = parts[4] if len(parts) == 6 else ""
        own = {"*", self.account} if self.allowance.account_known else {"*", account}
        is_csms = len(parts) == 6 and parts[5].startswith("csms-")
        if is_csms and action.lower() in _QUEUES and parts[1] == self.partition and account in own:
            return None
        return f"allows {action} on {resource}, which is not of Databricks' file events"


def _excess(
    number: int,
    statement: Statement,
    needed: _Needed,
    boundary: PolicyDocument | None,
    denies: Sequence[Statement],
) -> Iterator[Excess]:
    if statement.effect != "Allow":
        return
    if any(isinstance(each, Unknown) for each in _texts(statement)):
        about: _About = "s3" if _is_of_s3_alone(statement) else "all"
        what = "has a part that is known only when it is deployed"
        yield Excess(number, statement, about, "unknown", what)
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
                what = f"{what}, but for a Deny; the Allow itself is open"
                yield Excess(number, statement, about, "advice", what)
            else:
                yield Excess(number, statement, about, "open", what)


def _first_fault(
    pairs: Sequence[Pair], conditions: Sequence[Condition], needed: _Needed
) -> _Fault | None:
    faults = (needed.fault(*each, conditions) for each in pairs)
    return next((each for each in faults if each is not None), None)


def _lists_only(conditions: Sequence[Condition], prefix: str) -> bool:
    """Whether a listing shows nothing outside of a prefix, by form."""
    return any(
        each.name == "s3:prefix"
        and each.operator.removeprefix("ForAnyValue:") in ("StringEquals", "StringLike")
        and each.values
        and all(
            value == prefix or literal_start(value).startswith(f"{prefix}/")
            for value in each.values
        )
        for each in conditions
    )


def _is_of_s3_alone(statement: Statement) -> bool:
    actions = statement.actions or ("*",)
    return all(not isinstance(a, Unknown) and a.lower().startswith("s3:") for a in actions)


def _texts(statement: Statement) -> Iterator[str]:
    lists = (statement.actions, statement.not_actions, statement.resources, statement.not_resources)
    for texts in (*lists, *(each.values for each in statement.conditions)):
        yield from texts or ()
