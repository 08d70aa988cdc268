"""aws:iam/role:Role, after internal/service/iam/role.go of the Terraform provider."""

from typing import Any, Final

from sandbox.providers.aws import role_policies as exclusive
from sandbox.providers.aws.checks import arn_fault, name_fault, path_fault
from sandbox.providers.aws.documents import document_text
from sandbox.providers.aws.failures import doing, is_conflict, is_invalid_principal
from sandbox.providers.aws.tags import TAGS, plan_tags, tag_changes, tag_list, tag_outputs
from sandbox.providers.errors import PartlyCreatedError, ProviderError, none_if_gone
from sandbox.providers.policies import equivalent_policies, policy_json_fault
from sandbox.providers.resource import Property, ResourceType, State
from sandbox.providers.retry import retry_while


def _duration_fault(seconds: int) -> str | None:
    return None if 3600 <= seconds <= 43200 else "must be in the range 3600 to 43200"


def _description_fault(text: str) -> str | None:
    if len(text) > 1000:
        return "has more than 1000 characters"
    return "has specially formatted quotes, which IAM refuses" if set(text) & set("“‘") else None  # noqa: RUF001


def _arns_fault(arns: list[str]) -> str | None:
    return next((f"holds '{arn}', which {arn_fault(arn)}" for arn in arns if arn_fault(arn)), None)


def _create(cloud: Any, inputs: State) -> str:
    name = inputs.get("name") or _name_from_prefix(inputs["namePrefix"])
    request = {
        "RoleName": name,
        "AssumeRolePolicyDocument": inputs["assumeRolePolicy"],
        "Path": inputs["path"],
        "Description": inputs.get("description"),
        "MaxSessionDuration": inputs["maxSessionDuration"],
        "PermissionsBoundary": inputs.get("permissionsBoundary"),
        "Tags": tag_list(inputs.get("tags")),
    }
    request = {key: value for key, value in request.items() if value}

    def once() -> None:
        with doing(f"creating IAM Role ({name})"):
            cloud.iam.create_role(**request)

    retry_while(once, lambda error: is_invalid_principal(error) or _is_concurrent(error))
    try:
        exclusive.set_inline_policies(cloud, name, None, inputs.get("inlinePolicies"))
        exclusive.set_managed_policies(cloud, name, None, inputs.get("managedPolicyArns"))
    except ProviderError as error:
        raise PartlyCreatedError(name, str(error)) from error
    return str(name)


def _read(cloud: Any, resource_id: str, old: State) -> State | None:
    try:
        with doing(f"reading IAM Role ({resource_id})"):
            role = cloud.iam.get_role(RoleName=resource_id)["Role"]
    except ProviderError as error:
        # Of the role alone: a policy of it that has just gone does not mean that the role has.
        if error.gone:
            return None
        raise
    return {
        "arn": role["Arn"],
        "assumeRolePolicy": document_text(role["AssumeRolePolicyDocument"]),
        "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "description": role.get("Description") or None,
        "maxSessionDuration": role.get("MaxSessionDuration", 3600),
        "name": role["RoleName"],
        "namePrefix": old.get("namePrefix", ""),
        "path": role["Path"],
        "permissionsBoundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        "uniqueId": role["RoleId"],
        "inlinePolicies": exclusive.inline_policies(cloud, resource_id),
        "managedPolicyArns": exclusive.managed_policies(cloud, resource_id),
        **tag_outputs(role.get("Tags", [])),
    }


