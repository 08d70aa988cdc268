"""What the arguments of ``DatabricksStagingAccess`` may be together."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from .. import iam
from ..errors import Fault
from ..principals import DATABRICKS_ENVIRONMENTS, POLYTOMIC_PRINCIPALS
from ..text_faults import cut, object_name_fault

Values = Mapping[str, Any]

EXTERNAL_ID_LENGTH: Final = 36
"""Characters of an external ID that Databricks mints today (a UUID)."""

CREATE_ONLY: Final = (
    "storage_credential_comment",
    "storage_credential_owner",
    "storage_credential_read_only",
    "isolation_mode",
    "force_destroy",
)
"""Settings of a storage credential that this component makes."""


def rule_faults(given: Values, default_name: str) -> list[Fault]:
    """Checks values that are each fine on their own against one another.

    ``given`` holds what is given and known: an absent argument takes its default, that of
    ``storage_credential_name`` being ``default_name``.
    """
    faults = [fault for rule in _RULES for fault in rule(given)]
    return faults + _default_name_faults(given, default_name)


def _default_name_faults(given: Values, default_name: str) -> list[Fault]:
    makes_credential = given.get("storage_credential", "create") == "create"
    problem = object_name_fault(default_name)
    if problem is None or not makes_credential or "storage_credential_name" in given:
        return []
    return [
        Fault(
            "storage_credential_name",
            f"is '{cut(default_name)}' by default, which {problem}",
            "Set it, or name the component otherwise.",
        )
    ]


def _one_source_of_external_ids(given: Values) -> list[Fault]:
    sources = [name for name in _EXTERNAL_ID_SOURCES if name in given]
    if len(sources) > 1:
        fix = f"Keep {sources[-1]} and remove the other."
        return [Fault(sources[0], f"excludes {sources[-1]}", fix)]
    if not sources:
        fix = (
            "Copy the external ID that Polytomic shows on the connection once it is saved, or have "
            "the connection made: polytomic_connection_name."
        )
        problem = "is required (or polytomic_external_ids, for several connections)"
        return [Fault("polytomic_external_id", problem, fix)]
    return []


def _connection_has_both_parts(given: Values) -> list[Fault]:
    name, config = "polytomic_connection_name", "polytomic_connection_config"
    if (name in given) == (config in given):
        return []
    present, absent = (name, config) if name in given else (config, name)
    return [Fault(absent, f"is required beside {present}", "Give both, or neither.")]


def _partition_fits_environment(given: Values) -> list[Fault]:
    environment = given.get("databricks_environment", "aws")
    partition = given.get("partition")
    expected = DATABRICKS_ENVIRONMENTS[environment].partition
    if partition in (None, expected):
        return []
    fitting = [n for n, e in DATABRICKS_ENVIRONMENTS.items() if e.partition == partition]
    return [
        Fault(
            "partition",
            f"'{partition}' does not fit databricks_environment '{environment}', which is in "
            f"'{expected}'",
            f"Set databricks_environment to {' or '.join(fitting)}."
            if fitting
            else f"Databricks runs in {', '.join(DATABRICKS_ENVIRONMENTS)} only.",
        )
    ]


def _arns_are_in_the_partition(given: Values) -> list[Fault]:
    partition = DATABRICKS_ENVIRONMENTS[given.get("databricks_environment", "aws")].partition
    arns = {name: given[name] for name in _ARN_ARGUMENTS if name in given}
    word = given.get("polytomic_principal", "account")
    arns["polytomic_principal"] = POLYTOMIC_PRINCIPALS.get(word, word)
    return [
        Fault(
            name,
            f"is in partition '{found}', while the role is in '{partition}': IAM trusts and "
            "grants nothing across partitions",
            _PARTITION_FIXES.get(name, f"Give an ARN that begins with 'arn:{partition}:'."),
        )
        for name, arn in arns.items()
        if (found := iam.Arn.parse(arn).partition) != partition
    ]


def _boundary_is_in_the_account(given: Values) -> list[Fault]:
    boundary, account = given.get("permissions_boundary"), given.get("account_id")
    if boundary is None or account is None:
        return []
    owner = iam.Arn.parse(boundary).account_id
    if owner in (account, "aws"):
        return []
    problem = f"belongs to account {owner}, while the role is in account {account}"
    return [Fault("permissions_boundary", problem, "Use a policy of the role's own account.")]


def _credential_settings_fit_the_mode(given: Values) -> list[Fault]:
    mode = given.get("storage_credential", "create")
    if mode == "create":
        return []
    if mode == "existing":
        useless: tuple[str, ...] = CREATE_ONLY
        reason = "belongs to a credential that is made here, and storage_credential is 'existing'"
    else:
        useless = (*CREATE_ONLY, "storage_credential_name", "unity_catalog_principal", "self_trust")
        reason = "has no effect where storage_credential is 'none'"
    faults = [Fault(n, reason, "Remove it, or change the mode.") for n in useless if n in given]
    if mode == "existing" and "storage_credential_name" not in given:
        problem = "is required where storage_credential is 'existing'"
        fix = "Name the storage credential whose role is the one made here."
        faults.append(Fault("storage_credential_name", problem, fix))
    return faults


def _trust_policy_is_within_quota(given: Values) -> list[Fault]:
    ids = given.get("polytomic_external_ids") or [given.get("polytomic_external_id", "")]
    # Sizes are the same for every account and name of one length, so any role ARN measures well.
    longest_arn = iam.role_arn(
        partition=given.get("partition", "aws"),
        account_id="0" * 12,
        path=given.get("role_path", "/"),
        name=given.get("role_name", "r"),
    )
    document = iam.trust_policy(
        role_arn=longest_arn,
        polytomic_principal=POLYTOMIC_PRINCIPALS["account"],
        polytomic_external_ids=[i or "-" for i in ids],
        unity_catalog_principal=DATABRICKS_ENVIRONMENTS["aws"].unity_catalog_principal,
        databricks_external_id="-" * EXTERNAL_ID_LENGTH,
    )
    size = iam.policy_size(document)
    if size <= iam.TRUST_POLICY_MAXIMUM:
        return []
    problem = (
        f"makes a trust policy of about {size} characters; AWS takes {iam.TRUST_POLICY_QUOTA} "
        f"by default and {iam.TRUST_POLICY_MAXIMUM} at the most"
    )
    return [Fault("polytomic_external_ids", problem, "Spread the connections over several roles.")]


_EXTERNAL_ID_SOURCES: Final = (
    "polytomic_external_id",
    "polytomic_external_ids",
    "polytomic_connection_name",
)

_ARN_ARGUMENTS: Final = ("permissions_boundary", "unity_catalog_principal", "kms_key_arn")

_PARTITION_FIXES: Final = {
    "polytomic_principal": (
        "Hosted Polytomic is in partition 'aws'; give the ARN of a Polytomic installation in the "
        "role's partition, or correct databricks_environment."
    ),
}

_RULES: Final[tuple[Callable[[Values], list[Fault]], ...]] = (
    _one_source_of_external_ids,
    _connection_has_both_parts,
    _partition_fits_environment,
    _arns_are_in_the_partition,
    _boundary_is_in_the_account,
    _credential_settings_fit_the_mode,
    _trust_policy_is_within_quota,
)
