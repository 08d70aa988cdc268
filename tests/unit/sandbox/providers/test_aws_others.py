import json
from typing import Any

import pytest

from sandbox.client import Sandbox
from tests.unit.sandbox.providers.conftest import NewPlugin
from tests.unit.sandbox.providers.support import Plugin, RefusalError
from tests.unit.sandbox.providers.test_role import TRUST

BUCKET = "aws:s3/bucket:Bucket"
KEY = "aws:kms/key:Key"
ROLE = "aws:iam/role:Role"


def test_bucket_lives(aws: Plugin, sandbox: Sandbox) -> None:
    base = {"bucket": "staging-bucket", "tags": {"a": "b"}}
    bucket, state = aws.create(BUCKET, base)
    assert (bucket, state["arn"]) == ("staging-bucket", "arn:aws:s3:::staging-bucket")
    assert state["tags"] == {"a": "b"}
    assert aws.diff(BUCKET, state, base).changes == 1
    assert list(aws.diff(BUCKET, state, {"bucket": "other"}).replaces) == ["bucket"]
    state = aws.update(BUCKET, bucket, state, {"bucket": "staging-bucket"})
    assert "tags" not in state
    sandbox.aws_client("s3").put_object(Bucket=bucket, Key="k", Body=b"")
    with pytest.raises(RefusalError, match="BucketNotEmpty"):
        aws.delete(BUCKET, bucket, state)
    aws.delete(BUCKET, bucket, {**state, "forceDestroy": True})
    assert aws.read(BUCKET, bucket, state, base)[0] == ""


def test_bucket_refuses_by_name_what_it_cannot_do(aws: Plugin) -> None:
    ((place, reason),) = aws.faults(BUCKET, {"acl": "private"})
    assert place == "acl"
    assert "not part of the sandbox's provider" in reason


def test_key_lives(aws: Plugin, sandbox: Sandbox) -> None:
    base = {"description": "staging", "deletionWindowInDays": 7, "enableKeyRotation": True}
    key, state = aws.create(KEY, base)
    assert state["arn"].endswith(key)
    assert (state["enableKeyRotation"], state["isEnabled"]) == (True, True)
    assert aws.diff(KEY, state, base).changes == 1
    state = aws.update(KEY, key, state, {**base, "isEnabled": False, "tags": {"a": "b"}})
    assert (state["isEnabled"], state["tags"]) == (False, {"a": "b"})
    aws.delete(KEY, key, state)
    assert aws.read(KEY, key, state, base)[0] == ""
    assert aws.faults(KEY, {"deletionWindowInDays": 5})[0][0] == "deletionWindowInDays"


def test_functions_answer(aws: Plugin) -> None:
    caller = aws.invoke("aws:index/getCallerIdentity:getCallerIdentity")
    assert caller["accountId"] == caller["id"] == "123456789012"
    assert caller["arn"] == "arn:aws:iam::123456789012:user/administrator"
    partition = aws.invoke("aws:index/getPartition:getPartition")
    assert (partition["partition"], partition["dnsSuffix"]) == ("aws", "amazonaws.com")
    region = aws.invoke("aws:index/getRegion:getRegion")
    assert (region["region"], region["description"]) == ("us-east-1", "US East (N. Virginia)")
    aws.create(ROLE, {"name": "r", "assumeRolePolicy": TRUST})
    assert aws.invoke("aws:iam/getRole:getRole", name="r")["uniqueId"].startswith("AROA")
    with pytest.raises(RefusalError, match="NoSuchEntity"):
        aws.invoke("aws:iam/getRole:getRole", name="nobody")


def test_what_is_not_here_is_refused_by_name(aws: Plugin) -> None:
    with pytest.raises(RefusalError, match="no resource type 'aws:iam/user:User'"):
        aws.check("aws:iam/user:User", {})
    with pytest.raises(RefusalError, match="no function 'aws:index/getArn:getArn'"):
        aws.invoke("aws:index/getArn:getArn")


def test_errors_carry_no_traceback(aws: Plugin) -> None:
    with pytest.raises(RefusalError) as caught:
        aws.check("aws:iam/user:User", {})
    assert "Traceback" not in str(caught.value)
    assert "File " not in str(caught.value)


def test_schema_names_what_is_served(aws: Plugin) -> None:
    schema = json.loads(aws.schema())
    role = schema["resources"][ROLE]
    assert role["requiredInputs"] == ["assumeRolePolicy"]
    assert role["inputProperties"]["maxSessionDuration"] == {"type": "integer"}
    assert "arn" not in role["inputProperties"]
    assert "acl" not in schema["resources"][BUCKET]["inputProperties"]


