"""Makes the component for programs in other languages."""

from typing import Any, Final, cast

from pulumi import ProviderResource, ResourceOptions
from pulumi.errors import InputPropertiesError, InputPropertyErrorDetails, RunError
from pulumi.provider.server import ComponentInitError, ProviderServicer
from pulumi.runtime.proto import provider_pb2

from ..custom_resource.lent_provider import CONSTRUCTION, REFERENCES, Construction
from ..errors import ArgumentError
from ..staging_access.arguments import SENSITIVE_ARGUMENTS
from .spelling import in_camel_case


class ComponentServicer(ProviderServicer):
    """The SDK's host of components, with errors that speak the caller's language.

    The SDK wraps what a component raises in an error with a Python traceback in its text, and
    drops which argument is at fault.
    """

    async def _construct(self, request: Any, context: Any) -> provider_pb2.ConstructResponse:
        # Each call has a context of its own, and all calls of a run one address to call back.
        CONSTRUCTION.set(_constructions.setdefault(request.monitorEndpoint, Construction()))
        try:
            response: provider_pb2.ConstructResponse = await super()._construct(request, context)
            return response
        except ComponentInitError as error:
            if isinstance(error.inner, ArgumentError):
                raise _spelt_for_others(error.inner) from None
            if isinstance(error.inner, RunError):
                raise InputPropertiesError(in_camel_case(str(error.inner)), None) from None
            raise
        except ArgumentError as error:
            # An Output that turned out bad: what waits for it was not made.
            raise _spelt_for_others(error) from None

    @staticmethod
    def _construct_options(request: Any) -> ResourceOptions:
        options = ProviderServicer._construct_options(request)
        providers = cast(dict[str, ProviderResource], options.providers or {})
        for package, provider in providers.items():
            REFERENCES[provider] = request.providers[package]
        return options


_constructions: Final[dict[str, Construction]] = {}


def _spelt_for_others(error: ArgumentError) -> InputPropertiesError:
    """Gives the error with the names that the caller's language has for the arguments."""
    first = in_camel_case(str(error)).splitlines()[0].rstrip(":")
    details: list[InputPropertyErrorDetails] = []
    for fault in error.faults:
        name, problem = (
            in_camel_case(fault.argument),
            in_camel_case(f"{fault.problem}. {fault.fix}"),
        )
        if fault.argument in SENSITIVE_ARGUMENTS:
            # The engine prints the value of a property that it is told of.
            first += f"\n  - {name}: {problem}"
        else:
            details.append({"property_path": name, "reason": problem})
    return InputPropertiesError(first, details)
