"""Makes the components for programs in other languages."""

from typing import Any, Final, cast

from pulumi import ProviderResource, ResourceOptions
from pulumi.errors import InputPropertiesError, RunError
from pulumi.provider import ConstructResult, Provider
from pulumi.provider.server import ComponentInitError, ProviderServicer
from pulumi.runtime.proto import provider_pb2

from ..arguments import Arguments
from ..component.outputs import outputs_of
from ..custom_resource.lent_provider import CONSTRUCTION, REFERENCES, Construction
from ..errors import ArgumentError
from ..naming import VERSION, camel_case, snake_case
from .docstrings import in_camel_case
from .types import components


class ComponentHost(Provider):
    """Constructs a component from the properties that the engine has, and gives its outputs."""

    def __init__(self) -> None:
        super().__init__(VERSION)

    def construct(
        self, name: str, resource_type: str, inputs: Any, options: Any = None
    ) -> ConstructResult:
        """Makes the component.

        Raises:
            ComponentInitError: the component raised an error.
        """
        component = components()[resource_type]
        names = {camel_case(name): name for name in component.arguments.checks}
        args: Any = {names.get(key, snake_case(key)): value for key, value in inputs.items()}
        try:
            made = component(name, args, options)
        except Exception as error:
            raise ComponentInitError(error) from error
        outputs = {camel_case(key): getattr(made, key) for key in outputs_of(component)}
        return ConstructResult(made.urn, outputs)


class ComponentServicer(ProviderServicer):
    """The SDK's server of components, with errors that speak the caller's language.

    The SDK wraps what a component raises in an error with a Python traceback in its text, and
    drops which argument is at fault.
    """

    async def _construct(self, request: Any, context: Any) -> provider_pb2.ConstructResponse:
        arguments = components()[request.type].arguments
        # Each call has a context of its own, and all calls of a run one address to call back.
        CONSTRUCTION.set(_constructions.setdefault(request.monitorEndpoint, Construction()))
        try:
            response: provider_pb2.ConstructResponse = await super()._construct(request, context)
            return response
        except ComponentInitError as error:
            if isinstance(error.inner, ArgumentError):
                raise _spelt_for_others(error.inner, arguments) from None
            if isinstance(error.inner, RunError):
                text = in_camel_case(str(error.inner), arguments.checks)
                raise InputPropertiesError(text, []) from None
            raise
        except ArgumentError as error:
            # An Output that turned out bad: what waits for it was not made.
            raise _spelt_for_others(error, arguments) from None

    @staticmethod
    def _construct_options(request: Any) -> ResourceOptions:
        options = ProviderServicer._construct_options(request)
        providers = cast(dict[str, ProviderResource], options.providers or {})
        for package, provider in providers.items():
            REFERENCES[provider] = request.providers[package]
        return options


_constructions: Final[dict[str, Construction]] = {}


def _spelt_for_others(error: ArgumentError, arguments: Arguments) -> InputPropertiesError:
    """Gives the error with the names that the caller's language has for the arguments.

    Told of a property, the engine prints its value, so the text alone says which one is meant.
    A list, though empty: without one the SDK makes a status that gRPC cannot send.
    """
    return InputPropertiesError(in_camel_case(str(error), arguments.checks), [])
