"""The exclusive sets of a role: `inlinePolicies` and `managedPolicyArns`."""

from collections.abc import Iterable
from typing import Any

from sandbox.providers.aws.documents import document_text
from sandbox.providers.aws.failures import doing
from sandbox.providers.errors import none_if_gone
from sandbox.providers.policies import equivalent_policies


def inline_policies(cloud: Any, role: str) -> list[dict[str, str]]:
    """Name and document of each, whoever made it: the real provider reads them all, too."""
    with doing(f"reading inline policies for IAM role {role}"):
        return [
            {
                "name": name,
                "policy": document_text(
                    cloud.iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
                ),
            }
            for name in _inline_names(cloud, role)
        ]


def managed_policies(cloud: Any, role: str) -> list[str]:
    """ARNs of the attached policies."""
    with doing(f"reading managed policies for IAM role {role}"):
        pages = cloud.iam.get_paginator("list_attached_role_policies").paginate(RoleName=role)
        return [item["PolicyArn"] for page in pages for item in page["AttachedPolicies"]]


def same_inline_policies(old: Any, new: Any) -> bool:
    """Order does not count, nor does an empty block, which means that there shall be none."""
    before, after = _by_name(old), _by_name(new)
    return before.keys() == after.keys() and all(
        equivalent_policies(before[name], after[name]) for name in before
    )


def set_inline_policies(cloud: Any, role: str, old: Any, new: Any) -> None:
    """Put what changed, delete what is no longer wanted."""
    before, after = _by_name(old), _by_name(new)
    with doing(f"updating inline policies of IAM Role ({role})"):
        for name in before.keys() - after.keys():
            cloud.iam.delete_role_policy(RoleName=role, PolicyName=name)
        for name, document in after.items():
            if not equivalent_policies(before.get(name), document):
                cloud.iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=document)


def set_managed_policies(cloud: Any, role: str, old: Any, new: Any) -> None:
    """Attach and detach until exactly the new ones are attached."""
    before, after = set(old or []), set(new or [])
    for arn in sorted(before - after):
        _ignoring_gone(
            f"detaching {arn} from IAM Role ({role})",
            cloud.iam.detach_role_policy,
            RoleName=role,
            PolicyArn=arn,
        )
    for arn in sorted(after - before):
        with doing(f"attaching managed policy ({arn}) to IAM Role ({role})"):
            cloud.iam.attach_role_policy(RoleName=role, PolicyArn=arn)


def delete_inline_policies(cloud: Any, role: str) -> None:
    """All of them, whoever made them."""
    with doing(f"reading inline policies for IAM role {role}"):
        names = list(_inline_names(cloud, role))
    for name in names:
        _ignoring_gone(
            f"deleting inline policy {name} of IAM Role ({role})",
            cloud.iam.delete_role_policy,
            RoleName=role,
            PolicyName=name,
        )


def leave_instance_profiles(cloud: Any, role: str) -> None:
    """A role cannot be deleted while it is in an instance profile."""
    with doing(f"reading instance profiles of IAM Role ({role})"):
        profiles = cloud.iam.list_instance_profiles_for_role(RoleName=role)["InstanceProfiles"]
    for profile in profiles:
        name = profile["InstanceProfileName"]
        _ignoring_gone(
            f"removing IAM Role ({role}) from instance profile {name}",
            cloud.iam.remove_role_from_instance_profile,
            RoleName=role,
            InstanceProfileName=name,
        )


def _inline_names(cloud: Any, role: str) -> Iterable[str]:
    pages = cloud.iam.get_paginator("list_role_policies").paginate(RoleName=role)
    return [name for page in pages for name in page["PolicyNames"]]


def _by_name(blocks: Any) -> dict[str, str]:
    return {item["name"]: item.get("policy", "") for item in blocks or [] if item.get("name")}


@none_if_gone
def _ignoring_gone(what: str, call: Any, **arguments: str) -> None:
    with doing(what):
        call(**arguments)
