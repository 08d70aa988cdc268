"""Which resources the component makes, with which names, parents, inputs and dependencies."""

import json
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_databricks as databricks
import pytest
from pulumi.runtime import rpc

from pulumi_polytomic import DatabricksStagingAccess, StagingAccessCheck
from pulumi_polytomic.component.outputs import outputs_of

from .conftest import ACCOUNT, DATABRICKS_ID, POLYTOMIC_ID, TYPES, UNITY_CATALOG, Recorder

ARN = f"arn:aws:iam::{ACCOUNT}:role/staging-polytomic-databricks"
MINIMAL: dict[str, Any] = {"bucket_name": "acme-staging", "polytomic_external_id": POLYTOMIC_ID}

# Written by hand from Polytomic's guide and facts/aws-iam.md.
TRUST_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "PolytomicAssumeRole",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::568237466542:root"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": POLYTOMIC_ID}},
        },
        {
            "Sid": "UnityCatalogAssumeRole",
            "Effect": "Allow",
            "Principal": {"AWS": UNITY_CATALOG},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": DATABRICKS_ID}},
        },
        {
            "Sid": "ExplicitSelfRoleAssumption",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"sts:ExternalId": DATABRICKS_ID},
                "ArnEquals": {
                    "aws:PrincipalArn": (
                        "arn:aws:iam::123456789012:role/staging-polytomic-databricks"
                    )
                },
            },
        },
    ],
}
S3_STATEMENT = {
    "Sid": "PolytomicAndDatabricksS3Access",
    "Effect": "Allow",
    "Action": [
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
        "s3:DeleteObject",
        "s3:GetBucketLocation",
        "s3:ListBucketMultipartUploads",
        "s3:ListMultipartUploadParts",
        "s3:AbortMultipartUpload",
    ],
    "Resource": ["arn:aws:s3:::acme-staging/*", "arn:aws:s3:::acme-staging"],
}
SELF_ASSUME = {
    "Sid": "AllowSelfAssume",
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Resource": "arn:aws:iam::123456789012:role/staging-polytomic-databricks",
}


def make(args: Any, opts: pulumi.ResourceOptions | None = None) -> DatabricksStagingAccess:
    return DatabricksStagingAccess("staging", args, opts)


def test_minimal_arguments_make_four_children_with_stable_names(
    recorder: Recorder, deploy: Any
) -> None:
    deploy(lambda: make(MINIMAL).role_arn)
    assert {name: resource.typ for name, resource in recorder.resources.items()} == {
        "staging": TYPES["component"],
        "staging-credential": TYPES["credential"],
        "staging-role": TYPES["role"],
        "staging-policy": TYPES["policy"],
        "staging-check": TYPES["check"],
    }
    assert recorder.calls == ["aws:index/getCallerIdentity:getCallerIdentity"]


def test_what_is_made_is_proved_unless_the_program_says_no(recorder: Recorder, deploy: Any) -> None:
    deploy(lambda: make({**MINIMAL, "check_access": False}).role_arn)
    assert "staging-check" not in recorder.resources


@pytest.mark.parametrize(("given", "mode"), [(True, "fail"), ("warn", "warn")])
def test_the_proof_is_told_what_was_made(
    recorder: Recorder, deploy: Any, given: Any, mode: str
) -> None:
    deploy(lambda: make({**MINIMAL, "check_access": given, "check_access_deadline": 60}).role_arn)
    check = recorder.inputs("check")
    triggers = check.pop("triggers")
    external_ids = check.pop("polytomicExternalIds")
    assert external_ids["value"] == [POLYTOMIC_ID]
    assert external_ids[rpc._special_sig_key] == rpc._special_secret_sig
    assert set(triggers) == {"trustPolicy", "permissionsPolicy"}
    assert all(len(each) == 64 and POLYTOMIC_ID not in each for each in triggers.values())
    assert check == {
        "roleArn": ARN,
        "bucketName": "acme-staging",
        "storageCredentialName": "staging-polytomic-databricks",
        "mode": mode,
        "deadline": 60,
    }


