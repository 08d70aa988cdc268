"""aws:iam RolePolicy, Policy and RolePolicyAttachment."""

from typing import Any, Final

from sandbox.providers.aws.checks import arn_fault, name_fault, path_fault
from sandbox.providers.aws.documents import document_text
from sandbox.providers.aws.failures import doing, is_conflict
from sandbox.providers.aws.tags import TAGS, plan_tags, tag_changes, tag_list, tag_outputs
from sandbox.providers.errors import ProviderError, none_if_gone
from sandbox.providers.policies import equivalent_policies, policy_json_fault
from sandbox.providers.resource import Property, ResourceType, State
from sandbox.providers.retry import retry_while


def _role_fault(text: str) -> str | None:
    if arn_fault(text) is None:
        return "must be the role's name, not its ARN"
    return name_fault(text, 128)


def _put_role_policy(cloud: Any, inputs: State) -> str:
    role, name = inputs["role"], inputs["name"]
    with doing(f"putting IAM Role ({role}) Policy ({name})"):
        cloud.iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=inputs["policy"])
    return f"{role}:{name}"


@none_if_gone
def _read_role_policy(cloud: Any, resource_id: str, old: State) -> State | None:
    role, separator, name = resource_id.partition(":")
    if not separator:
        raise ProviderError("role_policy id must be of the form <role name>:<policy name>")
    with doing(f"reading IAM Role Policy ({resource_id})"):
        found = cloud.iam.get_role_policy(RoleName=role, PolicyName=name)
    return {
        "name": name,
        "namePrefix": old.get("namePrefix", ""),
        "policy": document_text(found["PolicyDocument"]),
        "role": role,
    }


def _update_role_policy(cloud: Any, resource_id: str, old: State, inputs: State) -> None:
    _put_role_policy(cloud, inputs)


@none_if_gone
def _delete_role_policy(cloud: Any, resource_id: str, state: State) -> None:
    role, _, name = resource_id.partition(":")
    with doing(f"deleting IAM Role Policy ({resource_id})"):
        cloud.iam.delete_role_policy(RoleName=role, PolicyName=name)


def _attach(cloud: Any, inputs: State) -> str:
    role, arn = inputs["role"], inputs["policyArn"]
    with doing(f"attaching policy ({arn}) to IAM Role ({role})"):
        cloud.iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    return f"{role}/{arn}"


@none_if_gone
def _read_attachment(cloud: Any, resource_id: str, old: State) -> State | None:
    role, separator, arn = resource_id.partition("/")
    if not separator:
        raise ProviderError(
            f"unexpected format of ID ({resource_id}), expected <role>/<policy ARN>"
        )
    with doing(f"reading IAM Role Policy Attachment ({resource_id})"):
        pages = cloud.iam.get_paginator("list_attached_role_policies").paginate(RoleName=role)
        attached = {item["PolicyArn"] for page in pages for item in page["AttachedPolicies"]}
    return {"role": role, "policyArn": arn} if arn in attached else None


@none_if_gone
def _detach(cloud: Any, resource_id: str, state: State) -> None:
    role, _, arn = resource_id.partition("/")
    with doing(f"detaching policy ({arn}) from IAM Role ({role})"):
        cloud.iam.detach_role_policy(RoleName=role, PolicyArn=arn)


def _never(cloud: Any, resource_id: str, old: State, inputs: State) -> None:
    raise ProviderError(f"{resource_id} cannot be updated: every property replaces it")


def _create_policy(cloud: Any, inputs: State) -> str:
    request = {
        "PolicyName": inputs["name"],
        "PolicyDocument": inputs["policy"],
        "Path": inputs["path"],
        "Description": inputs.get("description"),
        "Tags": tag_list(inputs.get("tags")),
    }
    with doing(f"creating IAM Policy ({inputs['name']})"):
        answer = cloud.iam.create_policy(**{key: value for key, value in request.items() if value})
    return str(answer["Policy"]["Arn"])


