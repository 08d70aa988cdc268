"""aws:kms/key:Key, symmetric keys."""

import json
from typing import Any, Final

from sandbox.providers.aws.failures import doing, is_invalid_principal
from sandbox.providers.aws.tags import TAGS, plan_tags, tag_changes, tag_list, tag_outputs
from sandbox.providers.errors import PartlyCreatedError, ProviderError, none_if_gone
from sandbox.providers.policies import equivalent_policies, policy_json_fault
from sandbox.providers.resource import Property, ResourceType, State
from sandbox.providers.retry import retry_while

_SYMMETRIC_ONLY: Final = "the sandbox makes symmetric keys of KMS's own store"


def _window_fault(days: int) -> str | None:
    return None if 7 <= days <= 30 else "must be in the range 7 to 30"


def _description_fault(text: str) -> str | None:
    return None if len(text) <= 8192 else "has more than 8192 characters"


def _create(cloud: Any, inputs: State) -> str:
    client = cloud.client("kms", inputs.get("region"))
    request = {
        "Description": inputs.get("description"),
        "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "MultiRegion": inputs.get("multiRegion"),
        "Policy": inputs.get("policy"),
        "Tags": tag_list(inputs.get("tags"), "TagKey", "TagValue"),
        "BypassPolicyLockoutSafetyCheck": inputs.get("bypassPolicyLockoutSafetyCheck"),
    }

    def once() -> str:
        with doing("creating KMS Key"):
            answer = client.create_key(**{key: value for key, value in request.items() if value})
        return str(answer["KeyMetadata"]["KeyId"])

    key_id = retry_while(once, is_invalid_principal)
    try:
        with doing(f"updating KMS Key ({key_id})"):
            if inputs.get("enableKeyRotation"):
                client.enable_key_rotation(KeyId=key_id)
            if inputs.get("isEnabled") is False:
                client.disable_key(KeyId=key_id)
    except ProviderError as error:
        raise PartlyCreatedError(key_id, str(error)) from error
    return key_id


@none_if_gone
def _read(cloud: Any, resource_id: str, old: State) -> State | None:
    client = cloud.client("kms", old.get("region"))
    with doing(f"reading KMS Key ({resource_id})"):
        key = client.describe_key(KeyId=resource_id)["KeyMetadata"]
        if key["KeyState"] == "PendingDeletion":
            return None
        policy = client.get_key_policy(KeyId=resource_id, PolicyName="default")["Policy"]
        rotation = client.get_key_rotation_status(KeyId=resource_id)["KeyRotationEnabled"]
        tags = client.list_resource_tags(KeyId=resource_id)["Tags"]
    return {
        "arn": key["Arn"],
        "customerMasterKeySpec": key.get("KeySpec", "SYMMETRIC_DEFAULT"),
        "description": key.get("Description", ""),
        "enableKeyRotation": rotation,
        "isEnabled": key["Enabled"],
        "keyId": key["KeyId"],
        "keyUsage": key["KeyUsage"],
        "multiRegion": key.get("MultiRegion", False),
        "policy": json.dumps(json.loads(policy), separators=(",", ":")),
        "region": old.get("region") or client.meta.region_name,
        **tag_outputs(tags, "TagKey", "TagValue"),
    }


def _update(cloud: Any, resource_id: str, old: State, inputs: State) -> None:
    client = cloud.client("kms", old.get("region"))
    with doing(f"updating KMS Key ({resource_id})"):
        if inputs.get("isEnabled", True) and not old.get("isEnabled", True):
            client.enable_key(KeyId=resource_id)
        rotate = inputs.get("enableKeyRotation", False)
        if rotate != old.get("enableKeyRotation", False):
            change = client.enable_key_rotation if rotate else client.disable_key_rotation
            change(KeyId=resource_id)
        description = inputs.get("description")
        if description is not None and description != old.get("description"):
            client.update_key_description(KeyId=resource_id, Description=description)
        policy = inputs.get("policy")
        if policy and not equivalent_policies(old.get("policy"), policy):
            client.put_key_policy(KeyId=resource_id, PolicyName="default", Policy=policy)
        if not inputs.get("isEnabled", True) and old.get("isEnabled", True):
            client.disable_key(KeyId=resource_id)
        removed, changed = tag_changes(old, inputs)
        if removed:
            client.untag_resource(KeyId=resource_id, TagKeys=removed)
        if changed:
            client.tag_resource(KeyId=resource_id, Tags=tag_list(changed, "TagKey", "TagValue"))


@none_if_gone
def _delete(cloud: Any, resource_id: str, state: State) -> None:
    days = state.get("deletionWindowInDays")
    with doing(f"deleting KMS Key ({resource_id})"):
        cloud.client("kms", state.get("region")).schedule_key_deletion(
            KeyId=resource_id, **({"PendingWindowInDays": days} if days else {})
        )


KEY: Final = ResourceType(
    token="aws:kms/key:Key",
    properties={
        "bypassPolicyLockoutSafetyCheck": Property("boolean", default=False, local=True),
        "customKeyStoreId": Property(refused=_SYMMETRIC_ONLY),
        "customerMasterKeySpec": Property(computed=True, refused=_SYMMETRIC_ONLY),
        "deletionWindowInDays": Property("integer", local=True, fault=_window_fault),
        "description": Property(computed=True, fault=_description_fault),
        "enableKeyRotation": Property("boolean"),
        "isEnabled": Property("boolean", default=True),
        "keyUsage": Property(computed=True, refused=_SYMMETRIC_ONLY),
        "multiRegion": Property("boolean", computed=True, force_new=True),
        "policy": Property(
            "policy", computed=True, same=equivalent_policies, fault=policy_json_fault
        ),
        "region": Property(computed=True, force_new=True),
        "rotationPeriodInDays": Property("integer", refused="the sandbox's keys rotate yearly"),
        "xksKeyId": Property(refused=_SYMMETRIC_ONLY),
        "arn": Property(output_only=True),
        "keyId": Property(output_only=True),
        **TAGS,
    },
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    plan=plan_tags,
    unique_name="keyId",
)
