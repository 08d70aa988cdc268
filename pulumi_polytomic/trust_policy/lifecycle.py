"""``RoleTrustPolicy``: the trust policy, or statements of it, of a role that exists."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from .. import iam
from ..custom_resource.plugin_side import CustomResource, Found, Made, ProviderError, Values
from ..custom_resource.settings import KEYS_STAND_IN_A_PROVIDER, Settings
from ..custom_resource.wire import UNKNOWN
from ..errors import Fault
from . import resource
from .statements import Document, merged, own_statements, read_document, read_statements, same
from .stored import StoredTrustPolicy


class RoleTrustPolicy(CustomResource):
    """Owns the trust policy of a role that somebody else made, or statements of it."""

    program_side = resource.RoleTrustPolicy
    replacing = ("roleName", "roleArn")
    retired: ClassVar[Mapping[str, str]] = {"aws": KEYS_STAND_IN_A_PROVIDER}

    @property
    def outputs(self) -> list[str]:
        """An ARN that the program does not say is AWS' to say."""
        return ["roleArn", *super().outputs]

    def faults(self, inputs: Values) -> Sequence[Fault]:
        """Says how the arguments do not fit together."""
        return _faults(inputs)

    def create(self, settings: Settings, urn: str, inputs: Values) -> Made:
        """Writes the policy; what is there already as it should be is taken as written."""
        role = _role(settings, inputs["roleName"], inputs)
        return Made(inputs["roleName"], self._write(role, inputs, before=(), expected=None))

    def take_back(self, settings: Settings, urn: str, inputs: Values) -> None:
        """Leaves what a deletion leaves, where what is there is ours and not what was there."""
        name = inputs["roleName"]
        document = _role(settings, name, inputs).find()
        if document is not None and _ours(inputs)(document):
            self.delete(settings, name, inputs)

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
    found += _arn_faults(inputs.get("roleArn", UNKNOWN), inputs.get("roleName", UNKNOWN))
    given = [name for name in ("statements", "policy") if name in inputs]
    if len(given) != 1:
        what = "is given beside policy" if given else "is missing (or policy)"
        found.append(Fault("statements", what, "Give one of the two."))
    if "policyOnDelete" in inputs and "policy" not in inputs:
        fix = "Leave it out: statements are taken away again."
        found.append(Fault("policyOnDelete", "is given without policy", fix))
    return found


def _arn_faults(arn: Any, name: Any) -> list[Fault]:
    if arn is UNKNOWN:
        return []
    if name is UNKNOWN or iam.role_arn_fault(arn) or iam.Arn.parse(arn).name == name:
        return []
    problem = f"is not the ARN of a role named '{name}'"
    return [Fault("roleArn", problem, "Give the ARN of that role.")]
