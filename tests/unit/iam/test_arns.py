"""ARNs: read, written, computed."""

import pytest

from pulumi_polytomic.iam import PARTITIONS, Arn, ArnError, bucket_arn, partition_fault, role_arn


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "arn:aws:iam::123456789012:role/staging/polytomic",
            ("aws", "iam", "", "123456789012", "role/staging/polytomic"),
        ),
        ("arn:aws-us-gov:s3:::bucket/key:1", ("aws-us-gov", "s3", "", "", "bucket/key:1")),
        (
            "arn:aws:kms:eu-west-1:123456789012:key/1",
            ("aws", "kms", "eu-west-1", "123456789012", "key/1"),
        ),
    ],
)
def test_an_arn_is_read_and_written_back(text: str, parts: tuple[str, ...]) -> None:
    arn = Arn.parse(text)

    assert (arn.partition, arn.service, arn.region, arn.account_id, arn.resource) == parts
    assert str(arn) == text


@pytest.mark.parametrize(
    "text",
    ["", "arn", "arn:aws:iam::123456789012", "urn:aws:s3:::b", "arn::s3:::b", "arn:aws::::b", "*"],
)
def test_what_is_no_arn_is_refused(text: str) -> None:
    with pytest.raises(ArnError):
        Arn.parse(text)


def test_an_arn_without_a_resource_is_refused() -> None:
    with pytest.raises(ArnError, match="never empty"):
        Arn.parse("arn:aws:s3:::")


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(ArnError):
        Arn.parse(None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("partition", "path", "expected"),
    [
        ("aws", "/", "arn:aws:iam::123456789012:role/staging"),
        ("aws-us-gov", "/", "arn:aws-us-gov:iam::123456789012:role/staging"),
        ("aws-cn", "/data/polytomic/", "arn:aws-cn:iam::123456789012:role/data/polytomic/staging"),
    ],
)
def test_a_roles_arn_is_computed_by_partition_and_path(
    partition: str, path: str, expected: str
) -> None:
    computed = role_arn(partition=partition, account_id="123456789012", name="staging", path=path)

    assert computed == expected


def test_a_buckets_arn_has_neither_region_nor_account() -> None:
    assert (
        bucket_arn(partition="aws-us-gov", bucket_name="staging") == "arn:aws-us-gov:s3:::staging"
    )


@pytest.mark.parametrize(
    "wrong",
    [{"partition": "gov"}, {"account_id": "12"}, {"name": "a b"}, {"path": "x"}, {"name": ""}],
)
def test_a_roles_arn_of_malformed_parts_is_refused_by_name(wrong: dict[str, str]) -> None:
    parts = {"partition": "aws", "account_id": "123456789012", "name": "staging"} | wrong

    with pytest.raises(ArnError, match=next(iter(wrong))):
        role_arn(**parts)


@pytest.mark.parametrize(
    "wrong", [{"partition": "us-east-1"}, {"bucket_name": "A"}, {"bucket_name": "a.b"}]
)
def test_a_buckets_arn_of_malformed_parts_is_refused_by_name(wrong: dict[str, str]) -> None:
    with pytest.raises(ArnError, match=next(iter(wrong))):
        bucket_arn(**({"partition": "aws", "bucket_name": "staging"} | wrong))


def test_the_partitions_of_databricks_are_known() -> None:
    assert {"aws", "aws-us-gov"} <= set(PARTITIONS)
    assert partition_fault("aws") is None
    assert "aws-us-gov" in str(partition_fault("govcloud"))
