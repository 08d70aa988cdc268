"""Faults of names, numbers and ARNs against AWS's limits."""

import math

import pytest

from pulumi_polytomic.iam import (
    INLINE_POLICIES_QUOTA,
    MANAGED_POLICY_QUOTA,
    TRUST_POLICY_MAXIMUM,
    TRUST_POLICY_QUOTA,
    account_id_fault,
    bucket_name_fault,
    bucket_prefix_fault,
    kms_key_arn_fault,
    policy_arn_fault,
    principal_arn_fault,
    role_arn_fault,
    role_name_fault,
    role_path_fault,
    session_duration_fault,
    tag_fault,
)


def test_the_quotas_are_those_of_aws() -> None:
    assert (TRUST_POLICY_QUOTA, TRUST_POLICY_MAXIMUM) == (2048, 8192)
    assert (INLINE_POLICIES_QUOTA, MANAGED_POLICY_QUOTA) == (10240, 6144)


@pytest.mark.parametrize("name", ["abc", "a" * 63, "polytomic-staging-1", "0ab"])
def test_bucket_names_that_unity_catalog_takes_pass(name: str) -> None:
    assert bucket_name_fault(name) is None


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("my.bucket", "dot"),
        ("", "0 characters"),
        ("ab", "2 characters"),
        ("a" * 64, "64 characters"),
        ("Staging", "character"),
        ("a_b_c", "character"),
        ("-abc", "character"),
        ("abc-", "character"),
        ("abc\n", "character"),
        ("äbc", "character"),
        ("xn--abc", "xn--"),
        ("amzn-s3-demo-bucket", "amzn-s3-demo-"),
        ("abc-s3alias", "-s3alias"),
        (7, "not text"),
        (None, "not text"),
    ],
)
def test_other_bucket_names_are_faults(name: object, fault: str) -> None:
    found = bucket_name_fault(name)

    assert found is not None
    assert fault in found
    assert "3 to 63" in found


@pytest.mark.parametrize(
    "prefix", ["", "staging", "staging/", "a/b-c/d_e", "team=x/y.z", "a" * 512]
)
def test_prefixes_pass(prefix: str) -> None:
    assert bucket_prefix_fault(prefix) is None


@pytest.mark.parametrize(
    ("prefix", "fault"),
    [
        ("/staging", "begins with '/'"),
        ("a" * 513, "513"),
        ("a*", "cannot stand"),
        ("a?", "cannot stand"),
        ("${aws:username}", "cannot stand"),
        ("a b", "cannot stand"),
        ("a\n", "cannot stand"),
        ("a//b", "empty part"),
        ("a//", "empty part"),
        ("a/../b", "'..'"),
        (None, "not text"),
    ],
)
def test_prefixes_that_would_widen_or_break_the_policy_are_faults(
    prefix: object, fault: str
) -> None:
    assert fault in str(bucket_prefix_fault(prefix))


@pytest.mark.parametrize(
    ("account_id", "sound"),
    [
        ("123456789012", True),
        ("000123456789", True),
        ("12345678901", False),
        ("1234567890123", False),
        ("1234-5678-9012", False),
        ("١٢٣٤٥٦٧٨٩٠١٢", False),
        ("123456789012\n", False),
        (123456789012, False),
    ],
)
def test_an_account_id_has_twelve_digits(account_id: object, sound: bool) -> None:
    assert (account_id_fault(account_id) is None) is sound


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("staging-polytomic-databricks", None),
        ("a+=,.@_-Z9", None),
        ("a" * 64, None),
        ("a" * 65, "65"),
        ("", "empty"),
        ("a/b", "character"),
        ("a b", "character"),
        ("rôle", "character"),
        ("a*", "character"),
        (1, "not text"),
    ],
)
def test_role_names(name: object, fault: str | None) -> None:
    _expect(role_name_fault(name), fault)


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/", None),
        ("/a/", None),
        ("/a/b.c/", None),
        ("/" + "a" * 510 + "/", None),
        ("/" + "a" * 511 + "/", "513"),
        ("", "begin and end"),
        ("a/", "begin and end"),
        ("/a", "begin and end"),
        ("/a b/", "character"),
        ("/ä/", "character"),
        ("/a*/", "mean something else"),
        ("/$a/", "mean something else"),
        ("//", "empty part"),
        ("/a//b/", "empty part"),
        (None, "not text"),
    ],
)
def test_role_paths(path: object, fault: str | None) -> None:
    _expect(role_path_fault(path), fault)


