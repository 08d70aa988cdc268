"""What the judge's tests share: who calls, documents written by hand, and the question put."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from pulumi_polytomic.iam import (
    Decision,
    PolicyDocument,
    RequestContext,
    Verdict,
    may_assume_role,
    may_perform,
    parse_policy,
    permissions_policy,
)

YES, NO, OPEN = Decision.ALLOWED, Decision.DENIED, Decision.UNDECIDED
RANK = {NO: 0, OPEN: 1, YES: 2}
"""How far a decision opens the door."""

ROLE = "arn:aws:iam::123456789012:role/staging"
CALLER = "arn:aws:iam::123456789012:role/team/worker"
SESSION = "arn:aws:sts::123456789012:assumed-role/worker/one"
USER = "arn:aws:iam::123456789012:user/team/ann"
ROOT = "arn:aws:iam::123456789012:root"
VENDOR = "arn:aws:iam::568237466542:role/convox/service"
VENDOR_ROOT = "arn:aws:iam::568237466542:root"
SERVICE_ROLE = "arn:aws:iam::568237466542:role/convox/prod-polytomic-ServiceRole-1ELGH39L0GCHT"
UNITY = "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"

Values = dict[str, str | Sequence[str]]


def document(*statements: dict[str, Any], version: str = "2012-10-17") -> PolicyDocument:
    return parse_policy({"Version": version, "Statement": list(statements)})


def allow(**elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "sts:AssumeRole", **elements}


def deny(**elements: Any) -> dict[str, Any]:
    return {**allow(**elements), "Effect": "Deny"}


ANYTHING = document({"Effect": "Allow", "Action": "*", "Resource": "*"})
ASSUME = document(allow(Resource=ROLE))
S3_ONLY = document({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
ASSUME_ITSELF = parse_policy(permissions_policy(role_arn=ROLE, bucket_name="lake"))
BUCKET_ONLY = parse_policy(permissions_policy(role_arn=None, bucket_name="lake"))


def judge(*trust: dict[str, Any], caller: str = CALLER, **more: Any) -> Verdict:
    """Whether a caller may assume the role; its own policies allow anything unless given."""
    more.setdefault("caller_policies", [ANYTHING])
    return may_assume_role(caller_arn=caller, role_arn=ROLE, trust_policy=document(*trust), **more)


def judge_condition(
    operator: str,
    values: Any,
    context: Values,
    *,
    key: str = "a:k",
    version: str = "2012-10-17",
    complete: bool = True,
) -> Decision:
    """What one Allow statement under this condition decides: YES where the condition holds."""
    statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": "*",
        "Condition": {operator: {key: values}},
    }
    verdict = may_perform(
        action="s3:GetObject",
        resource="arn:aws:s3:::bucket/key",
        policies=[document(statement, version=version)],
        context=RequestContext(context, complete=complete),
    )
    return verdict.decision


callers = st.sampled_from(
    [
        SERVICE_ROLE,
        UNITY,
        ROLE,
        VENDOR_ROOT,
        "arn:aws:iam::568237466542:role/another",
        "arn:aws:iam::568237466542:user/somebody",
        "arn:aws:iam::414351767826:role/another",
        "arn:aws:iam::414351767826:root",
        "arn:aws:iam::123456789012:role/another",
        "arn:aws:iam::123456789012:user/admin",
        "arn:aws:iam::123456789012:root",
        "arn:aws:sts::123456789012:assumed-role/staging/session",
        "arn:aws:sts::123456789012:assumed-role/another/session",
        "arn:aws:iam::999999999999:user/stranger",
        "arn:aws-us-gov:iam::123456789012:role/staging",
    ]
)
identity_policies = st.sampled_from([None, [], [BUCKET_ONLY], [ASSUME_ITSELF], [ANYTHING]])
"""What a caller's own policies may be; None where nobody knows them."""
