"""Reading resources and policy documents as the engine hands them over."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from google.protobuf import json_format  # type: ignore[import-untyped]
from pulumi_policy import proxy
from pulumi_policy.deserialize import deserialize_properties

from pulumi_polytomic.iam import (
    PolicyDocument,
    PolicyError,
    PolicyKind,
    Unknown,
    parse_policy,
    policy_size,
)

from .model import Document, Resource, is_unknown

_UNKNOWNS: Final = {
    getattr(proxy, f"UNKNOWN_{kind}_VALUE"): Unknown(kind.lower())
    for kind in ("ARCHIVE", "ARRAY", "ASSET", "BOOLEAN", "NUMBER", "OBJECT", "STRING")
}
"""What the engine writes for a value that is known only once the program has been deployed."""
_LONGEST: Final = 65_536
"""Characters of a document that is read. AWS takes 10,240 at most; the rest is somebody's trick."""
NOT_YET: Final = "is known only when it is deployed"


def read_resource(message: Any) -> Resource:
    """Read an ``AnalyzeRequest`` or an ``AnalyzerResource``."""
    properties = deserialize_properties(json_format.MessageToDict(message.properties))
    whole_stack = hasattr(message, "propertyDependencies")
    provider = json_format.MessageToDict(message.provider)
    settings = provider.get("properties", {})
    return Resource(
        urn=message.urn,
        type=message.type,
        name=message.name,
        properties=properties,
        parent=(message.parent if whole_stack else message.options.parent) or None,
        protect=message.options.protect,
        property_dependencies=(
            {key: tuple(value.urns) for key, value in message.propertyDependencies.items()}
            if whole_stack
            else {}
        ),
        provider=provider.get("urn"),
        account=_account(settings),
        partition=_partition(settings.get("region")),
    )


def with_unknowns(resource: Resource) -> Resource:
    """Tell what is not known yet from text; only a preview has such values."""
    return replace(resource, properties=_told_apart(resource.properties))


def read_document(
    value: object, place: str, urn: str, kind: PolicyKind, partition: str = "aws"
) -> Document:
    """Read a policy document, given as JSON text or as the object that the text stands for."""
    if value is None:
        return Document(place, urn, fault="is missing")
    if is_unknown(value):
        return Document(place, urn, unknown=NOT_YET)
    if not isinstance(value, str | Mapping):
        return Document(place, urn, fault="is neither JSON text nor an object")
    if isinstance(value, str) and len(value) > _LONGEST:
        return Document(place, urn, fault=f"is {len(value)} characters long; AWS takes 10,240")
    try:
        parse = _parse_text if isinstance(value, str) else parse_policy
        content = parse(value, kind, partition=partition)
        return Document(place, urn, content, size=policy_size(value))
    except PolicyError as error:
        if _has_unknown(value):
            return Document(place, urn, unknown=NOT_YET)
        return Document(place, urn, fault=f"is malformed: {error}")
    except RecursionError:
        return Document(place, urn, fault="is malformed: it is nested too deeply")


def plain_text(value: object) -> str:
    """Give all that a malformed document may mean as text, with its escapes undone."""
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return re.sub(r"\\u([0-9A-Fa-f]{4})", lambda found: chr(int(found[1], 16)), text)


@lru_cache(maxsize=4096)
def _parse_text(text: str, kind: PolicyKind, partition: str) -> PolicyDocument:
    """Parse once what comes at registration, with each policy of its role and in the end again."""
    return parse_policy(text, kind, partition=partition)


def _told_apart(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _told_apart(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_told_apart(each) for each in value]
    return _UNKNOWNS.get(value, value) if isinstance(value, str) else value


def _has_unknown(value: object) -> bool:
    """Whether a part of an object is not known yet, and so may be what makes it malformed."""
    inner = value.values() if isinstance(value, Mapping) else value
    inside = inner if isinstance(inner, Iterable) and not isinstance(inner, str) else ()
    return is_unknown(value) or any(map(_has_unknown, inside))


def _partition(region: object) -> str | None:
    """Give the partition of a region; of one that is not listed, none."""
    clouds = {"us-gov": "aws-us-gov", "cn": "aws-cn", "us-iso": None, "eusc": None}
    starts = [each for each in clouds if str(region).startswith(each)]
    return clouds[starts[0]] if starts else ("aws" if isinstance(region, str) else None)


def _account(properties: Mapping[str, Any]) -> str | None:
    """Give the one account that a provider of AWS is held to, by its list or by its role."""
    read = {key: _from_json(properties.get(key)) for key in ("allowedAccountIds", "assumeRoles")}
    allowed, roles = read["allowedAccountIds"], read["assumeRoles"]
    if isinstance(allowed, list) and len(allowed) == 1:
        return str(allowed[0])
    last = (
        roles[-1] if isinstance(roles, list) and roles else _from_json(properties.get("assumeRole"))
    )
    arn = last.get("roleArn") if isinstance(last, dict) else None
    return arn.split(":")[4] if isinstance(arn, str) and arn.count(":") > 4 else None


def _from_json(value: Any) -> Any:
    """Read a provider's setting, which the engine keeps as JSON in a text."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return None