@pytest.mark.parametrize(
    ("config", "place", "words"),
    [
        ({"regio": "x"}, "regio", "Did you mean 'region'?"),
        ({"skipCredentialsValidation": "perhaps"}, "skipCredentialsValidation", "boolean"),
        ({"allowedAccountIds": '["1"]', "forbiddenAccountIds": '["2"]'}, "allowedAccountIds", ""),
        ({"ignoreTags": "{}"}, "ignoreTags", "not part of the sandbox's provider"),
    ],
)
def test_configuration_is_checked(
    aws: Plugin, config: dict[str, str], place: str, words: str
) -> None:
    ((found, reason),) = aws.check_config(**config)
    assert found == place
    assert words in reason


def test_a_missing_region_is_refused(new_plugin: NewPlugin) -> None:
    plugin = new_plugin("aws", AWS_REGION=None, AWS_DEFAULT_REGION=None)
    ((place, reason),) = plugin.check_config()
    assert place == "region"
    assert "pulumi config set aws:region" in reason
    assert plugin.check_config(region="us-east-1") == []


@pytest.mark.parametrize("package", ["aws", "databricks"])
def test_nothing_works_outside_a_sandbox(new_plugin: NewPlugin, package: str) -> None:
    plugin = new_plugin(package, PULUMI_POLYTOMIC_SANDBOX=None)
    with pytest.raises(RefusalError, match="PULUMI_POLYTOMIC_SANDBOX is not set"):
        plugin.check_config()
    with pytest.raises(RefusalError, match="PULUMI_POLYTOMIC_SANDBOX is not set"):
        plugin.configure()


@pytest.mark.parametrize("endpoint", [None, "https://iam.example.com", "http://127.0.0.1.example"])
def test_aws_elsewhere_is_never_called(new_plugin: NewPlugin, endpoint: str | None) -> None:
    plugin = new_plugin("aws", AWS_ENDPOINT_URL=endpoint)
    with pytest.raises(RefusalError, match="talks to nothing but the sandbox's own servers"):
        plugin.configure()


def test_a_single_service_elsewhere_is_never_called(
    new_plugin: NewPlugin, sandbox: Sandbox
) -> None:
    plugin = new_plugin("aws").configure(endpoints='[{"iam": "https://iam.example.com"}]')
    with pytest.raises(RefusalError, match=r"the endpoint of iam points to iam\.example\.com"):
        plugin.read(ROLE, "r")
    assert sandbox.calls("aws")[-1]["operation"].startswith("sts:")


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"allowedAccountIds": '["999999999999"]'}, "AWS account ID not allowed: 123456789012"),
        ({"forbiddenAccountIds": '["123456789012"]'}, "AWS account ID not allowed"),
        ({"accessKey": "AKIANOBODY0000000000", "secretKey": "x"}, "InvalidClientTokenId"),
        ({"profile": "nobody"}, "nobody"),
    ],
)
def test_the_account_is_proved(new_plugin: NewPlugin, config: dict[str, str], words: str) -> None:
    with pytest.raises(RefusalError, match=words):
        new_plugin("aws").configure(**config)


def test_roles_are_assumed_first(new_plugin: NewPlugin, aws: Plugin, sandbox: Sandbox) -> None:
    trust: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "deploy"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    _, role = aws.create(ROLE, {"name": "deployer", "assumeRolePolicy": document})
    assumed = json.dumps([{"roleArn": role["arn"], "externalId": "deploy"}])
    plugin = new_plugin("aws").configure(assumeRoles=assumed)
    caller = plugin.invoke("aws:index/getCallerIdentity:getCallerIdentity")
    assert caller["arn"] == "arn:aws:sts::123456789012:assumed-role/deployer/pulumi"
    with pytest.raises(RefusalError, match=r"assuming IAM Role .*AccessDenied"):
        new_plugin("aws").configure(assumeRoles=assumed.replace('"deploy"', '"wrong"'))


def test_default_tags_reach_every_resource(new_plugin: NewPlugin, sandbox: Sandbox) -> None:
    plugin = new_plugin("aws").configure(defaultTags='{"tags": {"a": "1", "b": "2"}}')
    inputs = plugin.check(BUCKET, {"bucket": "tagged", "tags": {"b": "3"}})
    assert inputs["tags"] == {"a": "1", "b": "3"}


def test_changed_configuration_is_a_difference(aws: Plugin) -> None:
    same = aws.diff_config({"region": "us-east-1"}, {"region": "us-east-1"})
    other = aws.diff_config({"region": "us-east-1"}, {"region": "us-west-2"})
    assert (same.changes, other.changes) == (same.DIFF_NONE, same.DIFF_SOME)
    assert list(other.diffs) == ["region"]
