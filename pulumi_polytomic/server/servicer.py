"""What the engine asks of the plugin."""

import asyncio
import sys
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

import grpc  # type: ignore[import-untyped]
from google.protobuf import empty_pb2  # type: ignore[import-untyped]
from pulumi.runtime.proto import plugin_pb2, provider_pb2, status_pb2

from ..custom_resource import progress, settings
from ..custom_resource.plugin_side import CustomResource, PartlyCreatedError, ProviderError, Values
from ..custom_resource.progress import CANCELLED
from ..custom_resource.wire import UNKNOWN, Properties, read, write
from ..errors import Fault
from ..naming import VERSION
from .component_host import ComponentHost, ComponentServicer
from .guard import Guard
from .types import resource_of

_Diff: Final = provider_pb2.DiffResponse
_THREADS: Final = ThreadPoolExecutor(256, thread_name_prefix="resource")
"""Calls under way at once; each waits for a server, or for AWS to spread a change."""
_GRACE_S: Final = 1.0
"""How long what is cancelled may take to end by itself, and to say how far it came."""
_INTERNALS: Final = ("version", "pluginDownloadURL", "__internal")


class Servicer(ComponentServicer):
    """Serves the component and the custom resources."""

    def __init__(self, engine: str) -> None:
        super().__init__(ComponentHost(), [], engine)
        self._settings = settings.settings_from({})
        self._configuration: Values = {}
        self._is_configured = False
        self._cancelled = asyncio.Event()
        self._guard = Guard()
        progress.connect(engine)

    async def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The schema that the repository keeps."""
        # Imported here: it loads provider SDKs, which no custom resource needs.
        from .schema import schema_text

        return provider_pb2.GetSchemaResponse(schema=schema_text())

    async def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The distribution's version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    async def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """What is wrong with the provider's configuration."""
        given = read(request.news).values
        for name in [name for name, each in given.items() if each is None]:
            # A program cannot leave out a secret whose absence it learns only later.
            del request.news.fields[name]
        known = {n: v for n, v in given.items() if n not in _INTERNALS and v not in (None, UNKNOWN)}
        found = settings.faults(known)
        return provider_pb2.CheckResponse(inputs=request.news, failures=_failures(found))

    async def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Which settings differ; none of them replaces the provider."""
        old, new = read(request.olds).values, read(request.news).values
        changed = sorted(n for n in {*old, *new} if old.get(n) != new.get(n))
        return _Diff(changes=_Diff.DIFF_SOME if changed else _Diff.DIFF_NONE, diffs=changed)

    async def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Keep the configuration; what it lacks is missed by the first call that needs it."""
        values = read(request.args).values
        known = {name: each for name, each in values.items() if each is not UNKNOWN}
        self._settings, self._configuration = settings.settings_from(known), known
        # What another resource gives is known only once that is made.
        self._is_configured = len(known) == len(values)
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, acceptResources=True, acceptOutputs=True, supportsPreview=True
        )

    async def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Let nothing wait any longer: neither for a change to spread nor for an answer."""
        CANCELLED.set()
        self._cancelled.set()
        return empty_pb2.Empty()

    async def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The inputs with their defaults, and what is wrong with them."""
        resource = resource_of(request.urn)
        given = read(request.news)
        found = resource.check(request.urn.rsplit("::", 1)[-1], given.values)
        is_due = resource.changed(read(request.olds).values, given.values)
        if is_due and self._is_configured and not found:
            # In a thread as well: to see whether it can sign in, an SDK may ask its service.
            work = partial(resource.obstacles, self._settings, given.values)
            found = list(await self._run(context, work))
        return provider_pb2.CheckResponse(
            inputs=_written(resource, given.values, given), failures=_failures(found)
        )

    async def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        """What changed, and whether it means a replacement."""
        resource = resource_of(request.urn)
        # A run that changed nothing leaves what it was given in the old inputs alone.
        before = {**read(request.olds).values, **read(request.old_inputs).values}
        changed = resource.changed(before, read(request.news).values)
        changed = [name for name in changed if name not in request.ignoreChanges]
        replaced = [name for name in changed if name in resource.replacing]
        kind = provider_pb2.PropertyDiff
        return _Diff(
            changes=_Diff.DIFF_SOME if changed else _Diff.DIFF_NONE,
            replaces=replaced,
            diffs=changed,
            # Names are unique: the old one has to go first.
            deleteBeforeReplace=True,
            hasDetailedDiff=True,
            detailedDiff={
                name: kind(kind=kind.UPDATE_REPLACE if name in replaced else kind.UPDATE)
                for name in changed
            },
        )

    async def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Make the resource, or tell what its outputs would be."""
        resource = resource_of(request.urn)
        given = read(request.properties)
        if request.preview:
            state = resource.planned(None, given.values)
            return provider_pb2.CreateResponse(properties=_written(resource, state, given))
        work = partial(resource.create, self._settings, request.urn, given.values)
        with self._guard.over(self._configuration, request.urn, given.values):
            made = await self._run(context, work, lambda state: _written(resource, state, given))
        return provider_pb2.CreateResponse(
            id=made.resource_id, properties=_written(resource, made.state, given)
        )

    async def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Refresh or import; no ID in the answer means that the resource is gone."""
        resource = resource_of(request.urn)
        inputs, state = read(request.inputs), read(request.properties)
        work = partial(resource.read, self._settings, request.id, inputs.values, state.values)
        found = await self._run(context, work)
        if found is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=request.id,
            inputs=_written(resource, found.inputs, inputs),
            properties=_written(resource, found.state, inputs, state),
        )

    async def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Change the resource, or tell what its outputs would be."""
        resource = resource_of(request.urn)
        old, given = read(request.olds), read(request.news)
        if request.preview:
            state = resource.planned(old.values, given.values)
        else:
            ids = (request.urn, request.id)
            work = partial(resource.update, self._settings, *ids, old.values, given.values)
            state = await self._run(context, work)
        return provider_pb2.UpdateResponse(properties=_written(resource, state, given))

    async def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Delete the resource; one that is gone already is fine."""
        resource = resource_of(request.urn)
        # What the program said last counts where a state of an earlier version does not have it.
        state = {**read(request.old_inputs).values, **read(request.properties).values}
        await self._run(context, partial(resource.delete, self._settings, request.id, state))
        return empty_pb2.Empty()

    async def _run(
        self, context: Any, work: Callable[[], Any], written: Callable[[Values], Any] = write
    ) -> Any:
        """Does the work in a thread, since the clients block; an error reaches the user as it is.

        ``written`` gives the state of what was partly made for the engine, its secrets marked.
        """
        try:
            return await self._done(work)
        except PartlyCreatedError as error:
            detail = provider_pb2.ErrorResourceInitFailed(
                id=error.resource_id, properties=written(error.state), reasons=[str(error)]
            )
            await context.abort_with_status(_Status(str(error), detail))
        except ProviderError as error:
            await context.abort_with_status(_Status(str(error)))
        except Exception as error:
            # A fault of ours: its trace is for a report, without its text, which may hold anything.
            print("".join(traceback.format_tb(error.__traceback__)), file=sys.stderr)  # noqa: T201
            await context.abort(grpc.StatusCode.INTERNAL, f"{type(error).__name__} in the plugin")

    async def _done(self, work: Callable[[], Any]) -> Any:
        """Gives what the work gives; after a cancellation it is left behind where it hangs."""
        doing = asyncio.get_running_loop().run_in_executor(_THREADS, work)
        cancelled = asyncio.ensure_future(self._cancelled.wait())
        try:
            await asyncio.wait({doing, cancelled}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({doing}, timeout=_GRACE_S)
        finally:
            cancelled.cancel()
        if not doing.done():
            raise ProviderError(
                "cancelled before the service answered. What was asked of it may be done or not; "
                "the next run finds out."
            )
        return doing.result()


def _written(resource: CustomResource, values: Mapping[str, Any], *given: Properties) -> Any:
    """Gives values for the engine; what a program gave as a secret stays one."""
    return write(values, {*resource.secrets, *(n for each in given for n in each.secrets)})


def _failures(faults: list[Fault]) -> list[Any]:
    # Told of a property, the engine prints its value: a token, or a policy with an external ID.
    return [provider_pb2.CheckFailure(reason=str(fault)) for fault in faults]


class _Status(grpc.Status):  # type: ignore[misc]
    """A gRPC status as ``abort_with_status`` takes it."""

    def __init__(self, details: str, detail: Any = None) -> None:
        self.code = grpc.StatusCode.UNKNOWN
        self.details = details
        self.trailing_metadata: Any = ()
        if detail is not None:
            status = status_pb2.Status(code=self.code.value[0], message=details)
            status.details.add().Pack(detail)
            self.trailing_metadata = (("grpc-status-details-bin", status.SerializeToString()),)
