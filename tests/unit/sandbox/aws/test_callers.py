"""Who calls: known keys of each account and partition, and the refusals of all others."""

from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.request import Request, urlopen

import pytest

from pulumi_polytomic.principals import DATABRICKS_ENVIRONMENTS
from sandbox.aws.callers import Session, identify
from sandbox.aws.errors import AwsError
from sandbox.aws.request import AwsRequest
from sandbox.identities import ADMINISTRATOR, POLYTOMIC, STRANGER, UNITY_CATALOG, Identity
from tests.unit.sandbox.aws.support import Aws, allow, refusal, trust


@pytest.mark.parametrize(
    ("service", "call", "code", "status"),
    [
        ("sts", "get_caller_identity", "InvalidClientTokenId", 403),
        ("iam", "list_roles", "InvalidClientTokenId", 403),
        ("s3", "list_buckets", "InvalidAccessKeyId", 403),
        ("kms", "list_keys", "UnrecognizedClientException", 400),
    ],
)
def test_an_unknown_key_is_refused(
    aws: Aws, service: str, call: str, code: str, status: int
) -> None:
    client = aws.raw(service, "AKIANOBODYKNOWSTHIS0")
    assert refusal(getattr(client, call))[::2] == (code, status)


@pytest.mark.parametrize("key", ["ADMINISTRATOR", "session"])
def test_a_wrong_session_token_is_refused(aws: Aws, key: str) -> None:
    access_key = ADMINISTRATOR.access_key_id
    if key == "session":
        arn = aws.role("trusting", trust(ADMINISTRATOR.arn))
        access_key = aws.assume(arn)["AccessKeyId"]
    for token in ("not-the-token", None)[: 1 if key == "ADMINISTRATOR" else 2]:
        client = aws.raw("sts", access_key, token=token)
        assert refusal(client.get_caller_identity)[0] == "InvalidClientTokenId"
        client = aws.raw("s3", access_key, token=token)
        assert refusal(client.list_buckets)[0] == "InvalidToken"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"Action=ListRoles&Version=2010-05-08", "MissingAuthenticationToken"),
        (None, "AccessDenied"),
    ],
)
def test_an_unsigned_request_is_refused(aws: Aws, body: bytes | None, code: str) -> None:
    from urllib.error import HTTPError

    with pytest.raises(HTTPError) as caught:
        urlopen(Request(aws.sandbox.aws_endpoint, data=body))
    assert caught.value.code == 403
    assert f"<Code>{code}</Code>" in caught.value.read().decode()


def test_expired_credentials_are_refused() -> None:
    expired = Session(
        role_id="AROAEXAMPLE",
        role_arn="arn:aws:iam::123456789012:role/r",
        arn="arn:aws:sts::123456789012:assumed-role/r/s",
        token="token",
        expires=datetime.now(timezone.utc) - timedelta(seconds=1),
        policy=None,
    )
    request = AwsRequest("sts", "us-east-1", "", "ASIA1", "token", "POST", "/", {}, {}, {}, b"")
    with pytest.raises(AwsError) as caught:
        identify(request, {"ASIA1": expired}, "123456789012")
    assert caught.value.code == "ExpiredToken"


@pytest.mark.parametrize(
    ("identity", "region"),
    [
        (POLYTOMIC, "us-gov-west-1"),
        (STRANGER, "us-gov-west-1"),
        (UNITY_CATALOG["aws-us-gov"], "us-east-1"),
    ],
)
def test_keys_of_one_partition_are_unknown_in_another(
    aws: Aws, identity: Identity, region: str
) -> None:
    client = aws("sts", identity, region)
    assert refusal(client.get_caller_identity)[0] == "InvalidClientTokenId"


@pytest.mark.parametrize("service_call", [("iam", "list_roles"), ("kms", "list_keys")])
@pytest.mark.parametrize("identity", [POLYTOMIC, STRANGER])
def test_others_may_not_touch_the_account(
    aws: Aws, identity: Identity, service_call: tuple[str, str]
) -> None:
    service, call = service_call
    code = refusal(getattr(aws(service, identity), call))[0]
    assert code in ("AccessDenied", "AccessDeniedException")


@pytest.mark.parametrize(
    ("identity", "region", "arn"),
    [
        (ADMINISTRATOR, "us-east-1", "arn:aws:iam::123456789012:user/administrator"),
        (ADMINISTRATOR, "us-gov-west-1", "arn:aws-us-gov:iam::123456789012:user/administrator"),
        (
            POLYTOMIC,
            "eu-west-1",
            "arn:aws:sts::568237466542:assumed-role/"
            "prod-polytomic-ServiceRole-1ELGH39L0GCHT/sandbox",
        ),
        (STRANGER, "us-east-1", "arn:aws:iam::999999999999:user/stranger"),
    ],
)
def test_each_identity_is_itself(aws: Aws, identity: Identity, region: str, arn: str) -> None:
    answer = aws("sts", identity, region).get_caller_identity()
    assert (answer["Arn"], answer["Account"]) == (arn, arn.split(":")[4])


@pytest.mark.parametrize("environment", DATABRICKS_ENVIRONMENTS)
def test_unity_catalog_is_itself_in_its_partition(aws: Aws, environment: str) -> None:
    principal = DATABRICKS_ENVIRONMENTS[environment]
    region = "us-east-1" if principal.partition == "aws" else "us-gov-west-1"
    answer: Any = aws("sts", UNITY_CATALOG[environment], region).get_caller_identity()
    account = principal.unity_catalog_principal.split(":")[4]
    assert answer["Account"] == account
    assert answer["Arn"].startswith(f"arn:{principal.partition}:sts::{account}:assumed-role/")


def test_a_user_made_in_the_sandbox_has_only_what_its_policies_allow(aws: Aws) -> None:
    iam = aws("iam")
    iam.create_user(UserName="ci")
    key = iam.create_access_key(UserName="ci")["AccessKey"]
    user = aws.raw("iam", key["AccessKeyId"], key["SecretAccessKey"])
    code, message, _ = refusal(user.list_roles)
    assert code == "AccessDenied"
    assert (
        "arn:aws:iam::123456789012:user/ci is not authorized to perform: iam:ListRoles" in message
    )
    import json

    iam.put_user_policy(
        UserName="ci", PolicyName="p", PolicyDocument=json.dumps(allow("iam:ListRoles"))
    )
    assert user.list_roles()["Roles"] == []
