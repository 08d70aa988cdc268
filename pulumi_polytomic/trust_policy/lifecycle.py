"""``RoleTrustPolicy``: the trust policy, or statements of it, of a role that exists."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from .. import iam
from ..custom_resource.plugin_side import CustomResource, Found, Made, ProviderError, Values
from ..custom_resource.settings import KEYS_STAND_IN_A_PROVIDER, Settings
from ..custom_resource.wire import UNKNOWN
from ..errors import Fault
from .statements import Document, merged, own_statements, read_document, read_statements, same
from .stored import StoredTrustPolicy

_STRING: Final = {"type": "string"}
_INPUTS: Final[Mapping[str, Any]] = {
    "roleName": {**_STRING, "description": "Name of the role. It must exist."},
    "roleArn": {
        **_STRING,
        "description": "ARN of the role. Credentials of another account than its own are refused. "
        "Default: the role of that name in the account of the credentials that make this resource, "
        "which is kept from then on.",
    },
    "statements": {
        **_STRING,
        "description": "Statements to add to the trust policy and to keep there, as a JSON list, "
        "each with a Sid of its own. Statements of other Sids are left alone. Give this or "
        "`policy`.",
    },
    "policy": {
        **_STRING,
        "description": "The whole trust policy, as JSON. It may name the role itself as a "
        "principal, which the call that makes a role cannot.",
    },
    "policyOnDelete": {
        **_STRING,
        "description": "With `policy`: the trust policy to leave behind, as JSON. Default: the one "
        "that was there is not restored.",
    },
}
_OUTPUTS: Final[Mapping[str, Any]] = {
    "roleArn": {**_STRING, "description": "ARN of the role, as AWS gives it."},
    "trustPolicy": {
        "type": "string",
        "secret": True,
        "description": "The whole trust policy after the last write, as JSON.",
    },
}


class RoleTrustPolicy(CustomResource):
    """Owns the trust policy of a role that somebody else made, or statements of it."""

    token: ClassVar[str] = "polytomic-databricks:index:RoleTrustPolicy"
    schema: ClassVar[Mapping[str, Any]] = {
        "description": "The trust policy of a role that exists, or statements of it.\n\nWith "
        "`statements` it adds and keeps its own statements, known by their Sids, leaves others "
        "untouched, and takes its own away when it is deleted. An edit of somebody else since the "
        "last run is never overwritten blindly.",
        "inputProperties": _INPUTS,
        "requiredInputs": ["roleName"],
        "properties": {**_INPUTS, **_OUTPUTS},
        "required": ["roleArn", "roleName", "trustPolicy"],
    }
    outputs = tuple(_OUTPUTS)
    secrets = ("trustPolicy",)
    replacing = ("roleName", "roleArn")
    retired: ClassVar[Mapping[str, str]] = {"aws": KEYS_STAND_IN_A_PROVIDER}

    def faults(self, name: str, inputs: Values) -> Sequence[Fault]:
        """Says what is wrong; there is nothing to fill in."""
        return _faults(inputs)

    def create(self, settings: Settings, urn: str, inputs: Values) -> Made:
        """Writes the policy; what is there already as it should be is taken as written."""
        role = _role(settings, inputs["roleName"], inputs)
        return Made(inputs["roleName"], self._write(role, inputs, before=(), expected=None))

    def read(
        self, settings: Settings, resource_id: str, inputs: Values, state: Values
    ) -> Found | None:
        """Gives what is there of ours; None where the role, or all of ours, is gone."""
        role = _role(settings, resource_id, inputs, state)
        document = role.find()
        if document is None:
            return None
        if not inputs:
            given: Values = {"roleName": resource_id, "policy": json.dumps(document)}
            return Found(given, {**given, **_outputs(role, document)})
        found = dict(inputs)
        if "policy" in inputs:
            if not same(read_document(inputs["policy"]), document):
                found["policy"] = json.dumps(document)
        else:
            wanted = read_statements(inputs["statements"])
            ours = own_statements(document, [str(each["Sid"]) for each in wanted])
            if not ours:
                return None
            if not same(ours, wanted):
                found["statements"] = json.dumps(ours)
        return Found(found, {**found, **_outputs(role, document)})

    def update(
        self, settings: Settings, urn: str, resource_id: str, state: Values, inputs: Values
    ) -> Values:
        """Writes the policy anew, unless somebody else changed what is ours since."""
        role = _role(settings, resource_id, inputs, state)
        return self._write(role, inputs, before=_sids(state), expected=_ours(state))

    def delete(self, settings: Settings, resource_id: str, state: Values) -> None:
        """Takes our statements away, or leaves ``policyOnDelete``, unless others wrote since."""
        role = _role(settings, resource_id, state)
        if "policy" in state:
            behind = state.get("policyOnDelete")
            document = role.find()
            # Whoever wrote something else by now owns it.
            if behind and document is not None and same(document, read_document(state["policy"])):
                role.write(lambda _: read_document(behind))
            return
        if role.find() is not None:
            role.write(lambda document: merged(document, [], _sids(state)), removes=True)

    def changed(self, state: Values, inputs: Values) -> list[str]:
        """Gives the inputs that differ; what says which account it is changes nothing there."""
        names = super().changed(state, inputs)
        return names if "roleArn" in state else [name for name in names if name != "roleArn"]

    def planned(self, state: Values | None, inputs: Values) -> Values:
        """Gives what the state will be; an ARN that the program says is known already."""
        return {**super().planned(state, inputs), **inputs}

    def _write(
        self,
        role: StoredTrustPolicy,
        inputs: Values,
        before: Sequence[str],
        expected: Callable[[Document], bool] | None,
    ) -> Values:
        def wanted(document: Document) -> Document:
            if "policy" in inputs:
                target = read_document(inputs["policy"])
                is_there = same(document, target)
            else:
                own = read_statements(inputs["statements"])
                known = dict.fromkeys([*(str(each["Sid"]) for each in own), *before])
                # Wherever they stand: others may have written theirs behind them since.
                is_there = same(own_statements(document, known), own)
                target = document if is_there else merged(document, own, before)
            if expected is not None and not (is_there or expected(document)):
                raise ProviderError(
                    f"the trust policy of role '{role.name}' was changed by somebody else since "
                    "the last run. Run pulumi refresh, look at what it shows, then pulumi up."
                )
            return target

        return {**inputs, **_outputs(role, role.write(wanted))}


def _role(settings: Settings, name: str, *known: Values) -> StoredTrustPolicy:
    """Gives the role, whose ARN the program said, or an earlier run wrote to."""
    arn = next((each["roleArn"] for each in known if each.get("roleArn")), None)
    return StoredTrustPolicy(settings, name, arn)


def _outputs(role: StoredTrustPolicy, document: Document) -> Values:
    return {"roleArn": role.arn, "trustPolicy": json.dumps(document)}


def _sids(state: Values) -> list[str]:
    if "statements" not in state:
        return []
    return [str(each["Sid"]) for each in read_statements(state["statements"])]


def _ours(state: Values) -> Callable[[Document], bool]:
    """Tells whether what is ours in a document is as we know it."""
    if "policy" in state:
        return lambda document: same(document, read_document(state["policy"]))
    known = read_statements(state["statements"])
    return lambda document: same(own_statements(document, _sids(state)), known)


def _faults(inputs: Values) -> list[Fault]:
    found: list[Fault] = []
    if "roleName" not in inputs:
        found.append(Fault("roleName", "is missing", "Name a role that exists."))
    elif inputs["roleName"] is not UNKNOWN and iam.role_name_fault(inputs["roleName"]):
        problem = str(iam.role_name_fault(inputs["roleName"]))
        found.append(Fault("roleName", problem, "Give the role's name; its ARN is roleArn."))
    found += _arn_faults(inputs.get("roleArn", UNKNOWN), inputs.get("roleName", UNKNOWN))
    given = [name for name in ("statements", "policy") if name in inputs]
    if len(given) != 1:
        what = "is given beside policy" if given else "is missing (or policy)"
        found.append(Fault("statements", what, "Give one of the two."))
    if "policyOnDelete" in inputs and "policy" not in inputs:
        fix = "Leave it out: statements are taken away again."
        found.append(Fault("policyOnDelete", "is given without policy", fix))
    readers: dict[str, Callable[[str], Any]] = {
        "statements": read_statements,
        "policy": read_document,
        "policyOnDelete": read_document,
    }
    for name, reader in readers.items():
        if inputs.get(name, UNKNOWN) is not UNKNOWN:
            try:
                reader(inputs[name])
            except json.JSONDecodeError as error:
                problem = f"is not JSON: {error.msg} in line {error.lineno}"
                found.append(Fault(name, problem, "Write it with a JSON library."))
            except (TypeError, ValueError) as error:
                found.append(Fault(name, str(error), "See the guide for the statements."))
    return found


def _arn_faults(arn: Any, name: Any) -> list[Fault]:
    if arn is UNKNOWN:
        return []
    problem = iam.role_arn_fault(arn)
    if problem is None and name is not UNKNOWN and iam.Arn.parse(arn).name != name:
        problem = f"is not the ARN of a role named '{name}'"
    return [] if problem is None else [Fault("roleArn", problem, "Give the ARN of that role.")]
