"""What IAM refuses and moto takes: documents, quotas, conflicts, entities that are missing."""

from collections.abc import Callable
from typing import Any, Final

from moto.iam.models import IAMBackend, Role

from pulumi_polytomic.iam import INLINE_POLICIES_QUOTA, MANAGED_POLICY_QUOTA
from sandbox.aws.errors import AwsError
from sandbox.aws.iam_documents import check_identity_policy, check_trust_policy, document_size
from sandbox.aws.iam_parameters import check_parameters
from sandbox.aws.iam_state import iam_backend
from sandbox.aws.request import AwsRequest
from sandbox.aws.roles import RoleHistory
from sandbox.aws.trust import resolve_principals
from sandbox.settings import Settings

ATTACHED_POLICIES_QUOTA: Final = 10


def check_iam(request: AwsRequest, roles: RoleHistory, settings: Settings) -> dict[str, str]:
    """Raises AwsError for a call that IAM refuses.

    Returns the parameters that moto gets in place of, or beside, what was sent.
    """
    check_parameters(request)
    backend = iam_backend(settings.account_id, request.partition)
    if check := _CHECKS.get(request.operation):
        check(request, backend)
    if trust_policy := request.text("AssumeRolePolicyDocument") or _updated_trust(request):
        return _trust_policy(request, trust_policy, roles, settings)
    if request.operation == "UpdateRole":
        return _kept_by_update(request, backend)
    return {}


def _updated_trust(request: AwsRequest) -> str | None:
    if request.operation == "UpdateAssumeRolePolicy":
        return request.text("PolicyDocument")
    return None


def _trust_policy(
    request: AwsRequest, text: str, roles: RoleHistory, settings: Settings
) -> dict[str, str]:
    check_trust_policy(text)
    if document_size(text) > settings.trust_policy_quota:
        raise _exceeded(f"Cannot exceed quota for ACLSizePerRole: {settings.trust_policy_quota}")
    living = roles.living_principals(request.partition)
    created = request.operation == "CreateRole"
    name = "AssumeRolePolicyDocument" if created else "PolicyDocument"
    return {name: resolve_principals(text, settings.account_id, request.partition, living)}


def _check_create_role(request: AwsRequest, backend: IAMBackend) -> None:
    name = request.text("RoleName") or ""
    # Names are unique without regard to case.
    if any(role.name.lower() == name.lower() for role in backend.roles.values()):
        raise AwsError("EntityAlreadyExists", f"Role with name {name} already exists.", 409)
    _check_boundary(request, backend)


def _check_exists(request: AwsRequest, backend: IAMBackend) -> None:
    _role(request, backend)


def _check_boundary(request: AwsRequest, backend: IAMBackend) -> None:
    arn = request.text("PermissionsBoundary")
    if arn is not None and arn not in backend.managed_policies:
        text = f"Scope ARN: {arn} does not exist or is not attachable."
        raise AwsError("NoSuchEntity", text, 404)


def _check_put_boundary(request: AwsRequest, backend: IAMBackend) -> None:
    _role(request, backend)
    _check_boundary(request, backend)


def _check_put_role_policy(request: AwsRequest, backend: IAMBackend) -> None:
    role = _role(request, backend)
    text = request.text("PolicyDocument") or ""
    check_identity_policy(text)
    others = {
        name: old for name, old in role.policies.items() if name != request.text("PolicyName")
    }
    if sum(map(document_size, (*others.values(), text))) > INLINE_POLICIES_QUOTA:
        raise _exceeded(
            f"Maximum policy size of {INLINE_POLICIES_QUOTA} bytes exceeded for role {role.name}"
        )


def _check_managed_policy(request: AwsRequest, _backend: IAMBackend) -> None:
    _refuse_aws_policy(request.text("PolicyArn") or "")
    text = request.text("PolicyDocument") or ""
    check_identity_policy(text)
    if document_size(text) > MANAGED_POLICY_QUOTA:
        raise _exceeded(f"Cannot exceed quota for PolicySize: {MANAGED_POLICY_QUOTA}")


def _check_attach(request: AwsRequest, backend: IAMBackend) -> None:
    role = _role(request, backend)
    if (
        request.text("PolicyArn") not in role.managed_policies
        and len(role.managed_policies) >= ATTACHED_POLICIES_QUOTA
    ):
        raise _exceeded(f"Cannot exceed quota for PoliciesPerRole: {ATTACHED_POLICIES_QUOTA}")


def _check_delete_policy(request: AwsRequest, backend: IAMBackend) -> None:
    arn = request.text("PolicyArn") or ""
    policy = backend.managed_policies.get(arn)
    if policy is None:
        raise AwsError("NoSuchEntity", f"Policy {arn} was not found.", 404)
    _refuse_aws_policy(arn)
    holders: tuple[Any, ...] = (
        *backend.roles.values(),
        *backend.users.values(),
        *backend.groups.values(),
    )
    if any(arn in holder.managed_policies for holder in holders):
        raise _conflict("Cannot delete a policy attached to entities.")
    if len(policy.versions) > 1:
        raise _conflict(
            "This policy has more than one version. Before you delete a policy, you must delete "
            "the policy's versions. The default version is deleted with the policy."
        )


def _refuse_aws_policy(arn: str) -> None:
    if ":iam::aws:policy/" in arn:
        raise AwsError("AccessDenied", f"Policy {arn} is outside your own account.", 403)


def _kept_by_update(request: AwsRequest, backend: IAMBackend) -> dict[str, str]:
    """What ``UpdateRole`` does not send stays; moto would forget it."""
    role = _role(request, backend)
    now = {"Description": role.description, "MaxSessionDuration": role.max_session_duration}
    return {
        name: str(value)
        for name, value in now.items()
        if value is not None and name not in request.parameters
    }


def _role(request: AwsRequest, backend: IAMBackend) -> Role:
    name = request.text("RoleName") or ""
    for role in backend.roles.values():
        if role.name == name:
            return role
    raise AwsError("NoSuchEntity", f"The role with name {name} cannot be found.", 404)


def _conflict(message: str) -> AwsError:
    return AwsError("DeleteConflict", message, 409)


def _exceeded(message: str) -> AwsError:
    return AwsError("LimitExceeded", message, 409)


_CHECKS: Final[dict[str, Callable[[AwsRequest, IAMBackend], None]]] = {
    "AttachRolePolicy": _check_attach,
    "CreatePolicy": _check_managed_policy,
    "CreatePolicyVersion": _check_managed_policy,
    "CreateRole": _check_create_role,
    "DeletePolicy": _check_delete_policy,
    "DeleteRole": _check_exists,
    "GetRole": _check_exists,
    "PutRolePermissionsBoundary": _check_put_boundary,
    "PutRolePolicy": _check_put_role_policy,
    "UpdateAssumeRolePolicy": _check_exists,
}
