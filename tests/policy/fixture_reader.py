"""Reads a rule's fixture: the resources of a small stack, and what the rule is to find in it.

A fixture is an object with these keys, all but `shows` optional:

- `shows`: one line that says what it shows.
- `role`: properties of the role, over those of `ROLE`; `null` removes one.
- `trust`: its trust policy: an object, or raw text. Default: `good_trust.json` beside `fixtures/`.
- `permissions`: documents of inline policies (`RolePolicy`), by logical name.
  Default: `good_permissions.json` as `access`.
- `credential`: properties of the storage credential, over those of `CREDENTIAL`; `null`: none.
- `resources`: further resources: `{type, name, properties, outputs, parent, dependencies}`, where
  `dependencies` has logical names by property. Placed last, or first with `"first": true`.
- `native`: true makes it an `aws-native:iam:Role`, whose documents are objects.
- `preview`: true: nothing has been made, so no output is known.
- `component`: inputs of the component that made role, policies and credential.
- `trust_depends_on`: logical names of what the trust policy was made of.
- `config`: configuration of the policy pack, by policy.
- `mentions`: texts that must stand in the findings (fail and undecided).
- `by`: `registration` or `end`: when the gate refuses at the latest (`gate/refuse`); `end`: that
  nothing is open is known with the whole stack alone (`gate/pass`).
- `pad`: number of blanks behind the trust policy.
- `urn_of`: logical name of the resource to blame (fail). Default: `staging`.

The text `<unknown>` stands for a value that is not known yet.
"""

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from policypack.model import Resource
from policypack.stack import COMPONENT, CREDENTIAL, NATIVE_ROLE, ROLE

FOLDER: Final = Path(__file__).parent
FIXTURES: Final = FOLDER / "fixtures"
ROLE_ARN: Final = "arn:aws:iam::123456789012:role/staging"
_KEYS: Final = frozenset(
    {
        *("shows", "role", "trust", "permissions", "credential", "resources", "native", "preview"),
        *("component", "trust_depends_on", "config", "mentions", "urn_of", "by", "pad"),
    }
)
_ROLE: Final = {"name": "staging", "path": "/", "maxSessionDuration": 3600}
_ROLE_OUTPUTS: Final = {"arn": ROLE_ARN, "uniqueId": "AROAEXAMPLEROLEID1234"}
_IAM_ROLE: Final = {"roleArn": ROLE_ARN}
_IAM_ROLE_OUTPUTS: Final = {
    "externalId": "1f2e3d4c-5b6a-4978-8877-665544332211",
    "unityCatalogIamArn": (
        "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"
    ),
}
_NATIVE_NAMES: Final = {"name": "roleName", "assumeRolePolicy": "assumeRolePolicyDocument"}
_NATIVE_OUTPUTS: Final = {"arn": "arn", "uniqueId": "roleId"}


def read_fixture(path: Path) -> dict[str, Any]:
    """Read a fixture; a key that there is not is an error."""
    fixture: dict[str, Any] = json.loads(path.read_text())
    assert set(fixture) <= _KEYS, f"{path}: unknown {set(fixture) - _KEYS}"
    return fixture


def good(name: str) -> Any:
    """Give a document that was written by hand from the guide."""
    return json.loads((FOLDER / f"good_{name}.json").read_text())


def registered(fixture: Mapping[str, Any]) -> list[Resource]:
    """Give the resources as they are registered, with inputs alone, in order."""
    return [_resource(each, whole=False, preview=True) for each in _written(fixture)]


def deployed(fixture: Mapping[str, Any]) -> list[Resource]:
    """Give the whole stack, with outputs and dependencies."""
    preview = bool(fixture.get("preview"))
    return [_resource(each, whole=True, preview=preview) for each in _written(fixture)]


def urn(type_: str, name: str, *, in_component: bool = False) -> str:
    """Give the URN of a resource of the fixture's stack."""
    chain = f"{COMPONENT}${type_}" if in_component else type_
    return f"urn:pulumi:dev::proj::{chain}::{name}"


