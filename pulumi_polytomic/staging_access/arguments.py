"""What each argument of ``DatabricksStagingAccess`` may be, on its own."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from .. import iam
from ..connection.arguments import config_fault
from ..errors import Fault
from ..principals import DATABRICKS_ENVIRONMENTS, POLYTOMIC_PRINCIPALS

ISOLATION_MODES: Final = ("ISOLATION_MODE_ISOLATED", "ISOLATION_MODE_OPEN")
STORAGE_CREDENTIAL_MODES: Final = ("create", "existing", "none")
SELF_TRUST_FORMS: Final = ("condition", "principal")
STRUCTURAL_ARGUMENTS: Final = ("storage_credential", "self_trust", "check_access")
"""Decide which resources there are, and so must be known when the program runs."""
SECRET_ARGUMENTS: Final = ("polytomic_connection_config",)
"""Are secret in the state, given as secrets or not."""
SENSITIVE_ARGUMENTS: Final = (
    "polytomic_external_id",
    "polytomic_external_ids",
    *SECRET_ARGUMENTS,
)
"""Their values are never printed."""


class Argument(NamedTuple):
    """How one argument is checked."""

    kind: str
    """``text``, ``flag``, ``word`` (a text or a flag), ``number``, ``texts`` (a list), ``map``
    (text to text) or ``object`` (text to anything)."""
    fault: Callable[[Any], str | None] | None
    """Says what is wrong with a value of the right kind; None where any value will do."""
    fix: str
    """How to mend a bad value, as a sentence."""


def unknown_arguments(args: Mapping[str, object]) -> list[Fault]:
    """Finds arguments that do not exist and names the nearest one that does."""
    faults = []
    for name in args:
        if name not in ARGUMENTS:
            # Pulumi's other languages write camelCase; "bucketName" should lead to "bucket_name".
            snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in str(name))
            near = difflib.get_close_matches(snake, ARGUMENTS, n=1)
            fix = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(ARGUMENTS)}."
            faults.append(Fault(str(name), "is no argument of DatabricksStagingAccess", fix))
    return faults


def value_faults(values: Mapping[str, object]) -> list[Fault]:
    """Checks each resolved value on its own; a value of None counts as not given."""
    faults = []
    for name, value in values.items():
        argument = ARGUMENTS.get(name)
        if argument is not None and value is not None:
            problem = _KINDS[argument.kind](value)
            if problem is None and argument.fault is not None:
                problem = argument.fault(value)
            if problem is not None:
                faults.append(Fault(name, problem, argument.fix))
    return faults


def _one_of(allowed: Sequence[str]) -> Callable[[str], str | None]:
    def fault(value: str) -> str | None:
        if value in allowed:
            return None
        part = [word for word in allowed if value and value.lower() in word.lower()]
        near = part or difflib.get_close_matches(value, allowed, n=1)
        hint = f" (did you mean '{near[0]}'?)" if near else ""
        return f"'{value}' is not one of {', '.join(allowed)}{hint}"

    return fault


def _polytomic_principal_fault(value: str) -> str | None:
    if value in POLYTOMIC_PRINCIPALS:
        return None
    problem = iam.principal_arn_fault(value)
    if problem is None:
        return None
    return f"{problem}; it is neither {' nor '.join(POLYTOMIC_PRINCIPALS)} nor an ARN"


def _external_ids_fault(values: Sequence[str]) -> str | None:
    if not values:
        return "is an empty list; at least one external ID is needed"
    if len(set(values)) != len(values):
        return "holds the same external ID twice"
    for number, value in enumerate(values, 1):
        problem = iam.external_id_fault(value)
        if problem is not None:
            return f"entry {number} {problem}"
    return None


def _tags_fault(tags: Mapping[str, str]) -> str | None:
    if len(tags) > 50:
        return f"has {len(tags)} tags; a role takes at most 50"
    return next((f for key, value in tags.items() if (f := iam.tag_fault(key, value))), None)


def _description_fault(value: str) -> str | None:
    if len(value) > 1000:
        return f"has {len(value)} characters; a role's description takes at most 1000"
    return None


def _check_access_fault(value: bool | str) -> str | None:
    if isinstance(value, bool) or value == "warn":
        return None
    return f"'{value}' is not one of true, false and 'warn'"


def _deadline_fault(value: float) -> str | None:
    return None if value >= 1 else f"is {value:g}; allowed is 1 second and more"


def _not_blank(value: str) -> str | None:
    return None if value.strip() else "is empty"


def _text(value: object) -> str | None:
    return None if isinstance(value, str) else f"is a {type(value).__name__}, not a string"


def _flag(value: object) -> str | None:
    return None if isinstance(value, bool) else f"is a {type(value).__name__}, not a boolean"


def _word(value: object) -> str | None:
    if isinstance(value, bool | str):
        return None
    return f"is a {type(value).__name__}, not a boolean or a string"


def _number(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"is a {type(value).__name__}, not a number"
    return None


def _texts(value: object) -> str | None:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return f"is a {type(value).__name__}, not a list of strings"
    bad = next((item for item in value if not isinstance(item, str)), None)
    return None if bad is None else f"holds a {type(bad).__name__}, not only strings"


def _map(value: object) -> str | None:
    if not isinstance(value, Mapping):
        return f"is a {type(value).__name__}, not a map of strings"
    for item in (*value.keys(), *value.values()):
        if not isinstance(item, str):
            return f"holds a {type(item).__name__}, not only strings"
    return None


def _object(value: object) -> str | None:
    return None if isinstance(value, Mapping) else f"is a {type(value).__name__}, not a map"


_KINDS: Final[Mapping[str, Callable[[object], str | None]]] = {
    "text": _text,
    "flag": _flag,
    "word": _word,
    "number": _number,
    "texts": _texts,
    "map": _map,
    "object": _object,
}

_COPY_POLYTOMIC_ID: Final = "Polytomic shows it on the connection once that is saved."

ARGUMENTS: Final[Mapping[str, Argument]] = {
    "bucket_name": Argument("text", iam.bucket_name_fault, "Give the staging bucket's own name."),
    "bucket_prefix": Argument(
        "text",
        iam.bucket_prefix_fault,
        "Give a folder such as 'polytomic/staging', or leave it out.",
    ),
    "polytomic_external_id": Argument("text", iam.external_id_fault, _COPY_POLYTOMIC_ID),
    "polytomic_external_ids": Argument("texts", _external_ids_fault, _COPY_POLYTOMIC_ID),
    "polytomic_connection_name": Argument("text", _not_blank, "Name the connection."),
    "polytomic_connection_config": Argument(
        "object",
        config_fault,
        "Give Polytomic's own keys, such as server_hostname, http_path and access_token.",
    ),
    "polytomic_principal": Argument(
        "text",
        _polytomic_principal_fault,
        "Use 'account', 'service-role', or the ARN of your own Polytomic installation's role.",
    ),
    "role_name": Argument("text", iam.role_name_fault, "Set role_name to a valid IAM role name."),
    "role_path": Argument("text", iam.role_path_fault, "Begin and end it with '/'."),
    "role_description": Argument("text", _description_fault, "Shorten it."),
    "permissions_boundary": Argument(
        "text", iam.policy_arn_fault, "Give the ARN of a managed policy."
    ),
    "max_session_duration": Argument(
        "number", iam.session_duration_fault, "Give whole seconds, for example 3600."
    ),
    "tags": Argument("map", _tags_fault, "Correct or remove the tag."),
    "account_id": Argument(
        "text", iam.account_id_fault, "Give the 12 digits of the role's AWS account, as a string."
    ),
    "partition": Argument(
        "text", _one_of(iam.PARTITIONS), "Leave it out to look it up, or name the AWS partition."
    ),
    "databricks_environment": Argument(
        "text", _one_of(tuple(DATABRICKS_ENVIRONMENTS)), "Say where the Databricks workspace runs."
    ),
    "unity_catalog_principal": Argument(
        "text",
        iam.principal_arn_fault,
        "Leave it out to use the principal that the storage credential returns.",
    ),
    "storage_credential": Argument(
        "text", _one_of(STORAGE_CREDENTIAL_MODES), "See the argument's description for each."
    ),
    "storage_credential_name": Argument("text", _not_blank, "Name the storage credential."),
    "storage_credential_comment": Argument("text", None, "Give a string."),
    "storage_credential_owner": Argument(
        "text", _not_blank, "Name a user, a group or a service principal's application ID."
    ),
    "storage_credential_read_only": Argument("flag", None, "Give true or false."),
    "isolation_mode": Argument("text", _one_of(ISOLATION_MODES), "Use one of these words."),
    "force_destroy": Argument("flag", None, "Give true or false."),
    "self_trust": Argument(
        "text",
        _one_of(SELF_TRUST_FORMS),
        "See the argument's description for each.",
    ),
    "kms_key_arn": Argument(
        "text", iam.kms_key_arn_fault, "Give the ARN of the key that encrypts the bucket."
    ),
    "check_access": Argument(
        "word", _check_access_fault, "See the argument's description for each."
    ),
    "check_access_deadline": Argument("number", _deadline_fault, "Give seconds, for example 300."),
}
"""Every argument of ``DatabricksStagingAccess`` by name."""
