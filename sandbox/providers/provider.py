"""The provider that serves a Package's table to the engine."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue

from sandbox.providers import configuration, lifecycle
from sandbox.providers.checking import faults, nearest, with_defaults
from sandbox.providers.diffing import diff, planned
from sandbox.providers.errors import PartlyCreatedError, ProviderError
from sandbox.providers.loopback import require_sandbox
from sandbox.providers.resource import DEFAULTS_KEY, Package, ResourceType, State
from sandbox.providers.retry import CANCELLED
from sandbox.providers.schema import package_schema
from sandbox.providers.values import has_unknown, map_from_wire, map_to_wire

T = TypeVar("T")

_THREADS: Final = 256
"""Calls under way at once; each waits for a server nearly all of its time."""


class TableProvider(protocol.Provider):
    """Checks against the table, and runs the table's handlers in threads: boto3 blocks."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._cloud: Any = None
        self._config: State = {}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix=package.name)

    async def get_schema(self, request: protocol.GetSchemaRequest) -> protocol.GetSchemaResponse:
        """The schema, made from the tables."""
        return protocol.GetSchemaResponse(package_schema(self.package))

    async def check_config(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """The configuration, and what is wrong with it."""
        require_sandbox(self.package.name)
        inputs, failures = configuration.check(self.package, request.new_inputs)
        return protocol.CheckResponse(
            inputs=inputs, failures=[protocol.CheckFailure(*failure) for failure in failures]
        )

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        """Make the clients, and prove that they talk to this machine only."""
        require_sandbox(self.package.name)
        self._config = configuration.parse(self.package.config, map_from_wire(request.args))
        self._cloud = await self._run(self.package.connect, self._config)
        # As the bridge answers: the engine then takes secret marks off before a call, and puts
        # them back on outputs that have the name of a secret input.
        return protocol.ConfigureResponse(supports_preview=True)

    async def invoke(self, request: protocol.InvokeRequest) -> protocol.InvokeResponse:
        """Answer a function."""
        function = self.package.functions.get(request.tok)
        if function is None:
            raise ProviderError(self._not_here("function", request.tok, self.package.functions))
        arguments = map_from_wire(request.args)
        failures = list(faults(function.arguments, arguments))
        if failures:
            return protocol.InvokeResponse(
                failures=[protocol.CheckFailure(*failure) for failure in failures]
            )
        result = await self._run(function.invoke, self._cloud, arguments)
        return protocol.InvokeResponse(map_to_wire(result))

    async def check(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        """The inputs with defaults and names filled in, and what is wrong with them."""
        resource = self._resource(request.type)
        given = map_from_wire(request.new_inputs)
        given = self.package.prepare_inputs(self._config, resource, given)
        inputs = with_defaults(
            resource.inputs,
            given,
            map_from_wire(request.old_inputs),
            request.name,
            request.random_seed,
        )
        failures = list(faults(resource.properties, inputs))
        if resource.check is not None and not failures:
            failures.extend(resource.check(inputs))
        return protocol.CheckResponse(
            inputs=map_to_wire(inputs),
            failures=[protocol.CheckFailure(*failure) for failure in failures],
        )

    async def diff(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        """What changed, and whether it means a replacement."""
        resource = self._resource(request.type)
        found = diff(resource, map_from_wire(request.old_state), map_from_wire(request.new_inputs))
        return protocol.DiffResponse(
            changes=bool(found.changes),
            replaces=found.replaces,
            stables=found.stables,
            delete_before_replace=found.delete_before_replace,
            diffs=found.names,
            detailed_diff={
                path: protocol.PropertyDiff(kind, input_diff=False)
                for path, kind in found.changes.items()
            },
        )

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        """Create the resource, or tell what its outputs would be."""
        resource = self._resource(request.type)
        inputs = _without_defaults(request.properties)
        if request.preview:
            return protocol.CreateResponse(None, map_to_wire(planned(resource, None, inputs)))
        self._refuse_unknown(inputs)
        try:
            resource_id, state = await self._run(lifecycle.create, self._cloud, resource, inputs)
        except PartlyCreatedError as error:
            error.inputs = map_from_wire(request.properties)
            raise
        return protocol.CreateResponse(resource_id, map_to_wire(state))

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        """Refresh or import; no ID in the answer means that the resource is gone."""
        resource = self._resource(request.type)
        old_inputs = map_from_wire(request.inputs)
        old_state = map_from_wire(request.properties)
        state = await self._run(
            lifecycle.read, self._cloud, resource, request.resource_id, old_state
        )
        if state is None:
            return protocol.ReadResponse()
        inputs = lifecycle.inputs_from_state(resource, old_inputs, old_state, state)
        return protocol.ReadResponse(request.resource_id, map_to_wire(state), map_to_wire(inputs))

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        """Change the resource, or tell what its outputs would be."""
        resource = self._resource(request.type)
        old = map_from_wire(request.olds)
        inputs = _without_defaults(request.news)
        if request.preview:
            return protocol.UpdateResponse(map_to_wire(planned(resource, old, inputs)))
        self._refuse_unknown(inputs)
        state = await self._run(
            lifecycle.update, self._cloud, resource, request.resource_id, old, inputs
        )
        return protocol.UpdateResponse(map_to_wire(state))

    async def delete(self, request: protocol.DeleteRequest) -> None:
        """Delete the resource; one that is gone already is fine."""
        resource = self._resource(request.type)
        await self._run(
            resource.delete, self._cloud, request.resource_id, map_from_wire(request.properties)
        )

    async def cancel(self) -> None:
        """Let nothing wait any longer."""
        CANCELLED.set()

    async def _run(self, work: Callable[..., T], *arguments: Any) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, work, *arguments)

    def _resource(self, token: str) -> ResourceType:
        # A child's URN carries the chain of its parents' types before its own.
        token = token.rsplit("$", 1)[-1]
        resource = self.package.resources.get(token)
        if resource is None:
            raise ProviderError(self._not_here("resource type", token, self.package.resources))
        return resource

    def _not_here(self, what: str, token: str, known: Any) -> str:
        return (
            f"the sandbox's {self.package.name} provider has no {what} '{token}'."
            f"{nearest(token, list(known))} It has {', '.join(sorted(known))}."
        )

    def _refuse_unknown(self, inputs: State) -> None:
        unknown = sorted(key for key, value in inputs.items() if has_unknown(value))
        if unknown:
            raise ProviderError(f"the engine sent no value for {', '.join(unknown)}")


def _without_defaults(properties: dict[str, PropertyValue]) -> State:
    plain = map_from_wire(properties)
    plain.pop(DEFAULTS_KEY, None)
    return plain
