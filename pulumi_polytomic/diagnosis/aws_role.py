"""Reading a role from AWS, as it is stored."""

from typing import TYPE_CHECKING

from ..iam import Arn
from .clients import refuse_another_account
from .model import Policy, Role, UnseenError

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient


def read_role(client: "IAMClient", role_arn: str) -> Role:
    """Gives the role with all of its policies, inline and attached, and its boundary.

    Raises:
        WrongAccountError: the client's account is not the role's.
        UnseenError: the role is not there, or the caller may not look.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return _read(client, role_arn)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code == "NoSuchEntity":
            raise UnseenError(
                f"AWS has no role {role_arn} in the account of these credentials. Check the ARN "
                "and AWS_PROFILE."
            ) from None
        raise UnseenError(
            f"AWS does not let you read the role ({code}, {error.operation_name}). It takes "
            "iam:GetRole, iam:ListRolePolicies, iam:GetRolePolicy, iam:ListAttachedRolePolicies, "
            "iam:GetPolicy and iam:GetPolicyVersion."
        ) from None
    except BotoCoreError as error:
        raise UnseenError(
            f"AWS could not be asked: {error}. Check credentials and AWS_PROFILE."
        ) from None


def _read(client: "IAMClient", role_arn: str) -> Role:
    name = Arn.parse(role_arn).resource.rpartition("/")[2]
    role = client.get_role(RoleName=name)["Role"]
    refuse_another_account(role_arn, role["Arn"])
    if role["Arn"] != role_arn:
        raise UnseenError(f"The role of this name is {role['Arn']}, not {role_arn}. Check the ARN.")
    inline = [
        Policy(each, client.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"])
        for page in client.get_paginator("list_role_policies").paginate(RoleName=name)
        for each in page["PolicyNames"]
    ]
    attached = [
        _managed(client, each["PolicyArn"])
        for page in client.get_paginator("list_attached_role_policies").paginate(RoleName=name)
        for each in page["AttachedPolicies"]
    ]
    boundary = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    return Role(
        arn=role_arn,
        trust_policy=role["AssumeRolePolicyDocument"],
        policies=(*inline, *attached),
        boundary=None if boundary is None else _managed(client, boundary),
        unique_id=role["RoleId"],
    )


def _managed(client: "IAMClient", arn: str) -> Policy:
    version = client.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found = client.get_policy_version(PolicyArn=arn, VersionId=version)
    return Policy(arn, found["PolicyVersion"]["Document"])
