"""What the tests of the sandbox's AWS share."""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox.client import Sandbox
from sandbox.identities import ADMINISTRATOR, DEFAULT_REGION, Identity

BUCKET = "staging-bucket"


class Aws:
    """The sandbox's AWS, asked by any identity."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._clients: dict[tuple[str, Identity, str], Any] = {}

    def __call__(
        self, service: str, identity: Identity = ADMINISTRATOR, region: str = DEFAULT_REGION
    ) -> Any:
        # To make a client takes longer than to make a call.
        key = (service, identity, region)
        if key not in self._clients:
            self._clients[key] = self.sandbox.aws_client(service, identity, region)
        return self._clients[key]

    def session(self, service: str, credentials: dict[str, Any]) -> Any:
        return self.raw(
            service,
            credentials["AccessKeyId"],
            credentials["SecretAccessKey"],
            credentials["SessionToken"],
        )

    def raw(self, service: str, key: str, secret: str = "s", token: str | None = None) -> Any:
        return _session().client(
            service,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            region_name=DEFAULT_REGION,
            endpoint_url=self.sandbox.aws_endpoint,
            config=Config(retries={"total_max_attempts": 1}),
        )

    def role(self, name: str, trust: Any, *policies: Any, **arguments: Any) -> str:
        """Make a role with inline policies; its ARN."""
        iam = self("iam")
        arguments["AssumeRolePolicyDocument"] = json.dumps(trust)
        arn: str = iam.create_role(RoleName=name, **arguments)["Role"]["Arn"]
        for number, policy in enumerate(policies):
            iam.put_role_policy(
                RoleName=name, PolicyName=f"p{number}", PolicyDocument=json.dumps(policy)
            )
        return arn

    def assume(self, arn: str, identity: Identity = ADMINISTRATOR, **arguments: Any) -> Any:
        region = "us-gov-west-1" if "-us-gov" in arn else DEFAULT_REGION
        sts = self("sts", identity, region)
        answer = sts.assume_role(RoleArn=arn, RoleSessionName="test", **arguments)
        return answer["Credentials"]


@lru_cache
def _session() -> Any:
    return boto3.Session()


def allow(*actions: str, resource: str | list[str] = "*", **condition: Any) -> dict[str, Any]:
    """An identity policy of one statement."""
    statement: dict[str, Any] = {"Effect": "Allow", "Action": [*actions], "Resource": resource}
    if condition:
        statement["Condition"] = condition
    return {"Version": "2012-10-17", "Statement": [statement]}


def trust(principal: Any, external_id: str | None = None, **condition: Any) -> dict[str, Any]:
    """A trust policy of one statement."""
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": principal if principal == "*" else {"AWS": principal},
        "Action": "sts:AssumeRole",
    }
    if external_id:
        condition["StringEquals"] = {"sts:ExternalId": external_id}
    if condition:
        statement["Condition"] = condition
    return {"Version": "2012-10-17", "Statement": [statement]}


def refusal(call: Callable[..., Any], **arguments: Any) -> tuple[str, str, int]:
    """Code, message and HTTP status with which AWS refuses a call."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer: Any = caught.value.response
    error = answer["Error"]
    return error["Code"], error["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]
