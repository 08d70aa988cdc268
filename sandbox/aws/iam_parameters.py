"""IAM's constraints on the parameters of a call: lengths, patterns, ranges."""

import re
from typing import Final, NamedTuple

from sandbox.aws.errors import AwsError
from sandbox.aws.request import AwsRequest


class _Text(NamedTuple):
    longest: int
    pattern: str


_NAME: Final = r"[\w+=,.@-]+"
_PATH: Final = r"(\u002F)|(\u002F[\u0021-\u007F]+\u002F)"
_TEXTS: Final = {
    "RoleName": _Text(64, _NAME),
    "UserName": _Text(64, _NAME),
    "PolicyName": _Text(128, _NAME),
    "Path": _Text(512, _PATH),
    "Description": _Text(1000, r"[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*"),
}
_RANGES: Final = {"MaxSessionDuration": (3600, 43200)}


def check_parameters(request: AwsRequest) -> None:
    """Raises AwsError (ValidationError) for the first parameter that AWS would not take."""
    for name, text in _TEXTS.items():
        value = request.text(name)
        if value is None:
            continue
        if len(value) > text.longest:
            raise invalid(
                name, value, f"Member must have length less than or equal to {text.longest}"
            )
        if not re.fullmatch(text.pattern, value, re.ASCII):
            raise invalid(
                name, value, f"Member must satisfy regular expression pattern: {text.pattern}"
            )
    for name, (least, most) in _RANGES.items():
        value = request.text(name)
        if value is not None:
            check_range(name, value, least, most)


def check_range(name: str, value: str, least: int, most: int) -> None:
    """Raises AwsError (ValidationError) for a number outside its range."""
    number = int(value) if re.fullmatch(r"-?\d+", value) else least - 1
    if number < least:
        raise invalid(name, value, f"Member must have value greater than or equal to {least}")
    if number > most:
        raise invalid(name, value, f"Member must have value less than or equal to {most}")


def invalid(name: str, value: str, constraint: str) -> AwsError:
    """AWS's refusal of a parameter's value."""
    parameter = name[0].lower() + name[1:]
    return AwsError(
        "ValidationError",
        f"1 validation error detected: Value '{value}' at '{parameter}' failed to satisfy "
        f"constraint: {constraint}",
    )
