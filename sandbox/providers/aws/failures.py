"""AWS's errors as the real provider words them: what was being done, then code and message."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sandbox.providers.errors import ProviderError

_GONE: Final = frozenset({"NoSuchEntity", "NotFoundException", "NoSuchBucket", "404"})


class AwsError(ProviderError):
    """An answer of AWS that is an error; ``code`` is its code, empty where none came."""

    def __init__(self, doing: str, code: str, message: str) -> None:
        super().__init__(f"{doing}: {code}: {message}" if code else f"{doing}: {message}")
        self.code = code
        self.aws_message = message
        self.gone = code in _GONE


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Turns an error of boto3 inside the block into an AwsError that begins with ``what``."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        answer = error.response.get("Error", {})
        raise AwsError(what, answer.get("Code", ""), answer.get("Message", "")) from error
    except BotoCoreError as error:
        raise AwsError(what, "", str(error)) from error


def is_invalid_principal(error: Exception) -> bool:
    """A principal that was made a moment ago, and that IAM does not know everywhere yet."""
    return (
        isinstance(error, AwsError)
        and error.code == "MalformedPolicyDocument"
        and "Invalid principal in policy" in error.aws_message
    )


def is_conflict(error: Exception) -> bool:
    """Something is still attached, or another change of the same entity is under way."""
    return isinstance(error, AwsError) and error.code in {
        "DeleteConflict",
        "ConcurrentModification",
    }
