"""``DatabricksConnection``: Polytomic's side of the staging access."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ..custom_resource.plugin_side import (
    CustomResource,
    Found,
    Made,
    PartlyCreatedError,
    ProviderError,
    Values,
)
from ..custom_resource.settings import Settings
from ..custom_resource.wire import UNKNOWN
from ..errors import Fault
from . import resource
from .arguments import KEYS, MASK, OWN_KEYS
from .creation import attempts, name_is_taken
from .polytomic_api import MissingError, TakenError, connect, explained
from .translation import from_polytomic, to_polytomic

_TYPE: Final = "databricks"


class DatabricksConnection(CustomResource):
    """A connection of type ``databricks`` that signs in to AWS with a role."""

    program_side = resource.DatabricksConnection
    replacing = ("organizationId",)

    def fill_in(self, name: str, inputs: Values) -> None:
        """Fills in the name, and takes off the white space around what signs in."""
        inputs.setdefault("name", name)
        for key in ("accessToken", "servicePrincipalId", "servicePrincipalSecret"):
            if isinstance(inputs.get(key), str):
                # A secret from a file, or of a CI, ends with a line break.
                inputs[key] = inputs[key].strip()
                if not inputs[key]:
                    del inputs[key]

    def faults(self, inputs: Values) -> Sequence[Fault]:
        """Says how the arguments do not fit together."""
        known = {key: value for key, value in inputs.items() if value is not UNKNOWN}
        return _sign_in_faults(inputs) + _free_faults(known)

    def obstacles(self, settings: Settings, inputs: Values) -> Sequence[Fault]:
        """Says what Polytomic could not be reached for."""
        try:
            connect(settings)
        except ProviderError as error:
            problem = f"the connection could not be made: {error}"
            return [Fault("", problem, "Then run pulumi again.")]
        return ()

    def create(self, settings: Settings, urn: str, inputs: Values) -> Made:
        """Makes the connection, untested: its role does not exist yet.

        A creation whose answer got lost, or that ended with the engine, is found again by the next
        one.
        """
        organization = inputs.get("organizationId") or settings.organization_id
        body: dict[str, Any] = {
            "name": inputs["name"],
            "type": _TYPE,
            "configuration": to_polytomic(inputs),
            "validate": False,
            **({"policies": inputs["policies"]} if inputs.get("policies") else {}),
            **({"organization_id": organization} if organization else {}),
        }
        candidates = attempts(settings, urn, body)
        while True:
            made = next(candidates)
            resource_id = str(made.id)
            try:
                answer = self._get(settings, resource_id)
            except MissingError:
                # Made by this key and deleted since; the same inputs are to make a new one.
                continue
            except ProviderError as error:
                # It is there. Were it not in the state, a destroy would leave it behind.
                answer = {"configuration": made.configuration or {}}
                state = self._state(resource_id, inputs, answer)
                raise PartlyCreatedError(str(error), resource_id, state) from None
            return self._made(resource_id, inputs, answer)

    def take_back(self, settings: Settings, urn: str, inputs: Values) -> None:
        """Makes it, which finds what was made and keeps a call under way from making another, and
        deletes it."""
        try:
            resource_id = self.create(settings, urn, inputs).resource_id
        except PartlyCreatedError as error:
            resource_id = error.resource_id
        self.delete(settings, resource_id, inputs)

    def read(
        self, settings: Settings, resource_id: str, inputs: Values, state: Values
    ) -> Found | None:
        """Gives the connection as Polytomic has it; a masked secret counts as unchanged."""
        try:
            answer = self._get(settings, resource_id)
        except MissingError:
            return None
        if answer["type"] != _TYPE:
            raise ProviderError(
                f"connection {resource_id} is of type {answer['type']}, not {_TYPE}. Import the ID "
                "of a Databricks connection."
            )
        found = from_polytomic(answer, inputs or None)
        return Found(found, self._state(resource_id, found, answer))

    def update(
        self, settings: Settings, urn: str, resource_id: str, state: Values, inputs: Values
    ) -> Values:
        """Changes the connection, and leaves alone what was set in Polytomic besides."""
        client = connect(settings)
        before = self._get(settings, resource_id)
        ours = {*OWN_KEYS, *(state.get("configuration") or {})}
        kept = {key: each for key, each in before["configuration"].items() if key not in ours}
        configuration = {**kept, **to_polytomic(inputs)}
        policies = {"policies": inputs.get("policies") or []}
        try:
            with explained(settings, f"change the connection '{inputs['name']}'"):
                client.connections.update(
                    resource_id,
                    name=inputs["name"],
                    type=_TYPE,
                    configuration=configuration,
                    validate=False,
                    **policies,
                )
        except TakenError as error:
            raise name_is_taken(settings, inputs["name"], error, but=resource_id) from None
        return self._made(resource_id, inputs, self._get(settings, resource_id)).state

    def delete(self, settings: Settings, resource_id: str, state: Values) -> None:
        """Deletes the connection; syncs that use it make Polytomic refuse."""
        client = connect(settings)
        try:
            with explained(settings, f"delete the connection '{state.get('name')}'"):
                client.connections.delete(resource_id)
        except MissingError:
            return

    def _get(self, settings: Settings, resource_id: str) -> dict[str, Any]:
        with explained(settings, f"read the connection {resource_id}"):
            data = connect(settings).connections.get(resource_id).data
        if data is None:
            raise MissingError(f"Polytomic has no connection {resource_id}")
        return {
            "name": data.name,
            "type": data.type.id if data.type is not None else None,
            "configuration": dict(data.configuration or {}),
            "policies": list(data.policies or []),
            "organization_id": data.organization_id,
        }

    def _made(self, resource_id: str, inputs: Values, answer: Mapping[str, Any]) -> Made:
        state = self._state(resource_id, inputs, answer)
        if not state["externalId"]:
            raise PartlyCreatedError(
                f"Polytomic gave connection '{inputs['name']}' no external ID, without which the "
                "role's trust policy cannot be written. Check in Polytomic that it signs in to AWS "
                "with an IAM role, then run pulumi up again.",
                resource_id,
                state,
            )
        return Made(resource_id, state)

    def _state(self, resource_id: str, inputs: Values, answer: Mapping[str, Any]) -> Values:
        external_id = answer["configuration"].get("external_id")
        return {**inputs, "externalId": external_id, "connectionId": resource_id}


def _sign_in_faults(inputs: Values) -> list[Fault]:
    """Says what is wrong with how Polytomic signs in to Databricks."""
    token = "accessToken" in inputs
    principal = [n for n in ("servicePrincipalId", "servicePrincipalSecret") if n in inputs]
    fix = "Give accessToken, or servicePrincipalId and servicePrincipalSecret."
    if token and principal:
        return [Fault("accessToken", f"is given beside {principal[0]}", fix)]
    if not token and len(principal) != 2:
        missing = "servicePrincipalSecret" if "servicePrincipalId" in principal else None
        missing = missing or ("servicePrincipalId" if principal else "accessToken")
        return [Fault(missing, "is missing", fix)]
    return []


def _free_faults(known: Values) -> list[Fault]:
    """Says which keys of the free map have an argument of their own, or are Polytomic's."""
    free = known.get("configuration")
    if not isinstance(free, Mapping):
        return []
    arguments = {key: name for name, key in KEYS.items()}
    found = []
    for key in free:
        if key in OWN_KEYS or key in KEYS:
            fix = f"Use {arguments[key]}." if key in arguments else "Leave it out."
            found.append(Fault(f"configuration.{key}", "is set by this resource", fix))
        elif free[key] == MASK:
            fix = "Give the secret itself."
            found.append(Fault(f"configuration.{key}", "is the mask of a secret", fix))
    return found
