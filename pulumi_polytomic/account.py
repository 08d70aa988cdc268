"""Looks up the AWS account and partition that a role will live in, once per stack and provider."""

import weakref
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws

from .iam import Arn

_lookups: weakref.WeakKeyDictionary[pulumi.Resource, dict[str, pulumi.Output[Any]]] = (
    weakref.WeakKeyDictionary()
)


def account_id(component: pulumi.ComponentResource) -> pulumi.Output[str]:
    """Account of the AWS provider that ``component`` uses (12 digits)."""
    return _once(component, "arn", _caller_arn).apply(lambda arn: Arn.parse(arn).account_id)


def partition(component: pulumi.ComponentResource) -> pulumi.Output[str]:
    """Partition of the AWS provider that ``component`` uses, such as ``aws``."""
    return _once(component, "arn", _caller_arn).apply(lambda arn: Arn.parse(arn).partition)


def _caller_arn(component: pulumi.ComponentResource) -> pulumi.Output[str]:
    # The caller's ARN tells account and partition at once, so one call serves both.
    options = pulumi.InvokeOutputOptions(parent=component)
    return aws.get_caller_identity_output(opts=options).apply(lambda caller: caller.arn)


def _once(
    component: pulumi.ComponentResource,
    name: str,
    look_up: Callable[[pulumi.ComponentResource], pulumi.Output[Any]],
) -> pulumi.Output[Any]:
    """Calls ``look_up`` once for the component's AWS provider, or its stack's default one."""
    provider = component.get_provider("aws:index/getCallerIdentity:getCallerIdentity")
    owner = provider or pulumi.runtime.get_root_resource()
    if owner is None:
        return look_up(component)
    found = _lookups.setdefault(owner, {})
    if name not in found:
        found[name] = look_up(component)
    return found[name]
