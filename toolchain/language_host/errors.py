"""What goes wrong in the language host, with the gRPC status that the engine gets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import grpc  # type: ignore[import-untyped]


class LanguageHostError(Exception):
    """A fault of the project or its environment, in words for the user."""

    status = grpc.StatusCode.UNKNOWN


class NotBuiltInError(LanguageHostError):
    """Something that only the official language host does."""

    status = grpc.StatusCode.UNIMPLEMENTED

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} is not built into this language host, a development fallback: "
            "use the official Pulumi CLI, https://www.pulumi.com/docs/install/"
        )


@contextmanager
def reported(context: grpc.ServicerContext) -> Iterator[None]:
    """Turn a LanguageHostError of the block into the RPC's status."""
    try:
        yield
    except LanguageHostError as error:
        _abort(context, error)


def _abort(context: grpc.ServicerContext, error: LanguageHostError) -> NoReturn:
    context.abort(error.status, str(error))
    raise AssertionError("abort raises")
