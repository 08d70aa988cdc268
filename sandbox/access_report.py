"""Shows a role as the sandbox's AWS has it, and asks there who may assume it."""

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from botocore.exceptions import ClientError

from sandbox.client import Sandbox
from sandbox.identities import POLYTOMIC, STRANGER, UNITY_CATALOG, Identity

MASK: Final = "********"


class Attempt(NamedTuple):
    """One call of sts:AssumeRole and what came of it."""

    who: str
    external_id: str
    """Whose external ID was sent, in words."""
    expected: bool
    allowed: bool


def show(sandbox: Sandbox, role_name: str, connection_name: str | None = None) -> int:
    """Prints the role, the table and what Polytomic's test of its connection says.

    Gives 0 where everybody is let in or kept out as they should, and the test passes. No external
    ID is printed.
    """
    role = sandbox.aws_client("iam").get_role(RoleName=role_name)["Role"]
    trust = role["AssumeRolePolicyDocument"]
    ids = external_ids(trust)
    print(f"\nRole                     {role['Arn']}")
    for vendor in ("Polytomic", "Databricks"):
        print(f"{vendor + ' external ID':<25}{'present' if ids.get(vendor) else 'MISSING'}")
    print("\nTrust policy (external IDs masked)")
    print(json.dumps(masked(trust), indent=2))
    attempts = list(who_may_assume(sandbox, role["Arn"], ids))
    print("\nWho may assume this role (asked from the sandbox's AWS)")
    width = max(len(attempt.who) for attempt in attempts) + 2
    for attempt in attempts:
        answer = "yes" if attempt.allowed else "no"
        remark = "" if attempt.allowed == attempt.expected else "   <-- should not be so"
        print(f"  {attempt.who:<{width}}{attempt.external_id:<28}{answer}{remark}")
    fault = None
    if connection_name is not None:
        fault = connection_fault(sandbox, connection_name)
        print(f"\nPolytomic's own test of connection '{connection_name}': {fault or 'passed'}")
    right = all(attempt.allowed == attempt.expected for attempt in attempts)
    return 0 if right and fault is None else 1


def connection_fault(sandbox: Sandbox, name: str) -> str | None:
    """What Polytomic's test of a saved connection finds; None where it passes."""
    from polytomic.core.api_error import ApiError

    connections = sandbox.polytomic().connections
    found = [each for each in connections.list().data or [] if each.name == name]
    if not found:
        return "there is no such connection"
    try:
        connections.test_connection(type="databricks", configuration={}, connection_id=found[0].id)
    except ApiError as error:
        return str(getattr(error.body, "message", None) or error.body)
    return None


def external_ids(trust: dict[str, Any]) -> dict[str, str]:
    """External IDs in a trust policy of three statements, by vendor."""
    found = {}
    for statement in trust["Statement"]:
        value = statement.get("Condition", {}).get("StringEquals", {}).get("sts:ExternalId")
        vendor = {"PolytomicAssumeRole": "Polytomic", "UnityCatalogAssumeRole": "Databricks"}
        if value and statement.get("Sid") in vendor:
            found[vendor[statement["Sid"]]] = value if isinstance(value, str) else value[0]
    return found


def masked(value: Any, key: str = "") -> Any:
    """The same document with every external ID replaced."""
    if isinstance(value, dict):
        return {name: masked(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [masked(item, key) for item in value]
    return MASK if key.lower() == "sts:externalid" else value


def who_may_assume(sandbox: Sandbox, role_arn: str, ids: dict[str, str]) -> Iterator[Attempt]:
    """Tries every caller with every external ID; each try is a real call of sts:AssumeRole."""
    unity_catalog = UNITY_CATALOG["aws"]
    sent = {
        "Polytomic's external ID": ids.get("Polytomic"),
        "Databricks' external ID": ids.get("Databricks"),
        "a wrong external ID": "not-an-id-that-anyone-minted",
        "no external ID": None,
    }
    callers: list[tuple[str, Any, str]] = [
        ("Polytomic", _client(sandbox, POLYTOMIC), "Polytomic's external ID"),
        ("Unity Catalog", _client(sandbox, unity_catalog), "Databricks' external ID"),
        ("the role itself", _own_client(sandbox, role_arn, ids), "Databricks' external ID"),
        ("a stranger", _client(sandbox, STRANGER), ""),
    ]
    for who, client, own in callers:
        for words, value in sent.items():
            yield Attempt(who, words, words == own, _assume(client, role_arn, value) is not None)


def _client(sandbox: Sandbox, identity: Identity) -> Any:
    return sandbox.aws_client("sts", identity)


def _own_client(sandbox: Sandbox, role_arn: str, ids: dict[str, str]) -> Any:
    """A client that signs as a session of the role; None where Unity Catalog cannot get one."""
    import boto3

    unity_catalog = _client(sandbox, UNITY_CATALOG["aws"])
    credentials = _assume(unity_catalog, role_arn, ids.get("Databricks"))
    if credentials is None:
        return None
    return boto3.client(
        "sts",
        region_name=unity_catalog.meta.region_name,
        endpoint_url=sandbox.aws_endpoint,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def _assume(client: Any, role_arn: str, external_id: str | None) -> Any:
    """Credentials of a session of the role, or None where AWS refuses."""
    if client is None:
        return None
    values = {"RoleArn": role_arn, "RoleSessionName": "access-report"}
    if external_id is not None:
        values["ExternalId"] = external_id
    try:
        return client.assume_role(**values)["Credentials"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDenied":
            raise
        return None
