"""What is in the sandbox's AWS and Unity Catalog, and what the guides say should be there."""

from typing import Any

import pulumi

from pulumi_polytomic import DatabricksStagingAccess
from sandbox.client import Sandbox

from .deployment import Program

ACCOUNT = "123456789012"
BUCKET = "acme-staging"
POLYTOMIC_ID = "8c2f4a1e-6b7d-4e0f-a1b2-c3d4e5f60718"
OTHER_ID = "51d0c9b8-7a6f-4e5d-8c4b-3a29180f7e6d"
POLYTOMIC = "arn:aws:iam::568237466542:root"
UNITY_CATALOG = "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"
ROLE = "staging-polytomic-databricks"
POLICY = "polytomic-databricks-staging-access"
MINIMAL: dict[str, Any] = {
    "bucket_name": BUCKET,
    "polytomic_external_id": POLYTOMIC_ID,
    # What the chain makes is tested here; the proof has tests of its own, with the plugin.
    "check_access": False,
}

CREATED = ["StorageCredentials.Create", "iam:CreateRole", "iam:PutRolePolicy"]
DELETED = ["iam:DeleteRolePolicy", "iam:DeleteRole", "StorageCredentials.Delete"]
_REGIONS = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1"}
_CHANGING = (
    *CREATED,
    *DELETED,
    "StorageCredentials.Update",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole*",
    "iam:TagRole",
    "iam:UntagRole",
)


def staging(
    args: dict[str, Any] | None = None,
    opts: pulumi.ResourceOptions | None = None,
    name: str = "staging",
) -> Program:
    """A program with one component: the minimal arguments, changed by ``args``."""

    def program() -> None:
        access = DatabricksStagingAccess(name, {**MINIMAL, **(args or {})}, opts)  # type: ignore[call-overload]
        pulumi.export("role_arn", access.role_arn)

    return program


def role(sandbox: Sandbox, name: str = ROLE, partition: str = "aws") -> dict[str, Any]:
    """The role as ``GetRole`` shows it."""
    found: dict[str, Any] = _iam(sandbox, partition).get_role(RoleName=name)["Role"]
    return found


def roles(sandbox: Sandbox) -> list[str]:
    """Names of all roles in the account."""
    return [item["RoleName"] for item in sandbox.aws_client("iam").list_roles()["Roles"]]


def trust(sandbox: Sandbox, name: str = ROLE) -> Any:
    """The role's trust policy."""
    return role(sandbox, name)["AssumeRolePolicyDocument"]


def permissions(sandbox: Sandbox, name: str = ROLE, partition: str = "aws") -> Any:
    """The role's inline policy; there must be this one and no other."""
    iam = _iam(sandbox, partition)
    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == [POLICY]
    return iam.get_role_policy(RoleName=name, PolicyName=POLICY)["PolicyDocument"]


def credential(sandbox: Sandbox, name: str = ROLE) -> Any:
    """The storage credential."""
    return sandbox.databricks().storage_credentials.get(name)


def credentials(sandbox: Sandbox) -> list[str]:
    """Names of all storage credentials of the metastore."""
    return [str(item.name) for item in sandbox.databricks().storage_credentials.list()]


def external_id(sandbox: Sandbox, name: str = ROLE) -> str:
    """The external ID that Unity Catalog minted for the credential."""
    return str(credential(sandbox, name).aws_iam_role.external_id)


def changing_calls(sandbox: Sandbox) -> list[str]:
    """Calls since the last ``clear_calls`` that changed something and succeeded, in order."""
    from fnmatch import fnmatchcase

    return [
        call["operation"]
        for call in sandbox.calls()
        if 200 <= call["status"] < 300 and any(fnmatchcase(call["operation"], p) for p in _CHANGING)
    ]


def guide_trust(
    databricks_id: str,
    role_name: str = ROLE,
    path: str = "/",
    polytomic: str = POLYTOMIC,
    polytomic_ids: Any = POLYTOMIC_ID,
    unity_catalog: str = UNITY_CATALOG,
    partition: str = "aws",
) -> dict[str, Any]:
    """The trust policy that Polytomic's and Databricks' guides ask for, written out by hand."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "PolytomicAssumeRole",
                "Effect": "Allow",
                "Principal": {"AWS": polytomic},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": polytomic_ids}},
            },
            {
                "Sid": "UnityCatalogAssumeRole",
                "Effect": "Allow",
                "Principal": {"AWS": unity_catalog},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": databricks_id}},
            },
            {
                "Sid": "ExplicitSelfRoleAssumption",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{partition}:iam::{ACCOUNT}:root"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"sts:ExternalId": databricks_id},
                    "ArnEquals": {
                        "aws:PrincipalArn": f"arn:{partition}:iam::{ACCOUNT}:role{path}{role_name}"
                    },
                },
            },
        ],
    }


def guide_permissions(
    bucket: str = BUCKET, role_arn: str = f"arn:aws:iam::{ACCOUNT}:role/{ROLE}"
) -> dict[str, Any]:
    """The permissions policy of Polytomic's guide, written out by hand."""
    partition = role_arn.split(":")[1]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
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
                "Resource": [f"arn:{partition}:s3:::{bucket}/*", f"arn:{partition}:s3:::{bucket}"],
            },
            {
                "Sid": "AllowSelfAssume",
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Resource": role_arn,
            },
        ],
    }


def assert_as_the_guides_ask(sandbox: Sandbox, role_name: str = ROLE, **differences: Any) -> str:
    """Role, policy and credential are there, whole, and fit one another; gives the external ID."""
    path, partition = differences.get("path", "/"), differences.get("partition", "aws")
    arn = f"arn:{partition}:iam::{ACCOUNT}:role{path}{role_name}"
    credential_name = differences.pop("credential_name", role_name)
    minted = external_id(sandbox, credential_name)
    assert credential(sandbox, credential_name).aws_iam_role.role_arn == arn
    found = role(sandbox, role_name, partition)
    assert found["Arn"] == arn
    assert found["AssumeRolePolicyDocument"] == guide_trust(minted, role_name, **differences)
    assert permissions(sandbox, role_name, partition) == guide_permissions(role_arn=arn)
    return minted


def _iam(sandbox: Sandbox, partition: str) -> Any:
    return sandbox.aws_client("iam", region=_REGIONS[partition])
