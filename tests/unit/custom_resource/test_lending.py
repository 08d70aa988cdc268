"""What an AWS and a Databricks provider lend, and what of theirs cannot be lent."""

import json
from typing import Any

import pytest

from pulumi_polytomic.custom_resource.lending import (
    Lent,
    lent_by_aws,
    lent_by_databricks,
    with_lent,
)

ROLE = "arn:aws:iam::222222222222:role/deployer"


def test_aws_lends_keys_and_profile_and_nothing_else() -> None:
    given = {
        "profile": "data",
        "region": "eu-west-1",
        "accessKey": "AKIA",
        "secretKey": "key",
        "token": "session",
        "allowedAccountIds": '["222222222222"]',
        "defaultTags": '{"tags": {"team": "data"}}',
        "version": "7.51.1",
    }
    assert lent_by_aws(given) == Lent(
        {
            "awsProfile": "data",
            "awsRegion": "eu-west-1",
            "awsAccessKey": "AKIA",
            "awsSecretKey": "key",
            "awsToken": "session",
        }
    )


@pytest.mark.parametrize("as_text", [True, False])
def test_aws_lends_the_role_that_it_assumes(as_text: bool) -> None:
    roles = [{"roleArn": ROLE, "externalId": "x", "sessionName": "pulumi", "tags": None}]
    given = {"assumeRoles": json.dumps(roles) if as_text else roles}
    assert lent_by_aws(given) == Lent({"awsAssumeRoleArn": ROLE, "awsAssumeRoleExternalId": "x"})


def test_aws_lends_an_address_that_iam_and_sts_share() -> None:
    address = "http://127.0.0.1:4566"
    given = {"endpoints": json.dumps([{"iam": address, "s3": "http://s3", "sts": address}])}
    assert lent_by_aws(given) == Lent({"awsEndpoint": address})
    assert lent_by_aws({"endpoints": '[{"s3": "http://s3"}]'}) == Lent()


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"assumeRoles": [{"roleArn": ROLE}, {"roleArn": ROLE}]}, "assumeRoles"),
        ({"assumeRoles": [{"roleArn": ROLE, "policy": "{}"}]}, "assumeRoles"),
        ({"assumeRoleWithWebIdentity": '{"roleArn": "x"}'}, "assumeRoleWithWebIdentity"),
        ({"sharedConfigFiles": '["/etc/aws"]'}, "sharedConfigFiles"),
        ({"sharedCredentialsFiles": '["/etc/aws"]'}, "sharedCredentialsFiles"),
        ({"endpoints": [{"iam": "http://a"}]}, "endpoints"),
        ({"endpoints": [{"iam": "http://a", "sts": "http://b"}]}, "endpoints"),
    ],
    ids=str,
)
def test_what_of_aws_cannot_be_lent_is_named(given: dict[str, Any], name: str) -> None:
    assert lent_by_aws({**given, "region": "eu-west-1"}).unusable == (name,)
    assert lent_by_aws(dict.fromkeys(given, "")).unusable == ()


def test_databricks_lends_its_sign_in() -> None:
    given = {"host": "https://x", "clientId": "app", "clientSecret": "secret", "clusterId": "c"}
    assert lent_by_databricks(given) == Lent(
        {
            "databricksHost": "https://x",
            "databricksClientId": "app",
            "databricksClientSecret": "secret",
        }
    )
    assert lent_by_databricks({"azureClientId": "app"}).unusable == ("azureClientId",)


def test_what_is_given_here_is_not_mixed_with_theirs() -> None:
    own = {"databricksProfile": "ours", "timeout": "30", "awsProfile": "", "version": "0.1.0"}
    aws = Lent({"awsProfile": "theirs"})
    databricks = Lent({"databricksHost": "https://theirs", "databricksToken": "theirs"})
    assert with_lent(own, aws, databricks) == {
        "databricksProfile": "ours",
        "timeout": "30",
        "awsProfile": "theirs",
    }


def test_of_what_cannot_be_lent_whole_nothing_is() -> None:
    aws = Lent({"awsRegion": "eu-west-1"}, ("sharedConfigFiles",))
    assert with_lent({}, aws, Lent()) == {}
