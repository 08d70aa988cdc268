"""Databricks' errors as the real provider words them: `cannot create storage credential: …`."""

from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.providers.errors import ProviderError


class DatabricksAnswerError(ProviderError):
    """An answer of Databricks that is an error; ``code`` is its error code, ``gone`` a 404."""

    def __init__(self, doing: str, code: str, message: str, *, gone: bool) -> None:
        super().__init__(f"cannot {doing}: {message}" + (f" [{code}]" if code else ""))
        self.code = code
        self.gone = gone


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Turns an error of databricks-sdk inside the block into one that begins `cannot <what>`."""
    from databricks.sdk.errors import NotFound
    from databricks.sdk.errors.base import DatabricksError
    from requests import RequestException

    try:
        yield
    except DatabricksError as error:
        raise DatabricksAnswerError(
            what, error.error_code or "", str(error), gone=isinstance(error, NotFound)
        ) from error
    except (RequestException, TimeoutError, ValueError) as error:
        raise DatabricksAnswerError(what, "", str(error), gone=False) from error
