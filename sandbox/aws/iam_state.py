"""Moto's IAM of the sandbox's account, with the managed policies of AWS's own."""

import json
from functools import lru_cache

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend, iam_backends


def iam_backend(account_id: str, partition: str) -> IAMBackend:
    """An account's IAM in a partition."""
    backend: IAMBackend = iam_backends[account_id][partition]
    if not backend.aws_managed_policies:
        # A permissions boundary is often one of them. Moto can load them too, but reads its five
        # megabytes of JSON again after each reset.
        policies = _aws_policies(account_id, partition)
        for policy in policies:
            policy.attachment_count = 0
        backend.aws_managed_policies = [*policies]
        backend.managed_policies.update((policy.arn, policy) for policy in policies)
    return backend


@lru_cache
def _aws_policies(account_id: str, partition: str) -> list[AWSManagedPolicy]:
    return [
        AWSManagedPolicy.from_data(name, account_id, partition, values)
        for name, values in json.loads(aws_managed_policies_data).items()
    ]
