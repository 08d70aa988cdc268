"""What in a role's policies, or in its boundary, keeps it from staging."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from ..iam import (
    S3_BUCKET_ACTIONS,
    S3_OBJECT_ACTIONS,
    Arn,
    Decision,
    RequestContext,
    bucket_arn,
    vendor_call,
)
from .model import Finding, Subject
from .role_documents import EVERYTHING, POLICIES, Documents, in_boundary, in_policies, perform

_KMS_ACTIONS: Final = ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey")
_OBJECT: Final = "/staged"
"""Stands for any object."""


class _Call(NamedTuple):
    """One call that staging makes as the role."""

    action: str
    resource: str
    context: RequestContext


class _Refusal(NamedTuple):
    """Why a call is refused; what is refused alike makes one finding."""

    how: str
    """``lacking``, ``denied``, ``bounded`` or ``undecided``."""
    where: str
    reason: str = ""


_Refused = list[tuple[_Call, _Refusal]]


def permission_findings(documents: Documents, subject: Subject) -> Iterator[Finding]:
    """Says what of S3, and of the KMS key where there is one, the role may not do."""
    if subject.bucket_name is not None and speaks_of_another_bucket(documents, subject):
        yield _wrong_bucket(documents, subject.bucket_name)
    elif subject.bucket_name is not None:
        yield from _findings("s3-action", _refused(documents, _s3_calls(documents, subject)))
    if subject.kms_key_arn is not None:
        context = _kms_context(documents.role.arn, subject.kms_key_arn, subject.bucket_region)
        calls = [_Call(each, subject.kms_key_arn, context) for each in _KMS_ACTIONS]
        yield from _findings("kms-action", _refused(documents, calls))


def self_permission_findings(documents: Documents, subject: Subject) -> Iterator[Finding]:
    """Says why the role's policies do not let it assume itself."""
    arn, external_id = documents.role.arn, subject.databricks_external_id
    context = _with(vendor_call(arn), {"sts:ExternalId": external_id} if external_id else {})
    refused = _refused(documents, [_Call("sts:AssumeRole", arn, context)])
    yield from _findings("self-assume-permissions", refused)


def speaks_of_another_bucket(documents: Documents, subject: Subject) -> bool:
    """Whether no policy says anything of the staging bucket: it, or the role, is the wrong one."""
    calls = _s3_calls(documents, subject)
    refused = _refused(documents, calls)
    return len(refused) == len(calls) and all(
        each.how == "lacking" and each.where == POLICIES for _, each in refused
    )


def _s3_calls(documents: Documents, subject: Subject) -> list[_Call]:
    """Gives the guide's eight actions, each on what staging uses it for."""
    arn, region = documents.role.arn, subject.bucket_region
    bucket = bucket_arn(partition=Arn.parse(arn).partition, bucket_name=str(subject.bucket_name))
    prefix = subject.bucket_prefix.strip("/")
    objects = f"{bucket}/{prefix}{_OBJECT}" if prefix else f"{bucket}{_OBJECT}"
    known = {"aws:RequestedRegion": region} if region else {}
    context = _with(vendor_call(arn, service="s3"), known)
    listing = _with(context, {"s3:prefix": f"{prefix}/" if prefix else ""})
    calls = [
        *(_Call(each, objects, context) for each in S3_OBJECT_ACTIONS),
        *(
            _Call(each, bucket, context if each == "s3:GetBucketLocation" else listing)
            for each in S3_BUCKET_ACTIONS
        ),
    ]
    return [_with_tls(documents, each) for each in calls]


def _with_tls(documents: Documents, call: _Call) -> _Call:
    """Tells the version of TLS where it does not matter which one it is: S3 takes two."""
    either = [_with(call.context, {"s3:TlsVersion": version}) for version in ("1.2", "1.3")]
    decisions = {
        perform(documents, call.action, call.resource, each, boundary=documents.boundary).decision
        for each in either
    }
    return call._replace(context=either[0]) if len(decisions) == 1 else call


