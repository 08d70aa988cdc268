"""The aws provider's functions."""

from typing import Any, Final

from sandbox.providers.aws.documents import document_text
from sandbox.providers.aws.failures import doing
from sandbox.providers.errors import ProviderError
from sandbox.providers.resource import Function, Property, State


def _caller_identity(cloud: Any, arguments: State) -> State:
    caller = cloud.caller()
    account = caller["Account"]
    return {"accountId": account, "arn": caller["Arn"], "id": account, "userId": caller["UserId"]}


def _partition(cloud: Any, arguments: State) -> State:
    import boto3

    partition = boto3.Session().get_partition_for_region(cloud.region)
    suffix = _DNS_SUFFIXES.get(partition, "amazonaws.com")
    return {
        "dnsSuffix": suffix,
        "id": partition,
        "partition": partition,
        "reverseDnsPrefix": ".".join(reversed(suffix.split("."))),
    }


def _region(cloud: Any, arguments: State) -> State:
    name = arguments.get("region") or arguments.get("name") or arguments.get("id") or cloud.region
    known = _descriptions()
    if name not in known:
        raise ProviderError(f"no matching EC2 Region found: {name}")
    endpoint = f"ec2.{name}.amazonaws.com"
    return {
        "description": known[name],
        "endpoint": endpoint,
        "id": name,
        "name": name,
        "region": name,
    }


def _role(cloud: Any, arguments: State) -> State:
    name = arguments["name"]
    with doing(f"reading IAM Role ({name})"):
        role = cloud.iam.get_role(RoleName=name)["Role"]
    used = role.get("RoleLastUsed") or {}
    return {
        "arn": role["Arn"],
        "assumeRolePolicy": document_text(role["AssumeRolePolicyDocument"]),
        "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "description": role.get("Description", ""),
        "id": name,
        "maxSessionDuration": role.get("MaxSessionDuration", 3600),
        "name": name,
        "path": role["Path"],
        "permissionsBoundary": role.get("PermissionsBoundary", {}).get(
            "PermissionsBoundaryArn", ""
        ),
        "roleLastUseds": [
            {
                "lastUsedDate": used["LastUsedDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
                "region": used.get("Region", ""),
            }
        ]
        if used.get("LastUsedDate")
        else [],
        "tags": {item["Key"]: item["Value"] for item in role.get("Tags", [])},
        "uniqueId": role["RoleId"],
    }


def _descriptions() -> dict[str, str]:
    """Region names to descriptions, from the endpoint data that boto3 carries."""
    from botocore.session import Session

    data = Session().get_data("endpoints")
    return {
        name: region["description"]
        for partition in data["partitions"]
        for name, region in partition["regions"].items()
    }


_DNS_SUFFIXES: Final = {
    "aws-cn": "amazonaws.com.cn",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
    "aws-eusc": "amazonaws.eu",
}

FUNCTIONS: Final = (
    Function("aws:index/getCallerIdentity:getCallerIdentity", {"id": Property()}, _caller_identity),
    Function("aws:index/getPartition:getPartition", {"id": Property()}, _partition),
    Function(
        "aws:index/getRegion:getRegion",
        {
            "endpoint": Property(refused="give 'region'"),
            "id": Property(),
            "name": Property(),
            "region": Property(),
        },
        _region,
    ),
    Function(
        "aws:iam/getRole:getRole", {"name": Property(required=True), "tags": Property("map")}, _role
    ),
)
