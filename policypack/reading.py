"""Reading resources and policy documents as the engine hands them over."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from google.protobuf import json_format  # type: ignore[import-untyped]
from pulumi_policy.deserialize import deserialize_properties

from pulumi_polytomic.iam import PolicyDocument, PolicyError, parse_policy, policy_size

from .model import Document, Resource, is_unknown

_LONGEST: Final = 65_536
"""Characters of a document that is read. AWS takes 10,240 at most; the rest is somebody's trick."""
NOT_YET: Final = "is known only when it is deployed"


def read_resource(message: Any) -> Resource:
    """Read an ``AnalyzeRequest`` or an ``AnalyzerResource``."""
    properties = deserialize_properties(json_format.MessageToDict(message.properties))
    whole_stack = hasattr(message, "propertyDependencies")
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
    )


def read_document(value: object, place: str, urn: str) -> Document:
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
        if isinstance(value, str):
            return Document(place, urn, _parse_text(value), size=policy_size(value))
        return Document(place, urn, parse_policy(value), size=policy_size(value))
    except PolicyError as error:
        if _has_unknown(value):
            return Document(place, urn, unknown=NOT_YET)
        return Document(place, urn, fault=f"is malformed: {error}")
    except RecursionError:
        return Document(place, urn, fault="is malformed: it is nested too deeply")


@lru_cache(maxsize=4096)
def _parse_text(text: str) -> PolicyDocument:
    """Parse once what comes at registration, with each policy of its role and in the end again."""
    return parse_policy(text)


def _has_unknown(value: object) -> bool:
    """Whether a part of an object is not known yet, and so may be what makes it malformed."""
    if isinstance(value, Mapping):
        return any(_has_unknown(each) for each in value.values())
    if isinstance(value, list):
        return any(_has_unknown(each) for each in value)
    return is_unknown(value)