def test_children_have_the_component_as_parent(deploy: Any) -> None:
    urns: list[str] = []

    def program() -> Any:
        options = pulumi.ResourceOptions(
            transformations=[
                lambda args: urns.append(
                    f"{args.type_} < {getattr(args.opts.parent, '_type', None)}"
                )
            ]
        )
        return make(MINIMAL, options).role_arn

    deploy(program)
    for kind in ("credential", "role", "policy", "check"):
        assert f"{TYPES[kind]} < {TYPES['component']}" in urns


def test_inputs_of_every_child(recorder: Recorder, deploy: Any) -> None:
    deploy(lambda: make(MINIMAL).role_arn)
    assert recorder.inputs("credential") == {
        "name": "staging-polytomic-databricks",
        "awsIamRole": {"roleArn": ARN},
        "skipValidation": True,
        "forceUpdate": True,
    }
    role = recorder.inputs("role")
    assert json.loads(role.pop("assumeRolePolicy")) == TRUST_POLICY
    assert role == {
        "name": "staging-polytomic-databricks",
        "description": "Lets Polytomic stage files in S3 and Databricks Unity Catalog read them",
    }
    policy = recorder.inputs("policy")
    assert json.loads(policy.pop("policy")) == {
        "Version": "2012-10-17",
        "Statement": [S3_STATEMENT, SELF_ASSUME],
    }
    assert policy == {
        "name": "polytomic-databricks-staging-access",
        "role": "staging-polytomic-databricks",
    }