def _update(cloud: Any, resource_id: str, old: State, inputs: State) -> None:
    trust = inputs["assumeRolePolicy"]
    if not equivalent_policies(old.get("assumeRolePolicy"), trust):

        def once() -> None:
            with doing(f"updating IAM Role ({resource_id}) assume role policy"):
                cloud.iam.update_assume_role_policy(RoleName=resource_id, PolicyDocument=trust)

        retry_while(once, lambda error: is_invalid_principal(error) or _is_concurrent(error))
    description = inputs.get("description") or ""
    if description != (old.get("description") or ""):
        with doing(f"updating IAM Role ({resource_id}) description"):
            cloud.iam.update_role_description(RoleName=resource_id, Description=description)
    if inputs["maxSessionDuration"] != old.get("maxSessionDuration"):
        with doing(f"updating IAM Role ({resource_id}) MaxSessionDuration"):
            cloud.iam.update_role(
                RoleName=resource_id, MaxSessionDuration=inputs["maxSessionDuration"]
            )
    _update_boundary(cloud, resource_id, old, inputs)
    if "inlinePolicies" in inputs:
        exclusive.set_inline_policies(
            cloud, resource_id, old.get("inlinePolicies"), inputs["inlinePolicies"]
        )
    if "managedPolicyArns" in inputs:
        exclusive.set_managed_policies(
            cloud, resource_id, old.get("managedPolicyArns"), inputs["managedPolicyArns"]
        )
    removed, changed = tag_changes(old, inputs)
    with doing(f"updating IAM Role ({resource_id}) tags"):
        if removed:
            cloud.iam.untag_role(RoleName=resource_id, TagKeys=removed)
        if changed:
            cloud.iam.tag_role(RoleName=resource_id, Tags=tag_list(changed))


def _update_boundary(cloud: Any, resource_id: str, old: State, inputs: State) -> None:
    boundary = inputs.get("permissionsBoundary")
    if boundary == old.get("permissionsBoundary"):
        return
    with doing(f"updating IAM Role ({resource_id}) permissions boundary"):
        if boundary:
            cloud.iam.put_role_permissions_boundary(
                RoleName=resource_id, PermissionsBoundary=boundary
            )
        else:
            cloud.iam.delete_role_permissions_boundary(RoleName=resource_id)


@none_if_gone
def _delete(cloud: Any, resource_id: str, state: State) -> None:
    force = state.get("forceDetachPolicies", False)

    def once() -> None:
        with doing(f"deleting IAM Role ({resource_id})"):
            cloud.iam.delete_role(RoleName=resource_id)

    exclusive.leave_instance_profiles(cloud, resource_id)
    if force or state.get("managedPolicyArns"):
        attached = exclusive.managed_policies(cloud, resource_id)
        exclusive.set_managed_policies(cloud, resource_id, attached, [])
    if force or state.get("inlinePolicies"):
        exclusive.delete_inline_policies(cloud, resource_id)
    retry_while(once, is_conflict)


def _is_concurrent(error: Exception) -> bool:
    return getattr(error, "code", "") == "ConcurrentModification"


def _name_from_prefix(prefix: str) -> str:
    from datetime import datetime, timezone

    return prefix + datetime.now(timezone.utc).strftime("%Y%m%d%H%M%S%f").ljust(26, "0")


ROLE: Final = ResourceType(
    token="aws:iam/role:Role",
    properties={
        "assumeRolePolicy": Property(
            "policy", required=True, same=equivalent_policies, fault=policy_json_fault
        ),
        "description": Property(fault=_description_fault),
        "forceDetachPolicies": Property("boolean", default=False, local=True),
        "inlinePolicies": Property(
            "list",
            computed=True,
            same=exclusive.same_inline_policies,
            fields={
                "name": Property(fault=lambda text: name_fault(text, 128)),
                "policy": Property("policy", fault=policy_json_fault),
            },
        ),
        "managedPolicyArns": Property("list", computed=True, unordered=True, fault=_arns_fault),
        "maxSessionDuration": Property("integer", default=3600, fault=_duration_fault),
        "name": Property(
            computed=True,
            force_new=True,
            auto_name=64,
            fault=lambda text: name_fault(text, 64),
            conflicts_with=("namePrefix",),
        ),
        "namePrefix": Property(
            computed=True,
            force_new=True,
            fault=lambda text: name_fault(text, 38),
            conflicts_with=("name",),
        ),
        "path": Property(default="/", force_new=True, fault=path_fault),
        "permissionsBoundary": Property(fault=arn_fault),
        "arn": Property(output_only=True),
        "createDate": Property(output_only=True),
        "uniqueId": Property(output_only=True),
        **TAGS,
    },
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    plan=plan_tags,
)
