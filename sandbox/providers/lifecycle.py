"""Create, read and update of any resource type: what surrounds the handlers of the table."""

from typing import Any

from sandbox.providers.diffing import same
from sandbox.providers.errors import PartlyCreatedError, ProviderError
from sandbox.providers.resource import DEFAULTS_KEY, ResourceType, State
from sandbox.providers.retry import retry_while


class _NotYetVisibleError(ProviderError):
    """A resource that was just made and cannot be read yet."""


def create(cloud: Any, resource: ResourceType, inputs: State) -> tuple[str, State]:
    """The ID and the state. Raises PartlyCreatedError where something was left behind."""
    try:
        resource_id = resource.create(cloud, inputs)
    except PartlyCreatedError as error:
        error.state = _best_known_state(cloud, resource, error.resource_id, inputs)
        raise
    try:
        return resource_id, _read_new(cloud, resource, resource_id, inputs)
    except Exception as error:
        # Whatever it is, what was made must not be lost.
        reason = str(error) if isinstance(error, ProviderError) else repr(error)
        raise PartlyCreatedError(resource_id, reason, inputs) from error


def read(cloud: Any, resource: ResourceType, resource_id: str, old: State) -> State | None:
    """The state now, or None where the resource is gone."""
    found = resource.read(cloud, resource_id, old)
    return None if found is None else _settled(resource, old, found)


def update(
    cloud: Any, resource: ResourceType, resource_id: str, old: State, inputs: State
) -> State:
    """The state after the change."""
    resource.update(cloud, resource_id, old, inputs)
    return _read_new(cloud, resource, resource_id, {**old, **_local(resource, old, inputs)})


def inputs_from_state(
    resource: ResourceType, old_inputs: State, old_state: State, state: State
) -> State:
    """The inputs that would lead to this state: of a refresh those that were given, of an import
    all that differ from their defaults."""
    importing = not old_state
    inputs = {}
    for key, item in resource.inputs.items():
        value = state.get(key)
        if importing:
            if item.refused or value in (None, "", False, [], {}) or value == item.default:
                continue
            if item.conflicts_with and not item.auto_name:
                continue
            inputs[key] = _given_fields(item.fields, value)
        elif key in old_inputs:
            if value is not None:
                inputs[key] = _given_fields(item.fields, value, old_inputs[key])
        elif not item.computed and not item.default and value not in (None, "", False, [], {}):
            # Set behind our back: it has to show as drift.
            inputs[key] = value
    inputs[DEFAULTS_KEY] = [] if importing else old_inputs.get(DEFAULTS_KEY, [])
    return inputs


def _read_new(cloud: Any, resource: ResourceType, resource_id: str, wanted: State) -> State:
    def once() -> State:
        found = resource.read(cloud, resource_id, wanted)
        if found is None:
            raise _NotYetVisibleError(f"{resource.token} {resource_id} is not found after the call")
        return found

    found = retry_while(once, lambda error: isinstance(error, _NotYetVisibleError))
    return _settled(resource, wanted, found)


def _settled(resource: ResourceType, old: State, found: State) -> State:
    """What only the provider knows, and the user's own spelling of what means the same."""
    state = {key: value for key, value in found.items() if value is not None}
    for key, item in resource.properties.items():
        if item.local:
            state[key] = old.get(key, item.default)
        elif key in state and key in old and same(item, old[key], state[key]):
            state[key] = old[key]
    return {key: value for key, value in state.items() if value is not None}


def _local(resource: ResourceType, old: State, inputs: State) -> State:
    local = {key: inputs.get(key) for key, item in resource.properties.items() if item.local}
    spelled = {
        key: inputs[key]
        for key, item in resource.inputs.items()
        if key in inputs and (item.same is not None or item.unordered)
    }
    return {**local, **spelled}


def _best_known_state(cloud: Any, resource: ResourceType, resource_id: str, inputs: State) -> State:
    try:
        return read(cloud, resource, resource_id, inputs) or inputs
    except ProviderError:
        return inputs


def _given_fields(fields: Any, value: Any, old: Any = None) -> Any:
    """An object without the fields that the service computes."""
    if fields is None or not isinstance(value, dict):
        return value
    return {
        key: inner
        for key, inner in value.items()
        if key in fields
        and (not (fields[key].computed or fields[key].output_only) or key in (old or {}))
    }