@pytest.mark.parametrize(
    ("arn", "fault"),
    [
        ("arn:aws:iam::123456789012:role/staging", None),
        ("arn:aws-us-gov:iam::123456789012:role/a/b/staging", None),
        ("staging", "not an ARN"),
        (None, "not text"),
        ("arn:amazon:iam::123456789012:role/staging", "partition"),
        ("arn:aws:sts::123456789012:role/staging", "service 'iam'"),
        ("arn:aws:iam:us-east-1:123456789012:role/staging", "region"),
        ("arn:aws:iam::12:role/staging", "12 digits"),
        ("arn:aws:iam::<YOUR-AWS-ACCOUNT-ID>:role/<YOUR-ROLE-NAME>", "12 digits"),
        ("arn:aws:iam::123456789012:user/staging", "not the ARN of a role"),
        ("arn:aws:iam::123456789012:role", "not the ARN of a role"),
        ("arn:aws:iam::123456789012:role/", "malformed role name"),
        ("arn:aws:iam::123456789012:role/*", "malformed role name"),
        ("arn:aws:iam::123456789012:role/" + "a" * 65, "malformed role name"),
        ("arn:aws:iam::123456789012:role//staging", "malformed path"),
        ("arn:aws:iam::123456789012:role/a*/staging", "malformed path"),
    ],
)
def test_role_arns(arn: object, fault: str | None) -> None:
    _expect(role_arn_fault(arn), fault)


@pytest.mark.parametrize(
    ("arn", "fault"),
    [
        ("arn:aws:iam::568237466542:root", None),
        ("arn:aws:iam::568237466542:role/convox/prod-polytomic-ServiceRole-1ELGH39L0GCHT", None),
        ("arn:aws:iam::123456789012:user/self-hosted", None),
        ("*", "everybody"),
        ("568237466542", "not an ARN"),
        ("AROA1234567890EXAMPLE", "not an ARN"),
        ("arn:aws:iam::1:root", "12 digits"),
        ("arn:aws:iam::123456789012:role/*", "malformed role name"),
        ("arn:aws:iam::123456789012:group/all", "neither"),
        ("arn:aws:sts::123456789012:assumed-role/a/b", "service 'iam'"),
        (5, "not text"),
    ],
)
def test_principals_for_a_trust_policy(arn: object, fault: str | None) -> None:
    _expect(principal_arn_fault(arn), fault)


@pytest.mark.parametrize(
    ("arn", "fault"),
    [
        ("arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab", None),
        ("arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-1234abcd", None),
        ("arn:aws:kms:us-east-1:123456789012:alias/staging", "alias"),
        ("arn:aws:kms::123456789012:key/1", "no region"),
        ("arn:aws:kms:*:123456789012:key/1", "no region"),
        ("arn:aws:kms:us-east-1:123456789012:key/*", "one key"),
        ("arn:aws:kms:us-east-1:1:key/1", "12 digits"),
        ("arn:aws:s3:::bucket", "service 'kms'"),
        ("1234abcd-12ab-34cd-56ef-1234567890ab", "not an ARN"),
    ],
)
def test_kms_keys(arn: object, fault: str | None) -> None:
    _expect(kms_key_arn_fault(arn), fault)


@pytest.mark.parametrize(
    ("arn", "fault"),
    [
        ("arn:aws:iam::123456789012:policy/boundaries/staging", None),
        ("arn:aws:iam::aws:policy/PowerUserAccess", None),
        ("arn:aws:iam::123456789012:policy/" + "a" * 128, None),
        ("arn:aws:iam::123456789012:policy/" + "a" * 129, "malformed policy name"),
        ("arn:aws:iam::123456789012:role/staging", "not the ARN of a policy"),
        ("arn:aws:iam::me:policy/staging", "12 digits"),
        ("PowerUserAccess", "not an ARN"),
    ],
)
def test_permissions_boundaries(arn: object, fault: str | None) -> None:
    _expect(policy_arn_fault(arn), fault)


@pytest.mark.parametrize(
    ("seconds", "fault"),
    [
        (3600, None),
        (43200, None),
        (7200.0, None),
        (3599, "out of range"),
        (43201, "out of range"),
        (3600.5, "whole"),
        (math.nan, "out of range"),
        (math.inf, "out of range"),
        (True, "not a number"),
        ("3600", "not a number"),
    ],
)
def test_session_durations(seconds: object, fault: str | None) -> None:
    _expect(session_duration_fault(seconds), fault)


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("team", "data platform", None),
        ("équipe", "", None),
        ("a" * 128, "b" * 256, None),
        ("", "x", "0 characters"),
        ("a" * 129, "x", "129"),
        ("a", "b" * 257, "257"),
        ("aws:team", "x", "aws:"),
        ("AWS:team", "x", "aws:"),
        ("a*", "x", "in its key"),
        ("a", "x\n", "in its value"),
        ("a", 1, "not text"),
        (1, "a", "not text"),
    ],
)
def test_tags(key: object, value: object, fault: str | None) -> None:
    _expect(tag_fault(key, value), fault)


def _expect(found: str | None, fault: str | None) -> None:
    if fault is None:
        assert found is None
    else:
        assert fault in str(found)
