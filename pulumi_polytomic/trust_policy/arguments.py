"""The arguments of ``RoleTrustPolicy``."""

import json
from collections.abc import Callable
from typing import Any, Final, TypedDict

import pulumi

from .. import iam
from ..arguments import Argument, Arguments
from .statements import read_document, read_statements


class _RequiredArgs(TypedDict):
    role_name: pulumi.Input[str]
    """Name of the role. It must exist; another name makes another resource."""


class RoleTrustPolicyArgs(_RequiredArgs, total=False):
    """Arguments of ``RoleTrustPolicy``: either ``statements`` or ``policy``."""

    role_arn: pulumi.Input[str] | None
    """ARN of the role. Credentials of another account than its own are refused. Default: the role
    of that name in the account of the credentials that make this resource, which is kept from then
    on."""
    statements: pulumi.Input[str] | None
    """Statements to add and to keep, as a JSON list, each with a Sid of its own. Statements of
    other Sids are left alone."""
    policy: pulumi.Input[str] | None
    """The whole trust policy, as JSON. It may name the role itself as a principal."""
    policy_on_delete: pulumi.Input[str] | None
    """With ``policy``: the trust policy to leave behind, as JSON. Default: nothing is restored."""


def _read_by(reader: Callable[[str], Any]) -> Callable[[str], str | None]:
    def fault(value: str) -> str | None:
        try:
            reader(value)
        except json.JSONDecodeError as error:
            return f"is not JSON: {error.msg} in line {error.lineno}; write it with a JSON library"
        except (TypeError, ValueError) as error:
            return str(error)
        return None

    return fault


def _policy_fault(value: str) -> str | None:
    """Refuses what IAM refuses of a trust policy, before AWS is asked."""
    problem = _read_by(read_document)(value)
    if problem is None:
        try:
            iam.parse_policy(value, "trust")
        except iam.PolicyError as error:
            return f"is not a trust policy that IAM takes: {error}"
    return problem


ARGUMENTS: Final = Arguments(
    "RoleTrustPolicy",
    RoleTrustPolicyArgs,
    {
        "role_name": Argument("Give the role's name, not its ARN.", iam.role_name_fault),
        "role_arn": Argument("Give the ARN of that role.", iam.role_arn_fault),
        "statements": Argument("See the guide for the statements.", _read_by(read_statements)),
        "policy": Argument("See the guide for the statements.", _policy_fault),
        "policy_on_delete": Argument("See the guide for the statements.", _policy_fault),
    },
)
