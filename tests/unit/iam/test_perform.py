"""What a role may do: actions, resources, resource policies and boundaries."""

from typing import Any

import pytest

from pulumi_polytomic.iam import (
    ArnError,
    Decision,
    PolicyDocument,
    RequestContext,
    may_perform,
    parse_policy,
    permissions_policy,
)
from tests.unit.iam.support import ANYTHING, NO, OPEN, ROLE, ROOT, YES, document

USER = "arn:aws:iam::123456789012:user/ann"
OBJECT = "arn:aws:s3:::lake/staging/part-1"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd"


def statement(effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": "s3:GetObject", "Resource": "*", **elements}


def judge(*policies: PolicyDocument, **more: Any) -> Decision:
    arguments: dict[str, Any] = {"action": "s3:GetObject", "resource": OBJECT} | more
    return may_perform(policies=policies, **arguments).decision


NOTHING_BUT_KMS = document({"Effect": "Allow", "Action": "kms:*", "Resource": "*"})


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("*", YES),
        (OBJECT, YES),
        ("arn:aws:s3:::lake/*", YES),
        ("arn:aws:s3:::lake/staging/part-?", YES),
        ("arn:aws:s3:::*", YES),
        ("arn:*:s3:::lake/*", YES),
        (["arn:aws:s3:::other/*", "arn:aws:s3:::lake/*"], YES),
        ("arn:aws:s3:::lake", NO),
        ("arn:aws:s3:::LAKE/*", NO),
        ("arn:aws:s3:::lake/Staging/*", NO),
        ("arn:aws:s3:::lake/staging/part-1?", NO),
        ("arn:aws-us-gov:s3:::lake/*", NO),
        ("arn:aws:sqs:*", NO),
        # an ARN that is cut short is completed with stars
        ("arn:aws:s3:*", YES),
        ("arn:aws:s3*", YES),
        ("arn:aws:s3", NO),
        # wildcards that would have to reach across a colon
        ("arn:*lake/*", OPEN),
        ("arn:*:lake/staging:::*", NO),
        ("arn:*:s3:*:lake/staging/*", OPEN),
    ],
)
def test_resources_match_with_case_and_wildcards(resource: Any, expected: Decision) -> None:
    assert judge(document(statement(Resource=resource))) is expected


def test_a_resource_that_is_no_arn_matches_only_as_written_or_by_a_star() -> None:
    assert judge(document(statement()), resource="lake") is YES
    assert judge(document(statement(Resource="arn:aws:s3:::lake")), resource="lake") is NO


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ({"NotResource": "arn:aws:s3:::other/*"}, YES),
        ({"NotResource": "arn:aws:s3:::lake/*"}, NO),
        ({"NotResource": ["arn:aws:s3:::other/*", "arn:aws:s3:::lake/*"]}, NO),
        ({"NotResource": "arn:aws:s3:::${aws:username}/*"}, OPEN),
    ],
)
def test_not_resource_covers_all_others(element: dict[str, Any], expected: Decision) -> None:
    assert judge(document({"Effect": "Allow", "Action": "s3:*", **element})) is expected


@pytest.mark.parametrize(
    ("resource", "version", "expected"),
    [
        ("arn:aws:s3:::lake/${aws:username}/*", "2012-10-17", YES),
        ("arn:aws:s3:::lake/${aws:username}/*", "2008-10-17", NO),
        ("arn:aws:s3:::lake/${aws:PrincipalTag/team, 'ann'}/*", "2012-10-17", OPEN),
        ("arn:aws:s3:::lake/${*}/*", "2012-10-17", NO),
    ],
)
def test_variables_in_resources(resource: str, version: str, expected: Decision) -> None:
    policy = document(statement(Resource=resource), version=version)

    found = judge(policy, resource="arn:aws:s3:::lake/ann/1", caller_arn=USER)

    assert found is expected


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"Action": "s3:Get*"}, YES),
        ({"Action": "S3:GETOBJECT"}, YES),
        ({"Action": "s3:PutObject"}, NO),
        ({"Action": "s3:GetObject?"}, NO),
    ],
)
def test_actions(elements: dict[str, Any], expected: Decision) -> None:
    assert judge(document(statement(**elements))) is expected


@pytest.mark.parametrize("action", ["GetObject", "s3:", ":GetObject", "s3:*", "s3:Get?bject", ""])
def test_an_action_that_is_none_is_refused(action: str) -> None:
    with pytest.raises(ValueError, match="without wildcards"):
        judge(ANYTHING, action=action)


def test_a_caller_that_is_none_is_refused() -> None:
    with pytest.raises(ArnError):
        judge(ANYTHING, caller_arn="ann")


def test_without_a_caller_conditions_on_it_stay_open() -> None:
    policy = document(statement(Condition={"StringEquals": {"aws:PrincipalAccount": "1"}}))

    assert judge(policy) is OPEN
    assert judge(policy, caller_arn=ROLE) is NO


