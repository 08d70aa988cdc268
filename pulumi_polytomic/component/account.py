"""Looks up the AWS account and partition that a role will live in, once per stack and provider."""

import weakref
from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from ..errors import DeploymentError
from ..iam import Arn
from .outputs import combined

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


def compared(
    component: pulumi.ComponentResource,
    account_id: pulumi.Input[str] | None,
    partition: pulumi.Input[str] | None,
) -> pulumi.Output[None] | None:
    """Resolves if the AWS provider of ``component`` is where the arguments say; None if they do
    not say.

    Raises:
        DeploymentError: it is in another account or partition (raised when it resolves).
    """
    if account_id is None and partition is None:
        return None
    caller = _caller_arn(component)
    same: pulumi.Output[None] = combined(
        _refuse_another, caller=caller, account_id=account_id, partition=partition
    )
    return same


def _refuse_another(known: Mapping[str, Any]) -> None:
    caller = Arn.parse(known["caller"])
    for name, said, found in (
        ("account_id", known["account_id"], caller.account_id),
        ("partition", known["partition"], caller.partition),
    ):
        if said not in (None, found):
            raise DeploymentError(
                f"{name}: is '{said}', and the AWS provider is in '{found}', where the role would "
                f"be made. Correct or remove {name}, or use an AWS provider of '{said}'."
            )


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
