"""Makes the component for programs in other languages."""

from typing import Any

from pulumi.errors import InputPropertiesError, RunError
from pulumi.provider.server import ComponentInitError, ProviderServicer
from pulumi.runtime.proto import provider_pb2

from ..errors import ArgumentError
from .spelling import in_camel_case


class ComponentServicer(ProviderServicer):
    """The SDK's host of components, with errors that speak the caller's language.

    The SDK wraps what a component raises in an error with a Python traceback in its text, and
    drops which argument is at fault.
    """

    async def _construct(self, request: Any, context: Any) -> provider_pb2.ConstructResponse:
        try:
            response: provider_pb2.ConstructResponse = await super()._construct(request, context)
            return response
        except ComponentInitError as error:
            if isinstance(error.inner, ArgumentError):
                raise _spelt_for_others(error.inner) from None
            if isinstance(error.inner, RunError):
                raise InputPropertiesError(in_camel_case(str(error.inner)), []) from None
            raise
        except ArgumentError as error:
            # An Output that turned out bad: what waits for it was not made.
            raise _spelt_for_others(error) from None


def _spelt_for_others(error: ArgumentError) -> InputPropertiesError:
    """Gives the error with the names that the caller's language has for the arguments.

    Told of a property, the engine prints its value, so the text alone says which one is meant.
    A list, though empty: without one the SDK makes a status that gRPC cannot send.
    """
    return InputPropertiesError(in_camel_case(str(error)), [])
