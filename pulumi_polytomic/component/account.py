"""Looks up the AWS account and partition that a role will live in, once per stack and provider."""

import weakref
from typing import Any

import pulumi
import pulumi_aws as aws

from ..iam import Arn

# Per connection to an engine, so that a deployment never sees the answer of an earlier one.
_callers: weakref.WeakKeyDictionary[Any, dict[Any, pulumi.Output[str]]] = (
    weakref.WeakKeyDictionary()
)


def account_id(component: pulumi.ComponentResource) -> pulumi.Output[str]:
    """Account of the AWS provider that ``component`` uses (12 digits)."""
    return _caller_arn(component).apply(lambda arn: Arn.parse(arn).account_id)


def partition(component: pulumi.ComponentResource) -> pulumi.Output[str]:
    """Partition of the AWS provider that ``component`` uses, such as ``aws``."""
    return _caller_arn(component).apply(lambda arn: Arn.parse(arn).partition)


def _caller_arn(component: pulumi.ComponentResource) -> pulumi.Output[str]:
    """ARN of who the AWS provider is; it tells account and partition, so one call serves both."""
    provider = component.get_provider(_TOKEN)
    callers = _callers.setdefault(pulumi.runtime.settings.get_monitor(), {})
    if provider not in callers:
        options = pulumi.InvokeOutputOptions(parent=component)
        caller = aws.get_caller_identity_output(opts=options)
        callers[provider] = caller.apply(lambda found: found.arn)
    return callers[provider]


_TOKEN = "aws:index/getCallerIdentity:getCallerIdentity"
