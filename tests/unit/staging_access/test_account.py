"""Where the role's account and partition come from, and what happens when they are not right."""

import json
from typing import Any

import pytest

from pulumi_polytomic import DatabricksStagingAccess

from .conftest import ACCOUNT, DATABRICKS_ID, POLYTOMIC_ID, Recorder

MINIMAL: dict[str, Any] = {"bucket_name": "acme-staging", "polytomic_external_id": POLYTOMIC_ID}


def make(args: Any, name: str = "staging") -> DatabricksStagingAccess:
    return DatabricksStagingAccess(name, args)


def test_given_account_and_partition_look_nothing_up(recorder: Recorder, deploy: Any) -> None:
    args = {**MINIMAL, "account_id": ACCOUNT, "partition": "aws"}
    deploy(lambda: make({**args, "check_access": False}).role_arn)
    assert recorder.calls == []
    # What reaches AWS by itself is to reach the same account.
    deploy(lambda: make(args).role_arn)
    assert recorder.calls == ["aws:index/getCallerIdentity:getCallerIdentity"]


def test_one_lookup_serves_all_components_of_a_stack(recorder: Recorder, deploy: Any) -> None:
    def program() -> Any:
        return [make(MINIMAL, name=f"s{n}").role_arn for n in range(5)]

    deploy(program)
    assert recorder.calls == ["aws:index/getCallerIdentity:getCallerIdentity"]


def test_govcloud_takes_partition_and_principals_of_its_own(
    recorder: Recorder, deploy: Any
) -> None:
    principal = (
        "arn:aws-us-gov:iam::044793339203:role/unity-catalog-prod-UCMasterRole-1QRFA8SGY15OJ"
    )
    recorder.caller_arn = f"arn:aws-us-gov:iam::{ACCOUNT}:user/someone"
    recorder.iam_role = {"externalId": DATABRICKS_ID, "unityCatalogIamArn": principal}
    args = {
        **MINIMAL,
        "databricks_environment": "aws-us-gov",
        "polytomic_principal": "arn:aws-us-gov:iam::111122223333:role/polytomic",
    }
    arn = deploy(lambda: make(args).role_arn)
    assert arn == f"arn:aws-us-gov:iam::{ACCOUNT}:role/staging-polytomic-databricks"
    permissions = json.loads(recorder.inputs("policy")["policy"])
    assert permissions["Statement"][0]["Resource"] == [
        "arn:aws-us-gov:s3:::acme-staging/*",
        "arn:aws-us-gov:s3:::acme-staging",
    ]


def test_provider_of_another_partition_is_refused(recorder: Recorder, deploy: Any) -> None:
    recorder.caller_arn = f"arn:aws-us-gov:iam::{ACCOUNT}:user/someone"
    with pytest.raises(Exception, match="databricks_environment: 'aws' is in AWS partition 'aws'"):
        deploy(lambda: make(MINIMAL).role_arn)
    assert "staging-credential" not in recorder.resources


def test_wrong_account_id_is_told_once_aws_names_the_real_one(
    recorder: Recorder, deploy: Any
) -> None:
    args = {**MINIMAL, "account_id": "999988887777", "partition": "aws", "check_access": False}
    with pytest.raises(Exception, match="AWS made the role as arn:aws:iam::123456789012"):
        deploy(lambda: make(args).role_arn)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"account_id": "999988887777"}, f"'999988887777', .* provider is in '{ACCOUNT}'"),
        ({"account_id": "999988887777", "self_trust": "principal", "check_access": False}, ACCOUNT),
        (
            {
                "partition": "aws-us-gov",
                "databricks_environment": "aws-us-gov",
                "polytomic_principal": f"arn:aws-us-gov:iam::{ACCOUNT}:role/polytomic",
            },
            "partition: is 'aws-us-gov', .* provider is in 'aws'",
        ),
    ],
)
def test_another_account_or_partition_is_told_before_anything_is_made(
    recorder: Recorder, deploy: Any, args: dict[str, Any], said: str
) -> None:
    with pytest.raises(Exception, match=said):
        deploy(lambda: make({**MINIMAL, **args}).role_arn)
    assert {each.typ for each in recorder.resources.values()} <= {
        "polytomic-databricks:index:DatabricksStagingAccess"
    }
