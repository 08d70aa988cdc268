"""Judging the ARNs that a user gives. Each fault reads after the name of the argument."""

import re
from typing import Final

from pulumi_polytomic.iam.arns import Arn, ArnError, partition_fault
from pulumi_polytomic.iam.names import account_id_fault, role_name_fault, role_path_fault

_ROLE: Final = "write arn:<partition>:iam::<12 digits>:role/<path/><name>"
_PRINCIPAL: Final = (
    "write arn:<partition>:iam::<12 digits>:root, or the ARN of one role (:role/<name>) "
    "or user (:user/<name>)"
)
_KEY: Final = "write arn:<partition>:kms:<region>:<12 digits>:key/<key ID>"
_POLICY: Final = (
    "write arn:<partition>:iam::<12 digits, or 'aws'>:policy/<path/><name> of a managed policy"
)


def role_arn_fault(text: object) -> str | None:
    """Judge the ARN of an IAM role."""
    arn, fault = _read(text, "iam")
    if arn is None or fault:
        return f"{fault}; {_ROLE}"
    fault = _account_fault(arn) or _named_fault(arn, "role")
    return f"{fault}; {_ROLE}" if fault else None


def principal_arn_fault(text: object) -> str | None:
    """Judge a principal for a trust policy: one account's root, one role or one user.

    Everybody (``*``), services, sessions and unique IDs (``AROA...``) are faults.
    """
    if text == "*":
        return f"is '*', which is everybody on AWS; {_PRINCIPAL}"
    arn, fault = _read(text, "iam")
    if arn is None or fault:
        return f"{fault}; {_PRINCIPAL}"
    kind = arn.resource.partition("/")[0]
    if arn.resource == "root":
        fault = _account_fault(arn)
    elif kind in ("role", "user"):
        fault = _account_fault(arn) or _named_fault(arn, kind)
    else:
        fault = "names neither an account's root nor a role nor a user"
    return f"{fault}; {_PRINCIPAL}" if fault else None


def kms_key_arn_fault(text: object) -> str | None:
    """Judge the ARN of a KMS key. An alias is a fault: a policy on an alias allows nothing."""
    arn, fault = _read(text, "kms")
    if arn is None or fault:
        return f"{fault}; {_KEY}"
    if arn.resource.startswith("alias/"):
        fault = "is the ARN of an alias, which a policy cannot name"
    elif not re.fullmatch(r"[a-z]{2,}(-[a-z0-9]+)+", arn.region):
        fault = "has no region"
    elif not re.fullmatch(r"key/[A-Za-z0-9-]+", arn.resource):
        fault = "is not the ARN of one key"
    else:
        fault = _account_fault(arn)
    return f"{fault}; {_KEY}" if fault else None


def policy_arn_fault(text: object) -> str | None:
    """Judge the ARN of a managed policy, such as a permissions boundary."""
    arn, fault = _read(text, "iam")
    if arn is None or fault:
        return f"{fault}; {_POLICY}"
    if arn.account_id != "aws":
        fault = _account_fault(arn)
    fault = fault or _named_fault(arn, "policy", longest=128)
    return f"{fault}; {_POLICY}" if fault else None


def _read(text: object, service: str) -> tuple[Arn | None, str | None]:
    """Return the ARN, or None and the fault that all kinds of ARN share."""
    if not isinstance(text, str):
        return None, "is not text"
    try:
        arn = Arn.parse(text)
    except ArnError:
        return None, "is not an ARN"
    fault = partition_fault(arn.partition)
    if fault:
        return arn, f"has a partition that {fault}"
    if arn.service != service:
        return arn, f"is not an ARN of the service {service!r}"
    if service == "iam" and arn.region:
        return arn, "has a region, which ARNs of IAM do not have"
    return arn, None


def _account_fault(arn: Arn) -> str | None:
    return "has no account ID of 12 digits" if account_id_fault(arn.account_id) else None


def _named_fault(arn: Arn, kind: str, longest: int = 64) -> str | None:
    """Judge ``kind/path/name``."""
    found, slash, rest = arn.resource.partition("/")
    if found != kind or not slash:
        return f"is not the ARN of a {kind}"
    directory, slash, name = rest.rpartition("/")
    if role_path_fault(f"/{directory}{slash}"):
        return "has a malformed path"
    # Users and policies have the characters of a role's name; only the length differs.
    if len(name) > longest or role_name_fault(name[:64]):
        return f"has a malformed {kind} name"
    return None
