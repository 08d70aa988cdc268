"""The arguments of ``RoleTrustPolicy``."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, TypedDict

import pulumi

from .. import iam
from ..arguments import Argument, Arguments
from ..custom_resource.settings import lent_argument
from .statements import read_document, read_statements


class _RequiredArgs(TypedDict):
    role_name: pulumi.Input[str]
    """Name of the role. It must exist; another name makes another resource."""


class RoleTrustPolicyArgs(_RequiredArgs, total=False):
    """Arguments of ``RoleTrustPolicy``: either ``statements`` or ``policy``."""

    statements: pulumi.Input[str] | None
    """Statements to add and to keep, as a JSON list, each with a Sid of its own. Statements of
    other Sids are left alone."""
    policy: pulumi.Input[str] | None
    """The whole trust policy, as JSON. It may name the role itself as a principal."""
    policy_on_delete: pulumi.Input[str] | None
    """With ``policy``: the trust policy to leave behind, as JSON. Default: nothing is restored."""
    aws: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None
    """How to reach AWS, with keys of the AWS provider's configuration: ``profile``, ``region``,
    ``accessKey``, ``secretKey``, ``token``. Default: the provider's configuration. Secret."""


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


ARGUMENTS: Final = Arguments(
    "RoleTrustPolicy",
    RoleTrustPolicyArgs,
    {
        "role_name": Argument("Give the role's name, not its ARN.", iam.role_name_fault),
        "statements": Argument("See the guide for the statements.", _read_by(read_statements)),
        "policy": Argument("See the guide for the statements.", _read_by(read_document)),
        "policy_on_delete": Argument("See the guide for the statements.", _read_by(read_document)),
        "aws": lent_argument("aws"),
    },
)
