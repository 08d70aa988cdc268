"""Whether the bucket is there, whose it is and where, over HTTP against the sandbox's S3."""

import json
from typing import Any

import pytest

from pulumi_polytomic.diagnosis.bucket import look_at_bucket
from pulumi_polytomic.diagnosis.model import UnseenError
from sandbox.client import Sandbox
from sandbox.identities import STRANGER
from tests.unit.diagnosis.test_doctor import ARN, BUCKET, Setup, by_hand, doctor, findings

__all__ = ["by_hand"]


def _foreign(sandbox: Sandbox, *readers: str) -> None:
    """Puts a stranger's bucket in the place of ours, which these may list."""
    sandbox.aws_client("s3").delete_bucket(Bucket=BUCKET)
    theirs = sandbox.aws_client("s3", STRANGER)
    theirs.create_bucket(Bucket=BUCKET)
    if readers:
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": list(readers)},
            "Action": "s3:ListBucket",
            "Resource": f"arn:aws:s3:::{BUCKET}",
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
        theirs.put_bucket_policy(Bucket=BUCKET, Policy=policy)


@pytest.mark.parametrize("more", [(), ("--live",)], ids=["documents", "live"])
def test_a_missing_bucket_is_the_only_finding(by_hand: Setup, more: tuple[str, ...]) -> None:
    by_hand.sandbox.aws_client("s3").delete_bucket(Bucket=BUCKET)
    assert findings(by_hand, *more) == ["bucket-missing"]
    code, said = doctor(by_hand, *more)
    assert code == 1
    assert f"bucket {BUCKET}: does not exist\n   Create it in account 123456789012" in said


def test_a_name_that_is_mistyped_is_one_finding_too(by_hand: Setup) -> None:
    more = ("--connection", "Databricks", "--bucket", "my-stagin-bucket")
    assert findings(by_hand, *more) == ["bucket-missing"]
    assert f"The Polytomic connection stages in {BUCKET}." in doctor(by_hand, *more)[1]


def test_the_bucket_is_looked_at_before_anything_else(by_hand: Setup) -> None:
    by_hand.sandbox.clear_calls()
    findings(by_hand)
    operations = [call["operation"] for call in by_hand.sandbox.calls()]
    assert next(each for each in operations if not each.startswith("sts:")) == "s3:HeadBucket"


def test_a_bucket_of_another_account_is_the_only_finding(by_hand: Setup) -> None:
    _foreign(by_hand.sandbox, "arn:aws:iam::123456789012:root")
    assert findings(by_hand, "--live") == ["bucket-foreign"]
    assert "belongs to another AWS account than the role (123456789012)" in doctor(by_hand)[1]


def test_a_bucket_that_is_not_shown_is_not_certain(by_hand: Setup) -> None:
    _foreign(by_hand.sandbox)
    code, said = doctor(by_hand, "--json")
    answer = json.loads(said)
    assert (code, answer["healthy"], answer["findings"]) == (0, True, [])
    assert [each["code"] for each in answer["uncertain"]] == ["bucket-unseen"]


def test_other_things_that_are_wrong_are_said_beside_the_bucket(by_hand: Setup) -> None:
    by_hand.sandbox.aws_client("s3").delete_bucket(Bucket=BUCKET)
    trust = by_hand.trust()
    trust["Statement"].pop(1)
    by_hand.write(trust, by_hand.permissions())
    assert findings(by_hand) == ["bucket-missing", "databricks-principal"]


def test_who_may_not_list_the_bucket_sees_by_its_location_that_it_is_ours(by_hand: Setup) -> None:
    by_hand.sandbox.settings(denied_actions=["s3:ListBucket"])
    assert findings(by_hand) == []


def _in_ireland(setup: Setup) -> None:
    s3 = setup.sandbox.aws_client("s3", region="eu-west-1")
    setup.sandbox.aws_client("s3").delete_bucket(Bucket=BUCKET)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})


def test_the_region_is_told_and_compared_with_the_connections(by_hand: Setup) -> None:
    assert f"Looked at bucket {BUCKET}, in us-east-1" in doctor(by_hand)[1]
    _in_ireland(by_hand)
    assert findings(by_hand) == ["connection-region"]
    assert (
        "is in eu-west-1, and the Polytomic connection has us-east-1"
        in (doctor(by_hand, "--connection", "Databricks")[1])
    )


def test_the_region_is_told_without_s3_listbucket_too(by_hand: Setup) -> None:
    _in_ireland(by_hand)
    by_hand.sandbox.settings(denied_actions=["s3:ListBucket"])
    client = by_hand.sandbox.aws_client("s3")
    assert look_at_bucket(client, BUCKET, ARN) == ("eu-west-1", None)


def test_a_key_of_another_region_is_found(by_hand: Setup) -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    permissions: dict[str, Any] = by_hand.permissions()
    kms = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
    permissions["Statement"].append({"Effect": "Allow", "Action": kms, "Resource": key})
    by_hand.write(by_hand.trust(), permissions)
    assert findings(by_hand, "--kms-key-arn", key) == ["kms-region"]


def test_an_aws_that_does_not_answer_is_no_finding(by_hand: Setup) -> None:
    by_hand.sandbox.fault(service="aws", operation="s3:HeadBucket", status=503, times=0)
    with pytest.raises(UnseenError, match="HTTP 503"):
        look_at_bucket(by_hand.sandbox.aws_client("s3"), BUCKET, ARN)