@none_if_gone
def _read_policy(cloud: Any, resource_id: str, old: State) -> State | None:
    with doing(f"reading IAM Policy ({resource_id})"):
        found = cloud.iam.get_policy(PolicyArn=resource_id)["Policy"]
        version = cloud.iam.get_policy_version(
            PolicyArn=resource_id, VersionId=found["DefaultVersionId"]
        )["PolicyVersion"]
    return {
        "arn": found["Arn"],
        "attachmentCount": found.get("AttachmentCount", 0),
        "description": found.get("Description") or None,
        "name": found["PolicyName"],
        "namePrefix": old.get("namePrefix", ""),
        "path": found["Path"],
        "policy": document_text(version["Document"]),
        "policyId": found["PolicyId"],
        **tag_outputs(found.get("Tags", [])),
    }


def _update_policy(cloud: Any, resource_id: str, old: State, inputs: State) -> None:
    if not equivalent_policies(old.get("policy"), inputs["policy"]):
        with doing(f"updating IAM Policy ({resource_id})"):
            _prune_versions(cloud, resource_id, keep=4)
            cloud.iam.create_policy_version(
                PolicyArn=resource_id, PolicyDocument=inputs["policy"], SetAsDefault=True
            )
    removed, changed = tag_changes(old, inputs)
    with doing(f"updating IAM Policy ({resource_id}) tags"):
        if removed:
            cloud.iam.untag_policy(PolicyArn=resource_id, TagKeys=removed)
        if changed:
            cloud.iam.tag_policy(PolicyArn=resource_id, Tags=tag_list(changed))


@none_if_gone
def _delete_policy(cloud: Any, resource_id: str, state: State) -> None:
    def once() -> None:
        with doing(f"deleting IAM Policy ({resource_id})"):
            _prune_versions(cloud, resource_id, keep=1)
            cloud.iam.delete_policy(PolicyArn=resource_id)

    retry_while(once, is_conflict)


def _prune_versions(cloud: Any, arn: str, keep: int) -> None:
    """IAM holds five versions of a policy at most; the oldest that is not the default goes."""
    versions = cloud.iam.list_policy_versions(PolicyArn=arn)["Versions"]
    spare = sorted(
        (item for item in versions if not item["IsDefaultVersion"]),
        key=lambda item: item["CreateDate"],
    )
    for item in spare[: max(0, len(versions) - keep)]:
        cloud.iam.delete_policy_version(PolicyArn=arn, VersionId=item["VersionId"])


_PREFIX_REFUSED: Final = "give 'name', or leave both out"
_DOCUMENT: Final = Property(
    "policy", required=True, same=equivalent_policies, fault=policy_json_fault
)
_NAME: Final = Property(
    computed=True, force_new=True, auto_name=128, fault=lambda text: name_fault(text, 128)
)

ROLE_POLICY: Final = ResourceType(
    token="aws:iam/rolePolicy:RolePolicy",
    properties={
        "name": _NAME,
        "namePrefix": Property(computed=True, force_new=True, refused=_PREFIX_REFUSED),
        "policy": _DOCUMENT,
        "role": Property(required=True, force_new=True, fault=_role_fault),
    },
    create=_put_role_policy,
    read=_read_role_policy,
    update=_update_role_policy,
    delete=_delete_role_policy,
)

ROLE_POLICY_ATTACHMENT: Final = ResourceType(
    token="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    properties={
        "policyArn": Property(required=True, force_new=True, fault=arn_fault),
        "role": Property(required=True, force_new=True),
    },
    create=_attach,
    read=_read_attachment,
    update=_never,
    delete=_detach,
    unique_name="policyArn",
)

POLICY: Final = ResourceType(
    token="aws:iam/policy:Policy",
    properties={
        "delayAfterPolicyCreationInMs": Property("integer", refused="the sandbox needs no delay"),
        "description": Property(force_new=True),
        "name": _NAME,
        "namePrefix": Property(computed=True, force_new=True, refused=_PREFIX_REFUSED),
        "path": Property(default="/", force_new=True, fault=path_fault),
        "policy": _DOCUMENT,
        "arn": Property(output_only=True),
        "attachmentCount": Property("integer", output_only=True),
        "policyId": Property(output_only=True),
        **TAGS,
    },
    create=_create_policy,
    read=_read_policy,
    update=_update_policy,
    delete=_delete_policy,
    plan=plan_tags,
)
