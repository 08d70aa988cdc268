"""The schema of the plugin: what every Pulumi language is told of our types.

All of it is made from the classes that a Python program sees: their annotations, the texts under
these, and the tables of checks.
"""

import json
from collections.abc import Mapping
from types import NoneType
from typing import Any, Final, get_args

from pulumi import ComponentResource

from ..argument_types import Shape, shape, union_members
from ..arguments import Arguments
from ..component.outputs import outputs_of
from ..custom_resource.provider_arguments import ARGUMENTS as SETTINGS
from ..naming import PACKAGE, VERSION, camel_case
from .docstrings import readable, texts
from .types import components, custom_resources

NAMESPACE: Final = "pulumi-polytomic"
"""Scope of the SDK for Node.js, and prefix of the others; without one it would be Pulumi's own."""
REPOSITORY: Final = "https://github.com/pulumi-polytomic/pulumi-polytomic"


def package_schema() -> dict[str, Any]:
    """Gives the whole schema: the components, the custom resources and the configuration."""
    settings = _inputs(SETTINGS)
    types: list[Any] = [*components().values(), *custom_resources().values()]
    languages = ("nodejs", "python", "csharp", "java", "go")
    return {
        "name": PACKAGE,
        "version": VERSION,
        "namespace": NAMESPACE,
        "displayName": "Polytomic for Databricks",
        "description": "One IAM role for Polytomic and Databricks Unity Catalog on AWS.",
        "keywords": [
            *("polytomic", "databricks", "unity-catalog", "aws", "iam"),
            *("category/infrastructure", "kind/component"),
        ],
        "license": "Apache-2.0",
        "publisher": "pulumi-polytomic",
        "homepage": REPOSITORY,
        "repository": REPOSITORY,
        "logoUrl": f"{REPOSITORY.replace('github.com', 'raw.githubusercontent.com')}"
        f"/v{VERSION}/docs/logo.svg",
        # SDKs as modules of their own: without it the one for Go imports a folder it has not.
        "meta": {"supportPack": True},
        "language": {name: {"respectSchemaVersion": True} for name in languages},
        "config": {"variables": settings},
        "types": {token: each for owner in types for token, each in _enums(owner).items()},
        "provider": {"type": "object", "inputProperties": settings},
        "resources": {owner.token: _resource(owner) for owner in types},
    }


def schema_text() -> str:
    """Gives the schema as it stands in the repository's ``schema.json``."""
    return json.dumps(package_schema(), indent=2, ensure_ascii=False) + "\n"


def _resource(owner: Any) -> dict[str, Any]:
    arguments: Arguments = owner.arguments
    described = texts(owner)
    inputs = _inputs(arguments)
    required = {camel_case(name) for name in arguments.required}
    outputs = {
        camel_case(name): {
            **_type(_shape_of_output(owner, name)),
            **({"secret": True} if name in getattr(owner, "secret_outputs", ()) else {}),
            "description": readable(described[name], arguments.checks),
        }
        for name in outputs_of(owner)
    }
    always = {camel_case(name) for name in outputs_of(owner) if not _is_optional(owner, name)}
    schema = {
        "description": readable(owner.__doc__ or "", arguments.checks),
        "inputProperties": inputs,
        "requiredInputs": sorted(required),
    }
    if issubclass(owner, ComponentResource):
        return {"isComponent": True, **schema, "properties": outputs, "required": sorted(always)}
    # A custom resource gives its arguments back; a word of a closed set as what it is, a string.
    given = {
        name: {key: each for key, each in prop.items() if key != "oneOf"}
        for name, prop in inputs.items()
    }
    filled = {camel_case(name) for name, each in arguments.checks.items() if each.default}
    return {
        **schema,
        "properties": {**given, **outputs},
        "required": sorted(required | always | filled),
    }


def _inputs(arguments: Arguments) -> dict[str, Any]:
    described = texts(arguments.declaration)
    return {
        camel_case(name): {
            **_type(each, _enum_token(arguments, name)),
            **({"secret": True} if arguments.checks[name].secret else {}),
            "description": readable(described[name], arguments.checks),
        }
        for name, each in arguments.shapes.items()
    }


def _enums(owner: Any) -> dict[str, Any]:
    arguments: Arguments = owner.arguments
    described = texts(arguments.declaration)
    return {
        token: {
            "type": "string",
            "description": readable(described[name], arguments.checks),
            "enum": [{"value": choice} for choice in each.choices],
        }
        for name, each in arguments.shapes.items()
        if (token := _enum_token(arguments, name)) is not None
    }


def _enum_token(arguments: Arguments, name: str) -> str | None:
    """Gives the token of an argument's closed set; one with other types beside it has none."""
    found = arguments.shapes[name]
    if not found.choices or found.kinds != ("string",):
        return None
    own = camel_case(name)
    return f"{PACKAGE}:index:{arguments.checks[name].enum or own[0].upper() + own[1:]}"


def _type(found: Shape, enum: str | None = None) -> dict[str, Any]:
    # Each member of a union says so too, or Go takes it for anything.
    plain = {"plain": True} if found.plain else {}
    first, *others = ({**_SHAPES[kind], **plain} for kind in found.kinds)
    if others:
        return {"oneOf": [first, *others], **plain}
    # Editors offer the words, and a plain string will do too.
    return {**first, "oneOf": [first, {**first, "$ref": f"#/types/{enum}"}]} if enum else first


def _shape_of_output(owner: type, name: str) -> Shape:
    # Only an argument is plain or not.
    return shape(get_args(owner.__annotations__[name])[0])._replace(plain=False)


def _is_optional(owner: type, name: str) -> bool:
    return NoneType in union_members(get_args(owner.__annotations__[name])[0])


_STRING: Final = {"type": "string"}
_SHAPES: Final[Mapping[str, Mapping[str, Any]]] = {
    "string": _STRING,
    "boolean": {"type": "boolean"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "strings": {"type": "array", "items": _STRING},
    "map": {"type": "object", "additionalProperties": _STRING},
    "object": {"type": "object", "additionalProperties": {"$ref": "pulumi.json#/Any"}},
}