def _kms_context(role_arn: str, key_arn: str, bucket_region: str | None) -> RequestContext:
    """Gives what is known of S3's call: a bucket is encrypted with a key of its own region."""
    key = Arn.parse(key_arn)
    region = bucket_region or key.region
    known = {"aws:ResourceAccount": key.account_id, "aws:RequestedRegion": region}
    return _with(vendor_call(role_arn, service="kms", region=region), known)


def _with(context: RequestContext, more: Mapping[str, str]) -> RequestContext:
    return RequestContext({**context.values, **more})


def _refused(documents: Documents, calls: Iterable[_Call]) -> _Refused:
    judged = ((each, _refusal(documents, each)) for each in calls)
    return [(call, refusal) for call, refusal in judged if refusal is not None]


def _refusal(documents: Documents, call: _Call) -> _Refusal | None:
    boundary = documents.boundary
    verdict = perform(documents, *call, boundary=boundary)
    if verdict.decision is Decision.ALLOWED:
        return None
    undecided = verdict.decision is Decision.UNDECIDED
    if boundary is not None and perform(documents, *call).decision is Decision.ALLOWED:
        where = in_boundary(documents, verdict)
        return (
            _Refusal("undecided", where, verdict.reason)
            if undecided
            else _Refusal("bounded", where)
        )
    where = in_policies(documents, *call, decision=verdict.decision)
    if undecided:
        return _Refusal("undecided", where, verdict.reason)
    own = [document for _, document in documents.policies]
    beside = perform(documents, *call, policies=[EVERYTHING, *own])
    return _Refusal("denied" if beside.decision is Decision.DENIED else "lacking", where)


def _findings(code: str, refused: _Refused) -> Iterator[Finding]:
    for refusal in dict.fromkeys(refusal for _, refusal in refused):
        alike = [call for call, each in refused if each == refusal]
        calls = _shown(alike)
        if refusal.how == "undecided":
            what = f"may not allow {calls}: {refusal.reason}"
            fix = "Look at the condition, or let the statement stand without it."
            yield Finding(f"{code}-undecided", what, refusal.where, fix, certain=False)
        elif refusal.how == "bounded":
            fix = f"Allow {calls} in the boundary too."
            yield Finding("permissions-boundary", f"takes {calls} away", refusal.where, fix)
        elif refusal.how == "denied":
            fix = f"Take {' and '.join(_resources(alike))} out of what this denies."
            yield Finding(code, f"deny {calls}", refusal.where, fix)
        else:
            fix = f"Allow {calls} in a policy of the role."
            yield Finding(code, f"do not allow {calls}", refusal.where, fix)


def _shown(calls: list[_Call]) -> str:
    return "; ".join(
        f"{', '.join(each.action for each in calls if _resource(each) == resource)} on {resource}"
        for resource in _resources(calls)
    )


def _resources(calls: list[_Call]) -> list[str]:
    return list(dict.fromkeys(map(_resource, calls)))


def _resource(call: _Call) -> str:
    """Gives what a policy says: an object stands for all of them."""
    start = call.resource.removesuffix(_OBJECT)
    return call.resource if start == call.resource else f"{start}/*"


def _wrong_bucket(documents: Documents, bucket_name: str) -> Finding:
    others = ", ".join(dict.fromkeys(_buckets(documents)))
    what = f"allow none of the eight S3 actions on bucket {bucket_name}"
    fix = f"Allow them on {bucket_name}; doctor --fix-plan prints the statement."
    if others:
        what = f"{what}; they are about {others}"
        fix = f"{fix} If {others} is the staging bucket, give that name."
    return Finding("s3-action", what, POLICIES, fix)


def _buckets(documents: Documents) -> Iterator[str]:
    for _, document in documents.policies:
        for statement in document.statements:
            for resource in statement.resources or () if statement.effect == "Allow" else ():
                service, _, name = resource.partition(":::")
                if service.endswith(":s3"):
                    yield name.partition("/")[0]