def test_every_setting_reaches_its_resource(recorder: Recorder, deploy: Any) -> None:
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
    args = {
        **MINIMAL,
        "bucket_prefix": "in/here",
        "role_name": "the-role",
        "role_path": "/data/",
        "role_description": "says so",
        "permissions_boundary": boundary,
        "max_session_duration": 7200,
        "tags": {"team": "data"},
        "storage_credential_name": "the-credential",
        "storage_credential_comment": "a comment",
        "storage_credential_owner": "admins",
        "storage_credential_read_only": True,
        "isolation_mode": "ISOLATION_MODE_ISOLATED",
        "force_destroy": True,
        "kms_key_arn": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234",
    }
    url = deploy(lambda: make(args).staging_url)
    assert url == "s3://acme-staging/in/here"
    assert recorder.inputs("credential") == {
        "name": "the-credential",
        "awsIamRole": {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/data/the-role"},
        "comment": "a comment",
        "owner": "admins",
        "readOnly": True,
        "isolationMode": "ISOLATION_MODE_ISOLATED",
        "forceDestroy": True,
        "skipValidation": True,
        "forceUpdate": True,
    }
    role = recorder.inputs("role")
    assert role.pop("assumeRolePolicy")
    assert role == {
        "name": "the-role",
        "path": "/data/",
        "description": "says so",
        "permissionsBoundary": boundary,
        "maxSessionDuration": 7200,
        "tags": {"team": "data"},
    }
    sids = [s["Sid"] for s in json.loads(recorder.inputs("policy")["policy"])["Statement"]]
    assert "AllowKms" in sids
    assert all(sid.startswith(("PolytomicAndDatabricksS3Access", "Allow")) for sid in sids)


def test_outputs_are_strings_under_the_names_of_the_contract(deploy: Any) -> None:
    def program() -> Any:
        access = make(MINIMAL)
        return {name: getattr(access, name) for name in outputs_of(DatabricksStagingAccess)}

    outputs = deploy(program)
    assert json.loads(outputs.pop("trust_policy")) == TRUST_POLICY
    assert json.loads(outputs.pop("permissions_policy"))["Statement"][0] == S3_STATEMENT
    assert outputs == {
        "role_arn": ARN,
        "role_name": "staging-polytomic-databricks",
        "polytomic_external_id": POLYTOMIC_ID,
        "databricks_external_id": DATABRICKS_ID,
        "unity_catalog_principal": UNITY_CATALOG,
        "storage_credential_name": "staging-polytomic-databricks",
        "staging_url": "s3://acme-staging",
        "connection_id": None,
    }


def test_the_resources_themselves_are_attributes(recorder: Recorder, deploy: Any) -> None:
    made: list[DatabricksStagingAccess] = []

    def program(**more: Any) -> Any:
        made.append(DatabricksStagingAccess("staging", **{**MINIMAL, **more}))
        return made[-1].role_arn

    deploy(program)
    deploy(lambda: program(storage_credential="none", check_access=False))
    whole, least = made
    assert (type(whole.role), type(whole.role_policy)) == (aws.iam.Role, aws.iam.RolePolicy)
    assert type(whole.storage_credential) is databricks.StorageCredential
    assert type(whole.access_check) is StagingAccessCheck
    assert whole.connection is None, "its external ID was given"
    assert (least.storage_credential, least.access_check) == (None, None)


def test_without_a_credential_only_polytomic_is_trusted(recorder: Recorder, deploy: Any) -> None:
    def program() -> Any:
        access = make({**MINIMAL, "storage_credential": "none"})
        return [access.role_arn, access.storage_credential_name, access.databricks_external_id]

    assert deploy(program) == [ARN, None, None]
    assert "staging-credential" not in recorder.resources
    trust = json.loads(recorder.inputs("role")["assumeRolePolicy"])
    assert trust["Statement"] == TRUST_POLICY["Statement"][:1]
    permissions = json.loads(recorder.inputs("policy")["policy"])
    assert permissions["Statement"] == [S3_STATEMENT]


def test_existing_credential_is_looked_up_and_its_id_used(recorder: Recorder, deploy: Any) -> None:
    recorder.iam_role = {**recorder.iam_role, "roleArn": ARN}
    args = {**MINIMAL, "storage_credential": "existing", "storage_credential_name": "theirs"}
    deploy(lambda: make(args).role_arn)
    assert "staging-credential" not in recorder.resources
    assert json.loads(recorder.inputs("role")["assumeRolePolicy"]) == TRUST_POLICY


def test_existing_credential_of_another_role_is_refused_before_the_role_is_made(
    recorder: Recorder, deploy: Any
) -> None:
    recorder.iam_role = {**recorder.iam_role, "roleArn": f"arn:aws:iam::{ACCOUNT}:role/other"}
    args = {**MINIMAL, "storage_credential": "existing", "storage_credential_name": "theirs"}
    with pytest.raises(Exception, match="names role arn:aws:iam::123456789012:role/other"):
        deploy(lambda: make(args).role_arn)
    assert "staging-role" not in recorder.resources


@pytest.mark.parametrize("attribute", ["externalId", "unityCatalogIamArn"])
def test_a_credential_that_returns_nothing_never_puts_null_in_a_policy(
    attribute: str, recorder: Recorder, deploy: Any
) -> None:
    recorder.iam_role = {k: v for k, v in recorder.iam_role.items() if k != attribute}
    with pytest.raises(Exception, match="Databricks returned no"):
        deploy(lambda: make(MINIMAL).role_arn)
    assert "staging-role" not in recorder.resources


def test_secret_external_id_stays_secret_and_does_not_hide_the_arn(deploy: Any) -> None:
    def program() -> Any:
        args = {**MINIMAL, "polytomic_external_id": pulumi.Output.secret(POLYTOMIC_ID)}
        access = make(args)

        async def secrets() -> dict[str, bool]:
            names = ("polytomic_external_id", "trust_policy", "role_arn", "permissions_policy")
            return {name: await getattr(access, name).is_secret() for name in names}

        return secrets()

    assert deploy(program) == {
        "polytomic_external_id": True,
        "trust_policy": True,
        "role_arn": False,
        "permissions_policy": False,
    }
