"""What the real provider checks of IAM's names, ARNs and paths before it asks AWS."""

import re
from typing import Final

_NAME: Final = re.compile(r"[\w+=,.@-]*", re.ASCII)
_ARN: Final = re.compile(r"arn:[\w-]+:[\w-]+:[\w-]*:(\d{12}|aws)?:.+")


def name_fault(text: str, longest: int) -> str | None:
    """Why IAM's plan-time check refuses a name."""
    if not 1 <= len(text) <= longest:
        return f"has {len(text)} characters: 1 to {longest} are allowed"
    if not _NAME.fullmatch(text):
        return r"has a character that is not allowed: it must match [\w+=,.@-]"
    return None


def arn_fault(text: str) -> str | None:
    """Why a text is no ARN."""
    return None if _ARN.fullmatch(text) else "is an invalid ARN"


def path_fault(text: str) -> str | None:
    """Only the length: the rest AWS checks itself."""
    return None if len(text) <= 512 else "has more than 512 characters"
