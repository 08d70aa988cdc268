"""Authorization of calls to IAM itself."""

from sandbox.aws.authorization import Permissions
from sandbox.aws.errors import access_denied
from sandbox.aws.iam_state import iam_backend
from sandbox.aws.request import AwsRequest


def authorize_iam(request: AwsRequest, permissions: Permissions) -> None:
    """Raises AwsError where the caller may not make the call."""
    action = f"iam:{request.operation}"
    resource = _resource(request, permissions.account_id)
    if permissions.is_foreign:
        # Its call is about its own account, of which the sandbox has nothing to show.
        why = f"because no identity-based policy allows the {action} action"
        raise access_denied(permissions.caller.arn, action, resource, why)
    boundary = request.text("PermissionsBoundary")
    permissions.require(
        action, resource, context={"iam:PermissionsBoundary": boundary} if boundary else None
    )


def _resource(request: AwsRequest, account_id: str) -> str:
    start = f"arn:{request.partition}:iam::{account_id}"
    if name := request.text("RoleName"):
        path = request.text("Path") or "/"
        for role in iam_backend(account_id, request.partition).roles.values():
            if role.name == name:
                return str(role.arn)
        return f"{start}:role{path}{name}"
    if name := request.text("UserName"):
        return f"{start}:user/{name}"
    if (name := request.text("PolicyName")) and request.operation == "CreatePolicy":
        return f"{start}:policy{request.text('Path') or '/'}{name}"
    return request.text("PolicyArn") or "*"