def _written(fixture: Mapping[str, Any]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    inside = "component" in fixture
    if inside:
        parts.append({"type": COMPONENT, "name": "box", "properties": fixture["component"]})
    parent = "box" if inside else None
    if fixture.get("credential", {}) is not None:
        parts.append({**_credential(fixture.get("credential", {})), "parent": parent})
    parts.append({**_role(fixture), "parent": parent})
    permissions = fixture.get("permissions", {"access": good("permissions")})
    for name, document in permissions.items():
        policy = document if isinstance(document, str) else json.dumps(document)
        properties = {"role": "staging", "policy": policy}
        type_ = "aws:iam/rolePolicy:RolePolicy"
        if fixture.get("native"):
            properties = {"roleName": "staging", "policyDocument": document}
            type_ = "aws-native:iam:RolePolicy"
        parts.append({"type": type_, "name": name, "properties": properties, "parent": parent})
    more = fixture.get("resources", [])
    first = [each for each in more if each.get("first")]
    return first + parts + [each for each in more if not each.get("first")]


def _role(fixture: Mapping[str, Any]) -> dict[str, Any]:
    trust = fixture.get("trust", good("trust"))
    native = bool(fixture.get("native"))
    document = trust if isinstance(trust, str) or native else json.dumps(trust)
    document = document + " " * fixture["pad"] if "pad" in fixture else document
    properties = {**_ROLE, "assumeRolePolicy": document, **fixture.get("role", {})}
    outputs = {key: value for key, value in _ROLE_OUTPUTS.items() if key not in properties}
    if native:
        properties = {_NATIVE_NAMES.get(key, key): value for key, value in properties.items()}
        outputs = {_NATIVE_OUTPUTS[key]: value for key, value in outputs.items()}
    key = "assumeRolePolicyDocument" if native else "assumeRolePolicy"
    return {
        "type": NATIVE_ROLE if native else ROLE,
        "name": "staging",
        "properties": {key: value for key, value in properties.items() if value is not None},
        "outputs": outputs,
        "dependencies": {key: fixture.get("trust_depends_on", [])},
    }


def _credential(given: Mapping[str, Any]) -> dict[str, Any]:
    given = dict(given)
    iam_role = {**_IAM_ROLE, **given.pop("awsIamRole", {})}
    answers = {key: value for key, value in _IAM_ROLE_OUTPUTS.items() if key not in iam_role}
    protect = given.pop("protect", False)
    return {
        "type": CREDENTIAL,
        "name": "credential",
        "properties": {"name": "staging-credential", **given, "awsIamRole": iam_role},
        "outputs": {"awsIamRole": {**iam_role, **answers}},
        "protect": protect,
        "dependencies": {"awsIamRole": ["staging"] if "<unknown>" in iam_role["roleArn"] else []},
    }


def _resource(part: Mapping[str, Any], *, whole: bool, preview: bool) -> Resource:
    properties = copy.deepcopy(dict(part.get("properties", {})))
    if whole and not preview:
        properties.update(copy.deepcopy(part.get("outputs", {})))
    parent = part.get("parent")
    inside = parent == "box"
    return Resource(
        urn=urn(part["type"], part["name"], in_component=inside),
        type=part["type"],
        name=part["name"],
        properties=_with_unknowns(properties),
        parent=urn(COMPONENT, "box") if inside else parent,
        protect=part.get("protect", False),
        property_dependencies=_dependencies(part, inside) if whole else {},
    )


def _dependencies(part: Mapping[str, Any], inside: bool) -> dict[str, tuple[str, ...]]:
    types = {"staging": ROLE, "credential": CREDENTIAL}
    return {
        key: tuple(
            name
            if name.startswith("urn:")
            else urn(
                types[name] if name in types else name.partition("::")[0],
                name.rpartition("::")[2],
                in_component=inside,
            )
            for name in names
        )
        for key, names in part.get("dependencies", {}).items()
    }


def _with_unknowns(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_unknowns(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_unknowns(each) for each in value]
    return UNKNOWN_STRING_VALUE if value == "<unknown>" else value