def test_a_deny_wins_and_an_undecided_deny_leaves_it_open() -> None:
    undecided = statement("Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})

    assert judge(ANYTHING, document(statement("Deny"))) is NO
    assert judge(ANYTHING, document(undecided)) is OPEN
    tls = RequestContext({"aws:SecureTransport": "true"})
    assert judge(ANYTHING, document(undecided), context=tls) is YES
    assert judge(document(undecided)) is NO


def test_a_boundary_limits_and_never_grants() -> None:
    assert judge(ANYTHING, boundary=NOTHING_BUT_KMS) is NO
    assert judge(boundary=ANYTHING) is NO
    assert judge(ANYTHING, boundary=ANYTHING) is YES
    assert judge(ANYTHING, boundary=document(statement("Deny"))) is NO


@pytest.mark.parametrize(
    ("principal", "policies", "same_account", "expected"),
    [
        ({"AWS": ROLE}, [], True, YES),
        ({"AWS": ROLE}, [], False, NO),
        ({"AWS": ROLE}, [ANYTHING], False, YES),
        ({"AWS": ROOT}, [], True, NO),
        ({"AWS": ROOT}, [ANYTHING], False, YES),
        ({"AWS": USER}, [ANYTHING], True, YES),
        ({"AWS": USER}, [ANYTHING], False, NO),
        ("*", [], True, YES),
        ({"CanonicalUser": "79a5"}, [], True, OPEN),
    ],
)
def test_a_resource_policy_grants_within_the_account_and_is_needed_across(
    principal: Any, policies: list[PolicyDocument], same_account: bool, expected: Decision
) -> None:
    bucket = document(statement(Principal=principal))

    found = judge(*policies, resource_policy=bucket, caller_arn=ROLE, same_account=same_account)

    assert found is expected


def test_across_accounts_nothing_works_without_a_resource_policy() -> None:
    assert judge(ANYTHING, same_account=False) is NO


def test_a_bucket_that_takes_only_tls() -> None:
    bucket = document(
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": ["arn:aws:s3:::lake", "arn:aws:s3:::lake/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    )

    def over(transport: str) -> Decision:
        context = RequestContext({"aws:SecureTransport": transport})
        return judge(ANYTHING, resource_policy=bucket, caller_arn=ROLE, context=context)

    assert (over("true"), over("false")) == (YES, NO)


def test_a_resource_policy_without_a_caller_is_open_but_for_everybody() -> None:
    named = document(statement(Principal={"AWS": ROLE}))
    everybody = document(statement(Principal="*"))

    assert judge(resource_policy=named) is OPEN
    assert judge(resource_policy=everybody) is YES
    assert judge(ANYTHING, resource_policy=document(statement("Deny", Principal="*"))) is NO
    spared = document(statement("Deny", NotPrincipal={"AWS": ROLE}))
    assert judge(ANYTHING, resource_policy=spared) is OPEN


def test_a_key_policy_must_let_the_account_in() -> None:
    call = {"action": "kms:Decrypt", "resource": KEY, "caller_arn": ROLE}
    default = document(
        {"Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "kms:*", "Resource": "*"}
    )
    closed = document(
        {"Effect": "Allow", "Principal": {"AWS": USER}, "Action": "kms:*", "Resource": "*"}
    )

    assert judge(ANYTHING, resource_policy=default, **call) is YES
    assert judge(ANYTHING, resource_policy=closed, **call) is NO
    assert judge(resource_policy=default, **call) is NO


def test_the_path_of_a_sessions_role_matters_here_too() -> None:
    session = "arn:aws:sts::123456789012:assumed-role/staging/one"
    policy = document(
        statement(
            Condition={
                "ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/x/staging"}
            }
        )
    )

    assert judge(policy, caller_arn=session) is OPEN
    assert judge(ANYTHING, caller_arn=session) is YES


BUCKET = "arn:aws:s3:::lake"


@pytest.mark.parametrize(
    ("action", "resource", "s3_prefix", "whole", "below"),
    [
        ("s3:GetObject", f"{BUCKET}/staging/a", None, YES, YES),
        ("s3:PutObject", f"{BUCKET}/staging/a/b", None, YES, YES),
        ("s3:GetObject", f"{BUCKET}/stagings", None, YES, NO),
        ("s3:GetObject", f"{BUCKET}/other", None, YES, NO),
        ("s3:DeleteObject", f"{BUCKET}-2/staging/a", None, NO, NO),
        ("s3:ListBucket", BUCKET, "staging", YES, YES),
        ("s3:ListBucket", BUCKET, "staging/", YES, YES),
        ("s3:ListBucket", BUCKET, "staging/a", YES, YES),
        ("s3:ListBucket", BUCKET, "stagings", YES, NO),
        ("s3:ListBucket", BUCKET, "", YES, NO),
        ("s3:ListBucket", BUCKET, None, YES, NO),
        ("s3:GetBucketLocation", BUCKET, None, YES, YES),
        ("s3:ListBucketMultipartUploads", BUCKET, None, YES, YES),
        ("s3:AbortMultipartUpload", f"{BUCKET}/staging/a", None, YES, YES),
        ("s3:ListMultipartUploadParts", f"{BUCKET}/staging/a", None, YES, YES),
        ("s3:DeleteBucket", BUCKET, None, NO, NO),
        ("s3:PutBucketPolicy", BUCKET, None, NO, NO),
        ("sts:AssumeRole", ROLE, None, YES, YES),
        ("sts:AssumeRole", ROLE + "-2", None, NO, NO),
        ("kms:Decrypt", KEY, None, YES, YES),
        ("kms:GenerateDataKeyWithoutPlaintext", KEY, None, YES, YES),
        ("kms:ScheduleKeyDeletion", KEY, None, NO, NO),
        ("kms:Decrypt", KEY + "2", None, NO, NO),
    ],
)
def test_what_the_built_policies_let_the_role_do(
    action: str, resource: str, s3_prefix: str | None, whole: Decision, below: Decision
) -> None:
    values = {} if s3_prefix is None else {"s3:prefix": s3_prefix}
    more: dict[str, Any] = {"role_arn": ROLE, "bucket_name": "lake", "kms_key_arn": KEY}

    def found(prefix: str) -> Decision:
        policy = parse_policy(permissions_policy(bucket_prefix=prefix, **more))
        context = RequestContext(values, complete=True)
        return judge(policy, action=action, resource=resource, context=context, caller_arn=ROLE)

    assert found("") is whole
    assert found("staging") is below
