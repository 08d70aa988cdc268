"""How long a policy is in the eyes of AWS's quotas."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from pulumi_polytomic.iam.parse import is_list
from pulumi_polytomic.iam.strict_json import PolicyError


def policy_size(policy: str | Mapping[str, Any]) -> int:
    """Count the characters of a policy as AWS does for its quotas: white space is left out.

    :raises PolicyError: the mapping cannot be written as JSON.
    """
    if isinstance(policy, str):
        text = policy
    else:
        try:
            text = json.dumps(policy, ensure_ascii=False, default=_plain)
        except (TypeError, ValueError, RecursionError):
            raise PolicyError("the document cannot be written as JSON") from None
    return sum(map(len, text.split()))


def _plain(value: object) -> object:
    """Turn the proxies that Pulumi hands to policies into what ``json`` can write."""
    if isinstance(value, Mapping):
        return dict(value)
    if is_list(value):
        return list(cast(Sequence[object], value))
    raise TypeError
