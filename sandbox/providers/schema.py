"""The package schema, made from the tables: what `pulumi import` and YAML programs ask for."""

import json
from collections.abc import Mapping
from typing import Any, Final

from sandbox.providers.resource import Package, Property

_SCALARS: Final = {
    "string": "string",
    "policy": "string",
    "boolean": "boolean",
    "integer": "integer",
}
_STRING: Final = {"type": "string"}


def package_schema(package: Package) -> str:
    """JSON in Pulumi's schema format; refused arguments are left out."""
    types: dict[str, Any] = {}
    resources = {}
    for token, resource in package.resources.items():
        accepted = {key: item for key, item in resource.inputs.items() if not item.refused}
        outputs = {key: item for key, item in resource.properties.items() if not item.refused}
        resources[token] = {
            "properties": _members(token, outputs, types),
            "required": sorted(
                key for key, item in outputs.items() if item.required or item.output_only
            ),
            "inputProperties": _members(token, accepted, types),
            "requiredInputs": sorted(key for key, item in accepted.items() if item.required),
        }
    functions = {
        token: {
            "inputs": {
                "type": "object",
                "properties": _members(token, function.arguments, types),
                "required": sorted(
                    key for key, item in function.arguments.items() if item.required
                ),
            },
            "outputs": {"type": "object", "additionalProperties": {"$ref": "pulumi.json#/Any"}},
        }
        for token, function in package.functions.items()
    }
    config = {key: item for key, item in package.config.items() if not item.refused}
    provider = {"inputProperties": _members(f"{package.name}:index:Provider", config, types)}
    return json.dumps(
        {
            "name": package.name,
            "version": package.version,
            "types": types,
            "provider": provider,
            "resources": resources,
            "functions": functions,
        }
    )


def _members(
    owner: str, properties: Mapping[str, Property], types: dict[str, Any]
) -> dict[str, Any]:
    return {key: _type(owner, key, item, types) for key, item in properties.items()}


def _type(owner: str, key: str, item: Property, types: dict[str, Any]) -> dict[str, Any]:
    if item.kind in _SCALARS:
        return {"type": _SCALARS[item.kind], **({"secret": True} if item.secret else {})}
    if item.kind == "map" or (item.kind == "object" and item.fields is None):
        return {"type": "object", "additionalProperties": _STRING}
    if item.fields is None:
        return {"type": "array", "items": _STRING}
    reference = {"$ref": f"#/types/{_object_type(owner, key, item.fields, types)}"}
    return reference if item.kind == "object" else {"type": "array", "items": reference}


def _object_type(
    owner: str, key: str, fields: Mapping[str, Property], types: dict[str, Any]
) -> str:
    module, _, name = owner.rpartition(":")
    token = f"{module}{key[0].upper()}{key[1:]}:{name}{key[0].upper()}{key[1:]}"
    types[token] = {
        "type": "object",
        "properties": _members(token, fields, types),
        "required": sorted(inner for inner, item in fields.items() if item.required),
    }
    return token
